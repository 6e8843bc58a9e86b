"""Accepting connections that may or may not be TLS, on one port.

kubectl needs TLS for its token; a plain HTTP client on loopback is served too. The first byte tells
which: a TLS handshake begins with 0x16, no HTTP request does.
"""

import asyncio
import contextlib
import errno
import socket
import ssl
from collections.abc import Callable

from pinnace.apiserver.addresses import is_loopback

_HANDSHAKE = 0x16
_FIRST_BYTE = 30.0
_HANDSHAKE_TIMEOUT = 20.0
_SHUTDOWN_TIMEOUT = 2.0  # who is told to stop and goes on sending is cut off
_FIRST_REQUEST = 60.0
_MOST_SILENT = 256
_OUT_OF_FILES = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})

Factory = Callable[[], asyncio.Protocol]


class Listener:
    """Hands each connection of a listening socket to a protocol, through TLS if it asks for it."""

    def __init__(self, listening: socket.socket, factory: Factory, tls: ssl.SSLContext) -> None:
        self._listening, self._factory, self._tls = listening, factory, tls
        self._greeting: dict[asyncio.Task[None], None] = {}  # in order of arrival

    async def run(self) -> None:
        """Accept until cancelled."""
        loop = asyncio.get_running_loop()
        self._listening.setblocking(False)
        try:
            while True:
                try:
                    connection, _ = await loop.sock_accept(self._listening)
                except OSError as error:
                    if error.errno not in _OUT_OF_FILES:
                        raise
                    await asyncio.sleep(0.1)  # others must close first
                    continue
                task = asyncio.create_task(self._greet(connection))
                self._greeting[task] = None
                task.add_done_callback(self._forget)
                if len(self._greeting) > _MOST_SILENT:
                    next(iter(self._greeting)).cancel()  # the one that has been silent longest
        finally:
            for task in tuple(self._greeting):
                task.cancel()

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._greeting.pop(task, None)

    async def _greet(self, connection: socket.socket) -> None:
        """Look at the first byte, then pass the connection on; a silent one is closed."""
        loop = asyncio.get_running_loop()
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            first = await asyncio.wait_for(_peek(connection), _FIRST_BYTE)
            if not first:
                connection.close()
            elif first[0] == _HANDSHAKE:
                made = await loop.connect_accepted_socket(
                    self._factory,
                    connection,
                    ssl=self._tls,
                    ssl_handshake_timeout=_HANDSHAKE_TIMEOUT,
                    ssl_shutdown_timeout=_SHUTDOWN_TIMEOUT,
                )
                loop.call_later(_FIRST_REQUEST, _close_idle, *made)
            elif not is_loopback(connection.getpeername()[0]):
                connection.close()  # from elsewhere the token would cross the network bare
            else:
                made = await loop.connect_accepted_socket(self._factory, connection)
                loop.call_later(_FIRST_REQUEST, _close_idle, *made)
        except (OSError, TimeoutError, asyncio.CancelledError):
            with contextlib.suppress(OSError):
                connection.close()


def _close_idle(transport: asyncio.BaseTransport, protocol: asyncio.BaseProtocol) -> None:
    """Close a connection that has not sent a whole request's head in time (uvicorn's ``cycle``).

    One that became a WebSocket (kubectl exec, attach, port-forward) has another protocol by then.
    """
    if transport.get_protocol() is protocol and getattr(protocol, "cycle", None) is None:
        transport.close()


async def _peek(connection: socket.socket) -> bytes:
    """Return the first byte without taking it, as soon as it is there; b"" at the end."""
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    loop.add_reader(connection.fileno(), ready.set)
    try:
        await ready.wait()
    finally:
        loop.remove_reader(connection.fileno())
    return connection.recv(1, socket.MSG_PEEK)
