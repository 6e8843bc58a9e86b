"""In which state runs of containers are, how they ended, and how to end them.

The truth about a run is in its attempt folder: ``lock`` is held while the shim lives,
``state.json`` says what runs, ``exit.json`` how it ended. So nothing here has to be remembered: a
new control plane asks the same questions of the same files.
"""

import contextlib
import fcntl
import json
import os
import signal
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any

from pinnace.objects.clock import parse_rfc3339
from pinnace.pods.containers import ContainerExit
from pinnace.pods.layout import Attempt

_BOOT = Path("/proc/sys/kernel/random/boot_id")


class Life(Enum):
    """In which state a run is, as its folder tells it."""

    ABSENT = "absent"  # never started
    RUNNING = "running"
    ENDED = "ended"


def life(attempt: Attempt) -> Life:
    """Tell in which state a run is."""
    if (attempt.path / "exit.json").exists():
        return Life.ENDED
    if is_locked(attempt.lock):
        return Life.RUNNING
    if (attempt.path / "exit.json").exists() or (attempt.path / "state.json").exists():
        return Life.ENDED  # it ended meanwhile, or the shim died without a word
    return Life.ABSENT


def is_locked(path: Path) -> bool:
    """Tell whether a shim holds the lock."""
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
    if is_locked(attempt.lock) and _started(pid) == state.get("shimStarted"):
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
