"""What the API server asks of whoever runs containers; injected, as reading logs is."""

import socket
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from starlette.datastructures import QueryParams

from pinnace.apiserver.options import flag
from pinnace.objects.errors import BadRequest
from pinnace.objects.types import Object


@dataclass(frozen=True, kw_only=True)
class ExecOptions:
    """Which streams are wanted, and for exec the command (PodExecOptions)."""

    command: tuple[str, ...] = ()
    stdin: bool = False
    stdout: bool = True
    stderr: bool = True
    tty: bool = False


class Program(Protocol):
    """A program that was started in a container.

    ``stdin``, ``stdout``, ``stderr`` are descriptors of this process, -1 where there is none;
    ``ended`` becomes readable when the program has ended.
    """

    stdin: int
    stdout: int
    stderr: int
    ended: int

    def resize(self, columns: int, rows: int) -> None:
        """Give its terminal another size."""
        ...

    def end_input(self) -> None:
        """Let it see the end of its input."""
        ...

    def close(self) -> int:
        """End it if it still runs, close the descriptors; returns its exit code. Blocks."""
        ...


class Exec(Protocol):
    """Starts a program in a container; blocks until it has started."""

    def __call__(self, pod: Object, container: str, options: ExecOptions, /) -> Program:
        """Start it; raises PinnaceError when the container doesn't run or the program can't."""
        ...


class Attach(Protocol):
    """Follows what a container says; called on a thread of its own."""

    def __call__(
        self, pod: Object, container: str, stop: threading.Event, /
    ) -> Iterator[tuple[str, bytes]]:
        """Yield (``stdout`` or ``stderr``, bytes) from now until the container has ended."""
        ...


class Dial(Protocol):
    """Connects to a port of a Pod; blocks."""

    def __call__(self, pod: Object, port: int, /) -> socket.socket:
        """Connect; raises PinnaceError when nothing of the Pod listens there."""
        ...


@dataclass(frozen=True, kw_only=True)
class PodAccess:
    """The three of them."""

    exec: Exec
    attach: Attach
    dial: Dial


def exec_options(query: QueryParams) -> ExecOptions:
    """Read the query of exec; raises BadRequest."""
    options = _streams(query)
    command = tuple(query.getlist("command"))
    if not command:
        raise BadRequest("you must specify at least one command for the container")
    return ExecOptions(
        command=command, stdin=options.stdin, stdout=options.stdout,
        stderr=options.stderr and not options.tty, tty=options.tty,
    )  # fmt: skip


def attach_options(query: QueryParams) -> ExecOptions:
    """Read the query of attach; raises BadRequest."""
    return _streams(query)


def _streams(query: Mapping[str, str]) -> ExecOptions:
    options = ExecOptions(
        stdin=flag(query, "stdin"), stdout=flag(query, "stdout"), stderr=flag(query, "stderr"),
        tty=flag(query, "tty"),
    )  # fmt: skip
    if not (options.stdin or options.stdout or options.stderr):
        raise BadRequest("you must specify at least 1 of stdin, stdout, stderr")
    return options


def ports_of(query: QueryParams) -> tuple[int, ...]:
    """Read the ``ports`` of a port-forward over channels; raises BadRequest."""
    words = [word for text in query.getlist("ports") for word in text.split(",")]
    for word in words:
        if not word.isascii() or not word.isdigit() or not 0 < int(word) < 65536:
            raise BadRequest(f"ports: expected a port between 1 and 65535, found {word!r}")
    if not words or len(words) > _MOST_PORTS:
        raise BadRequest(f"ports: expected 1 to {_MOST_PORTS} of them, found {len(words)}")
    return tuple(int(word) for word in words)


_MOST_PORTS = 100  # each takes two channels, and a channel's number is one byte
