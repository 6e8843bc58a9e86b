"""Start containers through the shim, find them again after a restart, and learn how they end.

The truth about a run is in its attempt folder: ``lock`` is held while the shim lives,
``state.json`` says what runs, ``exit.json`` how it ended. So nothing here has to be remembered: a
new control plane asks the same questions of the same files. A `Watcher` turns the end of a shim
into a call, with one pidfd per running container and one thread for all.
"""

import contextlib
import fcntl
import functools
import json
import os
import py_compile
import selectors
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any

from pinnace.objects.clock import parse_rfc3339
from pinnace.pods.containers import ContainerExit, Launch, StartFailed
from pinnace.pods.layout import Attempt

_SHIM = Path(__file__).with_name("shim.py")
_START_TIMEOUT = 60.0  # of the shim's answer; it takes 0.03 s on an idle machine
_BOOT = Path("/proc/sys/kernel/random/boot_id")


class Life(Enum):
    """In which state a run is, as its folder tells it."""

    ABSENT = "absent"  # never started
    RUNNING = "running"
    ENDED = "ended"


def start(attempt: Attempt, launch: Launch) -> None:
    """Start a container unless this attempt was started before; raises StartFailed."""
    attempt.path.mkdir(parents=True, exist_ok=True)
    write_spec(attempt.path / "spec", launch)
    with (attempt.path / "shim.err").open("ab") as errors:
        shim = subprocess.Popen(
            [sys.executable, "-I", "-S", program(_SHIM), str(attempt.path)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors, start_new_session=True,
        )  # fmt: skip
    try:
        answer, _ = shim.communicate(timeout=_START_TIMEOUT)
    except subprocess.TimeoutExpired as late:
        shim.kill()
        raise StartFailed(f"the shim did not answer within {_START_TIMEOUT:.0f} s") from late
    if answer.strip() not in (b"running", b"failed", b"already"):
        problem = (attempt.path / "shim.err").read_text("utf-8", "replace").strip()
        raise StartFailed(f"the shim did not start: {problem[-500:]}")


@functools.cache
def program(script: Path) -> str:
    """Return a script, compiled once: Python would compile a script at each of its starts."""
    try:
        return str(py_compile.compile(str(script), doraise=True) or script)
    except OSError:  # installed where this user can't write
        return str(script)


def write_spec(path: Path, launch: Launch) -> None:
    """Write what the shim reads; only the owner may read it, as it holds secrets' values."""
    fields = [f"bwrap={launch.bwrap}", f"cwd={launch.directory}"]
    fields += [f"option={option}" for option in launch.options]
    fields += [f"arg={word}" for word in launch.command]
    fields += [f"env={key}={value}" for key, value in launch.environment.items()]
    if any("\0" in field for field in fields):
        raise StartFailed("a command, argument or variable contains a NUL character")
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="utf-8", errors="surrogateescape") as file:
        file.write("\0".join(fields))


def read_spec(path: Path) -> Launch:
    """Read what `write_spec` wrote."""
    fields: dict[str, list[str]] = {}
    for field in path.read_text("utf-8", "surrogateescape").split("\0"):
        key, _, value = field.partition("=")
        fields.setdefault(key, []).append(value)
    return Launch(
        command=tuple(fields.get("arg", ())),
        environment=dict(variable.partition("=")[::2] for variable in fields.get("env", ())),
        directory=fields["cwd"][0],
        bwrap=fields["bwrap"][0],
        options=tuple(fields.get("option", ())),
    )


def life(attempt: Attempt) -> Life:
    """Tell in which state a run is."""
    if (attempt.path / "exit.json").exists():
        return Life.ENDED
    if _locked(attempt.lock):
        return Life.RUNNING
    if (attempt.path / "exit.json").exists() or (attempt.path / "state.json").exists():
        return Life.ENDED  # it ended meanwhile, or the shim died without a word
    return Life.ABSENT


