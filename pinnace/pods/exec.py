"""Running one more program in a container, and following what a container says from now on.

What the API server's ``pods/exec`` and ``pods/attach`` call. The program is started by `enter`,
a small script that joins the container's namespaces; what it needs to know of the container stands
in the folder of its run, so a container that outlived a control plane can be entered as well.
"""

import array
import fcntl
import os
import socket
import struct
import subprocess
import sys
import termios
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pinnace.objects.errors import BadRequest, PinnaceError
from pinnace.objects.meta import name_of, uid_of
from pinnace.objects.types import Object
from pinnace.pods import logs
from pinnace.pods.launching import program, read_spec
from pinnace.pods.layout import Attempt, Layout
from pinnace.pods.runs import Life, life

_ENTER = Path(__file__).with_name("enter.py")
_START_TIMEOUT = 30.0
_END_TIMEOUT = 10.0  # of the helper, after its program was killed


class ContainerNotFound(PinnaceError):
    """No such container runs now; worded as the kubelet words it."""

    code = 404
    reason = "NotFound"


class ExecFailed(PinnaceError):
    """The program can't be started in the container."""

    code = 500
    reason = "InternalError"


@dataclass(frozen=True, kw_only=True)
class Command:
    """What to run: its words, whether it reads anything, whether it gets a terminal."""

    words: Sequence[str]
    stdin: bool = False
    terminal: bool = False


class Execution:
    """A program that runs in a container, its ends of the pipes (-1: there is none) and its end.

    With a terminal, ``stdin`` and ``stdout`` are both that. ``ended`` is a descriptor that becomes
    readable when the program has ended.
    """

    def __init__(
        self, helper: "subprocess.Popen[bytes]", control: socket.socket, streams: "_Streams"
    ) -> None:
        self._helper, self._control, self._streams = helper, control, streams
        self.stdin, self.stdout, self.stderr = streams.ours
        self.ended = os.pidfd_open(helper.pid)

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size; nothing happens without one."""
        if self._streams.terminal and 0 < columns < 65536 and 0 < rows < 65536:
            size = struct.pack("HHHH", rows, columns, 0, 0)
            fcntl.ioctl(self.stdout, termios.TIOCSWINSZ, size)

    def end_input(self) -> None:
        """Let the program see the end of its input (a terminal has none)."""
        if not self._streams.terminal and self.stdin >= 0:
            self._streams.close(self.stdin)
            self.stdin = -1

    def close(self) -> int:
        """End the program if it still runs; returns its exit code."""
        self._control.close()  # which tells the helper to kill it
        try:
            return self._helper.wait(_END_TIMEOUT)
        except subprocess.TimeoutExpired:
            self._helper.kill()
            return self._helper.wait(_END_TIMEOUT)
        finally:
            os.close(self.ended)
            self._streams.close_all()


class _Streams:
    """The pipes of a program: its ends and ours."""

    def __init__(self, command: Command) -> None:
        self.terminal = command.terminal
        self._open: set[int] = set()
        self.theirs: list[int] = [-1, -1, -1]
        self.ours: list[int] = [-1, -1, -1]
        if command.terminal:
            return  # they come with the terminal, which is made in the container
        if command.stdin:
            self.theirs[0], self.ours[0] = self._pipe()
        for number in (1, 2):
            self.ours[number], self.theirs[number] = self._pipe()

    def _pipe(self) -> tuple[int, int]:
        pair = os.pipe()
        self._open.update(pair)
        return pair

    def adopt(self, master: int) -> None:
        """Take the terminal of the program."""
        self._open.add(master)
        self.ours = [master, master, -1]

    def let_go(self) -> None:
        """Close the program's ends: it has them now."""
        for descriptor in {one for one in self.theirs if one >= 0}:
            self.close(descriptor)

    def close(self, descriptor: int) -> None:
        """Close one descriptor, once."""
        if descriptor in self._open:
            self._open.discard(descriptor)
            os.close(descriptor)

    def close_all(self) -> None:
        """Close whatever is open."""
        for descriptor in tuple(self._open):
            self.close(descriptor)


