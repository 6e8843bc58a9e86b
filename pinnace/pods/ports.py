"""Connections to the ports of a Pod: what ``kubectl port-forward`` asks for.

All Pods share this machine's network, so a port alone does not tell whose it is: only a port on
which a process of the Pod listens is connected to.
"""

import contextlib
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import psutil

from pinnace.objects.errors import PinnaceError
from pinnace.objects.meta import name_of, uid_of
from pinnace.objects.types import Object
from pinnace.pods.layout import Layout
from pinnace.pods.runs import Life, life

_TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
_LISTENING = "0A"
_TIMEOUT = 10.0
_LOOPBACK = ("127.0.0.1", "::1")


class NotListening(PinnaceError):
    """No process of the Pod listens on the port."""

    code = 503
    reason = "ServiceUnavailable"


def dial(state_dir: Path, pod: Object, port: int) -> socket.socket:
    """Connect to a port of a Pod; raises NotListening, worded as the kubelet words it."""
    refused = (
        f"failed to connect to localhost:{port} inside pod {name_of(pod)}: "
        f"dial tcp4 127.0.0.1:{port}: connect: connection refused"
    )
    if not listens(state_dir, pod, port):
        raise NotListening(refused)
    for address in _LOOPBACK:
        with contextlib.suppress(OSError):
            return socket.create_connection((address, port), timeout=_TIMEOUT)
    raise NotListening(refused)


def listens(state_dir: Path, pod: Object, port: int) -> bool:
    """Tell whether a process of the Pod listens on a port."""
    wanted = set(_listeners(port))
    return bool(wanted) and any(
        not wanted.isdisjoint(_sockets(pid)) for pid in _processes(state_dir, pod)
    )


def _listeners(port: int) -> Iterator[str]:
    """The inodes of all sockets that listen on a port."""
    for table in _TABLES:
        with contextlib.suppress(FileNotFoundError):  # IPv6 may be off
            for line in table.read_text("ascii").splitlines()[1:]:
                fields = line.split()
                local, state, inode = fields[1], fields[3], fields[9]
                if state == _LISTENING and int(local.rpartition(":")[2], 16) == port:
                    yield f"socket:[{inode}]"


def _sockets(pid: int) -> set[str]:
    """What a process's descriptors lead to."""
    folder, found = f"/proc/{pid}/fd", set()
    with contextlib.suppress(OSError):
        for name in os.listdir(folder):
            with contextlib.suppress(OSError):  # closed meanwhile
                found.add(os.readlink(f"{folder}/{name}"))
    return found


def _processes(state_dir: Path, pod: Object) -> Iterator[int]:
    """The processes of a Pod's running containers."""
    directory = Layout(state_dir).pod(uid_of(pod))
    for name in directory.containers():
        attempt = directory.latest(name)
        state = attempt.state() if attempt is not None else None
        if attempt is None or state is None or life(attempt) is not Life.RUNNING:
            continue
        with contextlib.suppress(psutil.NoSuchProcess):
            init = psutil.Process(int(state["init"]))
            yield init.pid
            yield from (child.pid for child in init.children(recursive=True))