def _locked(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def outcome(attempt: Attempt) -> ContainerExit:
    """Return how a run that has ended did end."""
    found = attempt.exit()
    state = attempt.state() or {}
    if found is not None:
        return ContainerExit(
            code=int(found["code"]),
            signal=int(found.get("signal", 0)),
            reason=str(found.get("reason") or ("Error" if found["code"] else "Completed")),
            message=str(found.get("message", "")),
            started_at=_time(found.get("startedAt")),
            finished_at=_time(found.get("finishedAt")),
        )
    return ContainerExit(
        code=137,
        reason="ContainerStatusUnknown",
        message="The container could not be located when the pod was terminated",
        started_at=_time(state.get("startedAt")),
    )


def bury(attempt: Attempt) -> None:
    """Make sure that nothing of a run is left whose shim died without a word, and write that down.

    A sandbox dies with its shim, but not in its first milliseconds (bwrap --die-with-parent).
    """
    state = attempt.state()
    if attempt.exit() is not None or state is None or state.get("boot") != boot_id():
        return
    init = int(state["init"])
    if _started(init) == state.get("initStarted"):
        with contextlib.suppress(ProcessLookupError):
            os.kill(init, signal.SIGKILL)
    write_exit(attempt, outcome(attempt))


def started_at(attempt: Attempt) -> datetime | None:
    """Return when a run was started."""
    return _time((attempt.state() or {}).get("startedAt"))


def interrupted(attempt: Attempt) -> bool:
    """Tell whether the run ended with `pinnace down` or with the machine: it shall run again."""
    if attempt.interrupted.exists():
        return True
    state = attempt.state()
    return attempt.exit() is None and state is not None and state.get("boot") != boot_id()


def boot_id() -> str:
    """Return the identity of this boot of the machine."""
    try:
        return _BOOT.read_text().strip()
    except OSError:
        return ""


def write_exit(attempt: Attempt, ended: ContainerExit) -> None:
    """Record the end of a run that no shim wrote down (a builtin, a container never started)."""
    attempt.path.mkdir(parents=True, exist_ok=True)
    fields: dict[str, Any] = {"code": ended.code, "signal": ended.signal, "reason": ended.reason}
    fields["message"] = ended.message
    for key, moment in (("startedAt", ended.started_at), ("finishedAt", ended.finished_at)):
        fields |= {key: moment.isoformat()} if moment else {}
    fresh = attempt.path / "exit.json.tmp"
    with fresh.open("w", encoding="utf-8") as file:
        json.dump(fields, file)
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(attempt.path / "exit.json")


def _time(text: Any) -> datetime | None:
    return parse_rfc3339(str(text)) if text else None


def terminate(attempt: Attempt) -> None:
    """Ask the container's main process to end."""
    _signal(attempt, signal.SIGTERM)


def kill(attempt: Attempt) -> None:
    """End everything in the container now."""
    _signal(attempt, signal.SIGUSR1)


def _signal(attempt: Attempt, number: signal.Signals) -> None:
    state = attempt.state()
    if state is None or state.get("boot") != boot_id():
        return
    pid = int(state["shim"])
    if _locked(attempt.lock) and _started(pid) == state.get("shimStarted"):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def open_shim(attempt: Attempt) -> int | None:
    """Return a pidfd of the run's shim; None when that process is gone (or is another by now).

    Raises OSError where the system has no pidfds.
    """
    state = attempt.state()
    if state is None or state.get("boot") != boot_id():
        return None
    pid = int(state["shim"])
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return None
    if _started(pid) == state.get("shimStarted"):
        return descriptor
    os.close(descriptor)
    return None


def _started(pid: int) -> int:
    """When a process started, in ticks since boot: with its pid, its identity."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])
    except (OSError, IndexError, ValueError):
        return 0


class Watcher:
    """Calls back when shims end: one thread, one pidfd each."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._wake, self._poke = os.pipe()
        self._selector.register(self._wake, selectors.EVENT_READ, None)
        self._stopped = False
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="pods-watcher", daemon=True)
        self._thread.start()

    def watch(self, attempt: Attempt, ended: Callable[[], None]) -> None:
        """Call ``ended`` once, as soon as the run's shim is gone."""
        try:
            descriptor = open_shim(attempt)
        except OSError:  # no pidfds on this system
            descriptor = None
        if descriptor is None and _locked(attempt.lock):
            # It lives, but its pid isn't known (yet): a thread can wait for the lock.
            threading.Thread(target=_await_unlock, args=(attempt, ended), daemon=True).start()
            return
        with self._lock:
            if descriptor is not None and not self._stopped:
                self._selector.register(descriptor, selectors.EVENT_READ, ended)
                return
        if descriptor is not None:
            os.close(descriptor)
        if not self._stopped:
            ended()

    def close(self) -> None:
        """Stop watching; the containers go on."""
        with self._lock:
            self._stopped = True
        os.write(self._poke, b".")
        self._thread.join(5)
        for key in list(self._selector.get_map().values()):
            os.close(key.fd)
        os.close(self._poke)
        self._selector.close()

    def _run(self) -> None:
        while not self._stopped:
            for key, _ in self._selector.select():
                if key.data is None:
                    os.read(key.fd, 4096)
                    continue
                self._selector.unregister(key.fd)
                os.close(key.fd)
                key.data()


def _await_unlock(attempt: Attempt, ended: Callable[[], None]) -> None:
    with contextlib.suppress(FileNotFoundError), attempt.lock.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
    ended()