def execute(state_dir: Path, pod: Object, container: str, command: Command) -> Execution:
    """Start a program in a container.

    Raises ContainerNotFound when it doesn't run now, BadRequest when it is a container that has no
    processes, ExecFailed when the program can't be started.
    """
    attempt = running_attempt(state_dir, pod, container)
    ours, theirs = socket.socketpair()
    streams = _Streams(command)
    request = os.memfd_create("request")
    try:
        os.write(request, _request(attempt, command))
        os.lseek(request, 0, os.SEEK_SET)
        helper = subprocess.Popen(
            [sys.executable, "-I", "-S", program(_ENTER), str(theirs.fileno()), str(request)],
            stdin=_or_null(streams.theirs[0]), stdout=_or_null(streams.theirs[1]),
            stderr=_or_null(streams.theirs[2]), pass_fds=(theirs.fileno(), request),
            start_new_session=True,
        )  # fmt: skip
        streams.let_go()
    except BaseException:
        ours.close()
        streams.close_all()
        raise
    finally:
        os.close(request)
        theirs.close()
    execution = Execution(helper, ours, streams)
    try:
        _await_start(ours, streams)
    except PinnaceError:
        execution.close()
        raise
    execution.stdin, execution.stdout, execution.stderr = streams.ours
    return execution


def _or_null(descriptor: int) -> int:
    return descriptor if descriptor >= 0 else subprocess.DEVNULL


def _await_start(control: socket.socket, streams: _Streams) -> None:
    """Wait for the helper's answer, and take the terminal that comes with it."""
    control.settimeout(_START_TIMEOUT)
    try:
        answer, rights, _, _ = control.recvmsg(8192, socket.CMSG_SPACE(array.array("i").itemsize))
    except TimeoutError as late:
        raise ExecFailed(f"no answer from the container within {_START_TIMEOUT:.0f} s") from late
    for _, _, data in rights:
        streams.adopt(int.from_bytes(data[:4], sys.byteorder))
    word, _, problem = answer.decode(errors="replace").partition(" ")
    if word != "ready":
        raise ExecFailed(
            "Internal error occurred: error executing command in container: "
            f"{problem or 'its helper ended without a word'}"
        )


def running_attempt(state_dir: Path, pod: Object, container: str) -> Attempt:
    """Return the run of a container that is alive; raises ContainerNotFound or BadRequest."""
    attempt = Layout(state_dir).pod(uid_of(pod)).latest(container)
    if attempt is not None and not (attempt.path / "spec").exists():
        raise BadRequest(
            f'container "{container}" of pod "{name_of(pod)}" is run by the control plane itself: '
            "it has no processes; choose another with -c"
        )
    if attempt is None or life(attempt) is not Life.RUNNING or attempt.state() is None:
        raise _not_found(container)
    return attempt


def _not_found(container: str) -> ContainerNotFound:
    return ContainerNotFound(f'unable to upgrade connection: container not found ("{container}")')


def _request(attempt: Attempt, command: Command) -> bytes:
    """What `enter` reads: the program, and the container's own environment and directory."""
    launch, state = read_spec(attempt.path / "spec"), attempt.state() or {}
    directory = launch.directory
    if launch.options:
        directory = launch.options[launch.options.index("--chdir") + 1]
    environment = dict(launch.environment)
    if command.terminal:
        environment.setdefault("TERM", "xterm")
    fields = [f"arg={word}" for word in command.words]
    fields += [f"env={key}={value}" for key, value in environment.items()]
    fields += [f"cwd={directory}", f"tty={int(command.terminal)}"]
    fields += [f"sandboxed={int(bool(launch.options))}"]
    fields += [f"init={state['init']}", f"started={state['initStarted']}"]
    if any("\0" in field for field in fields):
        raise BadRequest("the command contains a NUL character")
    return "\0".join(fields).encode("utf-8", "surrogateescape")


def follow(
    state_dir: Path, pod: Object, container: str, stop: threading.Event
) -> Iterator[tuple[str, bytes]]:
    """Yield what a container says from now on, as (``stdout`` or ``stderr``, bytes).

    Ends with the container or when ``stop`` is set; raises ContainerNotFound when it doesn't run.
    """
    attempt = Layout(state_dir).pod(uid_of(pod)).latest(container)
    if attempt is None or not attempt.log.exists():
        raise _not_found(container)
    for entry in logs.entries_from_now(attempt, stop):
        yield entry.stream, entry.text + (b"\n" if entry.full else b"")
