"""One uvicorn server on one open port, in its own thread; slow and flooding senders bounded."""

import asyncio
import logging
import socket
import ssl
import threading
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

#: Seconds for a request's headers to arrive whole, counted from the connection or its first byte.
HEADER_SECONDS = 10.0
#: Bytes of request line and headers together.
HEADER_BYTES = 64 * 1024
#: Connections at a time; more are answered 503 at once.
CONNECTIONS = 2048
_KEEP_ALIVE_SECONDS = 30
_STOP_SECONDS = 5
_RESTART_SECONDS = 0.5

logger = logging.getLogger(__name__)


class BoundedProtocol(H11Protocol):
    """uvicorn's HTTP/1.1 with a deadline for headers, which uvicorn does not have."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn
        """Start the clock when a connection opens."""
        super().connection_made(transport)
        self._arm()

    def data_received(self, data: bytes) -> None:
        """Start the clock at a further request's first byte, stop it when headers are whole."""
        before = self.cycle
        idle = before is None or before.response_complete
        if idle and self._deadline is None:
            self._arm()
        super().data_received(data)
        if self.cycle is not before:
            self._disarm()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock."""
        self._disarm()
        super().connection_lost(exc)

    def _arm(self) -> None:
        self._deadline = self.loop.call_later(HEADER_SECONDS, self._too_slow)

    def _disarm(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_slow(self) -> None:
        self._deadline = None
        self.transport.abort()


class Server:
    """Serves an ASGI application on an open socket until stopped."""

    def __init__(
        self, app: ASGIApp, sock: socket.socket, name: str, tls: ssl.SSLContext | None = None
    ) -> None:
        self._app, self._socket, self._tls = app, sock, tls
        self._stopping = threading.Event()
        self._server = self._new()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Serve from now on (connections made before wait in the socket's backlog)."""
        self._thread.start()

    def stop(self) -> None:
        """Answer what is under way, then stop and close the port."""
        self._stopping.set()
        self._server.should_exit = True
        self._thread.join(_STOP_SECONDS + 2)
        self._socket.close()

    def _new(self) -> uvicorn.Server:
        options: dict[str, Any] = {
            "http": BoundedProtocol, "ws": "none", "lifespan": "off", "loop": "asyncio",
            "log_config": None, "access_log": False, "server_header": False,
            # who sent a delivery is who is connected, not what a header says
            "proxy_headers": False,
            "h11_max_incomplete_event_size": HEADER_BYTES, "limit_concurrency": CONNECTIONS,
            "timeout_keep_alive": _KEEP_ALIVE_SECONDS,
            "timeout_graceful_shutdown": _STOP_SECONDS,
        }  # fmt: skip
        config = uvicorn.Config(self._app, **options)
        config.load()
        config.ssl = self._tls  # uvicorn itself reads certificates from lasting files only
        return uvicorn.Server(config)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                # a copy: uvicorn closes the sockets that it is given, and the port must stay ours
                self._server.run(sockets=[self._socket.dup()])
            except Exception:  # supervisor: the port is served again, whatever ended the server
                logger.exception("HTTP server %s crashed", self._thread.name)
            if self._stopping.wait(_RESTART_SECONDS):
                return
            logger.error("HTTP server %s ended by itself; started again", self._thread.name)
            self._server = self._new()
