"""Reading and writing pipes and terminals from the event loop."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable

_CHUNK = 64 * 1024


async def _ready(descriptor: int, *, writing: bool) -> None:
    """Wait until a descriptor can be read or written."""
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    if writing:
        loop.add_writer(descriptor, ready.set)
    else:
        loop.add_reader(descriptor, ready.set)
    try:
        await ready.wait()
    finally:
        remove: Callable[[int], bool] = loop.remove_writer if writing else loop.remove_reader
        remove(descriptor)


async def readable(descriptor: int) -> None:
    """Wait until there is something to read, or the end."""
    await _ready(descriptor, writing=False)


async def pieces(descriptor: int) -> AsyncIterator[bytes]:
    """Yield what is written to the other end, until nobody holds that any more."""
    os.set_blocking(descriptor, False)
    while True:
        try:
            data = os.read(descriptor, _CHUNK)
        except BlockingIOError:
            await readable(descriptor)
            continue
        except OSError:  # EIO: the last program let go of the terminal
            return
        if not data:
            return
        yield data


async def write(descriptor: int, data: bytes) -> bool:
    """Write everything, no faster than it is read; False when nobody reads any more."""
    os.set_blocking(descriptor, False)
    while data:
        try:
            data = data[os.write(descriptor, data) :]
        except BlockingIOError:
            await _ready(descriptor, writing=True)
        except OSError:  # EPIPE, EIO
            return False
    return True
