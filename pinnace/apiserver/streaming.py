"""Streams that end when their client goes, their time is over or the server stops.

The bridge from threads to the event loop: a store's or log's thread calls :meth:`Wakeup.wake`, the
stream's coroutine waits for it. A client that reads slowly holds up only its own coroutine.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

from starlette.responses import Response
from starlette.types import Receive, Scope, Send


class Wakeup:
    """An event that any thread may set, for one coroutine to wait on."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._event = asyncio.Event()
        self.ended = False

    def wake(self) -> None:
        """Wake the coroutine; harmless after its loop has closed."""
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self._loop.call_soon_threadsafe(self._event.set)

    def end(self) -> None:
        """Tell the coroutine that nobody wants more."""
        self.ended = True
        self.wake()

    async def wait(self, timeout: float | None = None) -> None:
        """Wait for the next wake, at most ``timeout`` seconds."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._event.wait(), timeout)
        self._event.clear()


class Streams:
    """All open streams of a server, so that stopping ends them."""

    def __init__(self) -> None:
        self._open: set[Wakeup] = set()
        self._closed = False

    def open(self) -> Wakeup:
        """Register a new stream."""
        wakeup = Wakeup()
        wakeup.ended = self._closed
        self._open.add(wakeup)
        return wakeup

    def forget(self, wakeup: Wakeup) -> None:
        """Unregister a stream."""
        self._open.discard(wakeup)

    def close(self) -> None:
        """End every stream, from any thread."""
        self._closed = True
        for wakeup in tuple(self._open):
            wakeup.end()


class Stream(Response):
    """A response whose chunks come from a generator, told through ``wakeup`` when to end."""

    def __init__(
        self,
        chunks: AsyncIterator[bytes],
        wakeup: Wakeup,
        media_type: str,
        done: Callable[[], None],
    ) -> None:
        super().__init__(media_type=media_type)
        del self.headers["content-length"]
        self.headers["Cache-Control"] = "no-cache, private"
        self._chunks, self._wakeup, self._done = chunks, wakeup, done

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the head at once, then chunks as they come."""
        listener = asyncio.create_task(self._listen(receive))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            async for chunk in self._chunks:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
                if self._wakeup.ended:
                    break
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            listener.cancel()
            self._done()

    async def _listen(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self._wakeup.end()
