"""Programs that the control plane starts beside itself, and finds again after a ``kill -9``.

Each has a record (pid, start time, ports) in the state folder: a record whose process still lives
is adopted, not started twice; and ``pinnace down`` ends what the records name and nothing else.
"""

import signal
import socket
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from time import monotonic, sleep

import psutil

from pinnace.objects.errors import Permanent
from pinnace.plane.state import StateFolder, read_json, write_json

_GRACE = 2.0  # SeaweedFS ignores SIGTERM; its writes are with the kernel, so SIGKILL loses none


@dataclass(frozen=True, kw_only=True)
class Running:
    """A started program: who it is (pid and start time) and where it listens."""

    name: str
    pid: int
    started: float
    ports: Mapping[str, int] = field(default_factory=dict)

    def process(self) -> psutil.Process | None:
        """Return the live process, None when it ended or the pid is another's by now."""
        if not self.pid:
            return None
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.started) < 1.0
            return process if same and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.NoSuchProcess:
            return None


def free_ports(names: Sequence[str], preferred: Mapping[str, int]) -> dict[str, int]:
    """Return a free local port for each name, all different; the preferred one where it is free.

    A program that comes back on its old ports is found by whoever wrote its address down.
    """
    with ExitStack() as stack:
        found = {}
        for name in names:
            listener = stack.enter_context(socket.socket())
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind(("127.0.0.1", preferred.get(name, 0)))
            except OSError:  # another program has it by now
                listener.bind(("127.0.0.1", 0))
            found[name] = int(listener.getsockname()[1])
        return found


def _record(state: StateFolder, name: str) -> Path:
    return state.run / f"{name}.process.json"


def running(state: StateFolder) -> list[Running]:
    """Return what the state folder's records name and still lives."""
    records = (Running(**read_json(path)) for path in sorted(state.run.glob("*.process.json")))
    return [record for record in records if record.process() is not None]


def adopt_or_start(
    state: StateFolder,
    name: str,
    ports: Sequence[str],
    command: Callable[[Mapping[str, int]], Sequence[str]],
    *,
    environment: Mapping[str, str] | None = None,
) -> Running:
    """Return the program of that name: the one that lives, or a new one on free ports."""
    known = read_json(_record(state, name))
    if known and Running(**known).process() is not None:
        return Running(**known)
    chosen = free_ports(ports, known["ports"] if known else {})
    log_path = state.logs / f"{name}.log"
    with log_path.open("ab") as log:
        process = subprocess.Popen(
            command(chosen),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=dict(environment) if environment is not None else None,
            start_new_session=True,  # Ctrl-C in a terminal is for the control plane to handle
        )
    started = psutil.Process(process.pid).create_time()
    found = Running(name=name, pid=process.pid, started=started, ports=chosen)
    write_json(_record(state, name), asdict(found))
    return found


def wait_ready(
    state: StateFolder, program: Running, probe: Callable[[], bool], *, timeout: float = 30.0
) -> None:
    """Wait until ``probe`` says yes; raises Permanent naming the log when it doesn't."""
    deadline = monotonic() + timeout
    log = state.logs / f"{program.name}.log"
    while not probe():
        if program.process() is None:
            raise Permanent(f"{program.name} ended before it was ready; its log: {log}")
        if monotonic() > deadline:
            raise Permanent(f"{program.name} was not ready within {timeout:.0f} s; its log: {log}")
        sleep(0.05)  # a foreign program has no other way to tell


def stop(state: StateFolder, programs: Sequence[Running]) -> None:
    """End programs and their children, gently and then not; their records keep only the ports."""
    found = [process for program in programs if (process := program.process()) is not None]
    family = [*found, *(child for process in found for child in process.children(recursive=True))]
    for member in family:
        _signal(member, signal.SIGTERM)
    _, alive = psutil.wait_procs(family, timeout=_GRACE)
    for member in alive:
        _signal(member, signal.SIGKILL)
    psutil.wait_procs(alive, timeout=_GRACE)
    for program in programs:
        write_json(_record(state, program.name), asdict(replace(program, pid=0, started=0.0)))


def _signal(process: psutil.Process, number: int) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return  # it ended by itself meanwhile
