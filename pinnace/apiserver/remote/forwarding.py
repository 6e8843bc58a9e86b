"""port-forward over channels: two channels a port, data and errors (the Python client's way)."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any

from pinnace.apiserver.remote import channels
from pinnace.apiserver.remote.link import Gone, Link
from pinnace.apiserver.workers import Workers
from pinnace.objects.errors import PinnaceError
from pinnace.objects.meta import name_of, uid_of
from pinnace.objects.types import Object

_CHUNK = 64 * 1024


class Forwards:
    """Opens connections to the ports of one Pod, and words what goes wrong as the kubelet does."""

    def __init__(
        self, pod: Object, dial: Callable[[Object, int], socket.socket], workers: Workers
    ) -> None:
        self._pod, self._dial, self._workers = pod, dial, workers

    async def open(self, port: int) -> "Connection":
        """Connect to a port; raises PinnaceError, its message ready for the client."""
        try:
            connected = await self._workers.run(lambda: self._dial(self._pod, port))
        except PinnaceError as error:
            raise PinnaceError(self.problem(port, error)) from error
        connected.setblocking(False)
        reader, writer = await asyncio.open_connection(sock=connected)
        return Connection(reader, writer)

    def problem(self, port: int, error: Exception) -> str:
        """Return the words of a failure."""
        return (
            f"error forwarding port {port} to pod {name_of(self._pod)}, uid "
            f"{uid_of(self._pod)}: {error}"
        )


class Connection:
    """One TCP connection into a Pod."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def copy(self, send: Callable[[bytes], Awaitable[None]]) -> None:
        """Pass on what comes from the Pod until it sends no more."""
        with suppress(OSError):
            while data := await self._reader.read(_CHUNK):
                await send(data)

    async def write(self, data: bytes) -> None:
        """Send to the Pod, no faster than it reads; what it no longer wants is dropped."""
        with suppress(OSError):
            self._writer.write(data)
            await self._writer.drain()

    def end_input(self) -> None:
        """Tell the Pod that nothing more comes."""
        with suppress(OSError):
            if self._writer.can_write_eof():
                self._writer.write_eof()

    def close(self) -> None:
        """End the connection."""
        self._writer.close()


async def over_channels(link: Link, forwards: Forwards, ports: Sequence[int]) -> None:
    """Forward each port on its two channels until all connections, or the client, have ended."""
    opened: dict[int, Connection] = {}
    for number, port in enumerate(ports):
        for channel in (2 * number, 2 * number + 1):
            await link.send(channels.port_message(channel, port))
    copies: list[asyncio.Task[None]] = []
    for number, port in enumerate(ports):
        try:
            opened[2 * number] = await forwards.open(port)
        except PinnaceError as error:
            await link.send(channels.message(2 * number + 1, str(error).encode()))
        else:
            copies.append(asyncio.create_task(_copy(link, 2 * number, opened[2 * number])))
    feeding = asyncio.create_task(_feed(link, opened))
    try:
        if copies:
            either: list[asyncio.Future[Any]] = [feeding, asyncio.gather(*copies)]
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (feeding, *copies):
            task.cancel()
        await asyncio.gather(feeding, *copies, return_exceptions=True)
        for connection in opened.values():
            connection.close()


async def _copy(link: Link, channel: int, connection: Connection) -> None:
    with suppress(Gone):
        await connection.copy(lambda data: link.send(channels.message(channel, data)))


async def _feed(link: Link, opened: dict[int, Connection]) -> None:
    async for received in link.messages():
        channel, data = channels.read(received)
        if channel in opened:
            await opened[channel].write(data)
