"""One WebSocket connection: messages in, messages out, one at a time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

from starlette.websockets import WebSocket, WebSocketDisconnect


class Gone(Exception):
    """The client is not there any more."""


class Link:
    """A connection that was accepted; several coroutines may send."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket, self._sending = socket, asyncio.Lock()

    async def send(self, data: bytes) -> None:
        """Send one binary message, no faster than the client reads; raises Gone."""
        async with self._sending:
            try:
                await self._socket.send_bytes(data)
            except (WebSocketDisconnect, RuntimeError, OSError) as error:
                raise Gone from error

    async def messages(self) -> AsyncIterator[bytes | str]:
        """Yield what the client sends, until it goes."""
        while True:
            try:
                received = await self._socket.receive()
            except RuntimeError:  # closed by our side meanwhile
                return
            if received["type"] != "websocket.receive":
                return
            data = received.get("bytes")
            yield data if data is not None else received.get("text") or ""

    async def close(self) -> None:
        """End the connection as one that is complete."""
        async with self._sending:
            with suppress(WebSocketDisconnect, RuntimeError, OSError):
                await self._socket.close(1000)
