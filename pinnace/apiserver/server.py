"""The server: an application on a port of loopback, in a thread with an event loop of its own."""

import asyncio
import contextlib
import errno
import socket
import threading
from collections.abc import Sequence

import psutil
import uvicorn

from pinnace.apiserver.addresses import is_loopback, names_of, reached_at
from pinnace.apiserver.app import Boundary
from pinnace.apiserver.certificates import Certificate
from pinnace.apiserver.handlers import Handlers
from pinnace.apiserver.listener import Listener
from pinnace.apiserver.mounting import Host, MakeMount
from pinnace.apiserver.podlogs import ReadLog
from pinnace.apiserver.remote import Door, PodAccess
from pinnace.apiserver.resources import Admission, Resources
from pinnace.apiserver.streaming import Streams
from pinnace.apiserver.websockets import WebSockets
from pinnace.apiserver.workers import Workers
from pinnace.objects.errors import Permanent, PinnaceError, Unavailable
from pinnace.store import Store

#: What etcd and the API server allow a request to hold.
MAX_BODY = 3 * 1024 * 1024
_START_TIMEOUT = 20.0
_STOP_TIMEOUT = 5
_BACKLOG = 1024


class PortTaken(PinnaceError):
    """Another program listens on the port that was asked for."""


class ApiServer:
    """The Kubernetes-compatible face of a store."""

    def __init__(  # noqa: PLR0913 - what the plane decides, each by its name
        self,
        store: Store,
        *,
        token: str,
        logs: ReadLog,
        access: PodAccess | None = None,
        tls: Certificate | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        max_body: int = MAX_BODY,
        admission: Sequence[Admission] = (),
        mounts: Sequence[MakeMount] = (),
    ) -> None:
        if tls is None and not is_loopback(host):
            raise Permanent(f"the API on {host} needs TLS: its token would cross the network bare")
        self._host, self._port, self._tls = host, port, tls
        self._streams = Streams()
        self._workers = Workers()
        resources = Resources(store, admission)
        door = Door(resources, access, self._workers) if access is not None else None
        handlers = Handlers(store, resources, logs, self._streams, self._workers, door)
        shared = Host(
            store=store, resources=resources, logs=logs, streams=self._streams,
            workers=self._workers,
        )  # fmt: skip
        boundary = Boundary(
            handlers, token=token, names=frozenset(names_of(host)), max_body=max_body,
            mounts=[make(shared) for make in mounts],
        )  # fmt: skip
        self._config = _configured(boundary)
        self._server = uvicorn.Server(self._config)
        self._thread: threading.Thread | None = None
        self._socket: socket.socket | None = None

    @property
    def url(self) -> str:
        """Return where clients find it, once started; plain HTTP is answered there too."""
        host = reached_at(self._host)
        host = f"[{host}]" if ":" in host else host
        return f"{'https' if self._tls else 'http'}://{host}:{self._port}"

    def start(self) -> int:
        """Listen and return the port; raises PortTaken naming who has it."""
        self._socket = bind(self._host, self._port)
        self._port = int(self._socket.getsockname()[1])
        started = threading.Event()
        self._thread = threading.Thread(
            target=self._run, args=(started,), name="api-server", daemon=True
        )
        self._thread.start()
        if not started.wait(_START_TIMEOUT) or not self._thread.is_alive():
            raise Unavailable(f"the API server did not start on {self.url}; its log says why")
        return self._port

    def _run(self, started: threading.Event) -> None:
        async def serve() -> None:
            tasks = [asyncio.create_task(self._announce(started))]
            listening = self._socket
            assert listening is not None  # noqa: S101 - start() bound it
            if self._tls is None:
                await self._server.serve(sockets=[listening])
            else:
                listener = Listener(listening, self._protocol, self._tls.context())
                tasks.append(asyncio.create_task(listener.run()))
                await self._server.serve(sockets=[])
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

        with asyncio.Runner(loop_factory=self._config.get_loop_factory()) as runner:
            runner.run(serve())

    def _protocol(self) -> asyncio.Protocol:
        made: asyncio.Protocol = self._config.http_protocol_class(  # type: ignore[call-arg]  # uvicorn types it as Protocol
            config=self._config, server_state=self._server.server_state, app_state={}
        )
        return made

    async def _announce(self, started: threading.Event) -> None:
        while not self._server.started:
            await asyncio.sleep(0.005)  # uvicorn offers no event for it
        started.set()

    def stop(self) -> None:
        """End every stream, finish what is under way and close the port."""
        self._streams.close()
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join(_STOP_TIMEOUT)
            if self._thread.is_alive():
                self._server.force_exit = True
                self._thread.join(_STOP_TIMEOUT)
        self._workers.close()
        if self._socket is not None:
            self._socket.close()


def _configured(boundary: Boundary) -> uvicorn.Config:
    """How uvicorn serves: silent about itself, patient with idle clients, bounded in headers."""
    return uvicorn.Config(
        boundary.app,
        interface="asgi3",
        proxy_headers=False,
        log_level="warning",
        access_log=False,
        server_header=False,
        lifespan="off",
        timeout_keep_alive=120,
        ws=WebSockets,
        timeout_graceful_shutdown=1,
        h11_max_incomplete_event_size=64 * 1024,
        backlog=_BACKLOG,
    )


def bind(host: str, port: int) -> socket.socket:
    """Bind a listening address; raises PortTaken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(_BACKLOG)  # now: who connects before the loop runs only waits
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(
                f"port {port} of {host} is taken by {holder(port)}; stop that program, or choose "
                "another port (0 takes a free one)"
            ) from error
        raise PortTaken(f"can't listen on {host}:{port}: {error.strerror}") from error
    return listener


def holder(port: int) -> str:
    """Return who listens on a port: ``process 123 (python -m http.server)``."""
    with contextlib.suppress(psutil.Error, OSError):
        for connection in psutil.net_connections(kind="inet"):
            listens = connection.status == psutil.CONN_LISTEN and connection.laddr
            if listens and connection.pid and tuple(connection.laddr)[1:2] == (port,):
                command = " ".join(psutil.Process(connection.pid).cmdline()) or "unknown command"
                return f"process {connection.pid} ({command[:200]})"
    return "a program that this user may not look at"
