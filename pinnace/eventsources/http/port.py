"""A loopback port: the declared one, or a free one and the name of who holds the declared one."""

import errno
import socket
from dataclasses import dataclass

import psutil

from pinnace.objects.errors import Transient

LOOPBACK = "127.0.0.1"
_BACKLOG = 1024
_PRIVILEGED = 1024


@dataclass(frozen=True, kw_only=True)
class OpenPort:
    """A listening socket; ``held_by`` says who has the declared port if we could not."""

    socket: socket.socket
    declared: int
    port: int
    held_by: str = ""

    @property
    def address(self) -> str:
        """Return ``host:port`` where it really listens."""
        return f"{LOOPBACK}:{self.port}"


def open_port(declared: int, *, prefer: int = 0, held_by: str = "") -> OpenPort:
    """Listen on the declared port; where it is taken, on ``prefer`` or any free one.

    ``held_by``: who is known to have the declared port already; it isn't tried then.
    """
    wanted = None if held_by else _listen(declared)
    if wanted is not None:
        return OpenPort(socket=wanted, declared=declared, port=declared)
    other = (_listen(prefer) if prefer else None) or _listen(0)
    if other is None:
        raise Transient(f"no free port on {LOOPBACK}")
    real = other.getsockname()[1]
    held_by = held_by or holder_of(declared)
    return OpenPort(socket=other, declared=declared, port=real, held_by=held_by)


def _listen(port: int) -> socket.socket | None:
    """Return a listening socket, None when the port is taken or not ours to take."""
    # the protocol is named, else asyncio leaves Nagle's delay on: 40 ms on every answer
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((LOOPBACK, port))
        sock.listen(_BACKLOG)
    except OSError as error:
        sock.close()
        if error.errno in (errno.EADDRINUSE, errno.EACCES):
            return None
        raise
    return sock


def holder_of(port: int) -> str:
    """Say which process listens on a port, as far as this user may know."""
    try:
        found = [
            connection.pid
            for connection in psutil.net_connections(kind="tcp")
            if connection.status == psutil.CONN_LISTEN and connection.laddr[1:] == (port,)
        ]
    except psutil.AccessDenied:
        found = []
    pid = next((pid for pid in found if pid), None)
    if pid is None and not found and port < _PRIVILEGED:
        return f"the system (ports below {_PRIVILEGED} need privileges)"
    if pid is None:
        return "a process that this user cannot see" if found else "no process that can be seen"
    return f"pid {pid} ({_command(pid)})"


def _command(pid: int) -> str:
    try:
        process = psutil.Process(pid)
        return " ".join(process.cmdline())[:200] or process.name()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return "its command cannot be seen"
