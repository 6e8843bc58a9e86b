"""Images that run inside the control plane, not in a sandbox: `argoexec`.

A builtin is called on a thread of its own with a `BuiltinContext`, and called again (with the same
container, log and volumes) after the control plane was killed: it must be idempotent.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Protocol

from pinnace.objects.clock import Clock, rfc3339_nano
from pinnace.objects.errors import PinnaceError
from pinnace.objects.types import Object
from pinnace.pods.containers import ContainerExit
from pinnace.pods.images import spellings
from pinnace.pods.layout import Attempt
from pinnace.pods.runs import write_exit

log = logging.getLogger(__name__)


class BuiltinStopped(PinnaceError):
    """What a builtin waits for will not come: the Pod or the control plane is being ended."""


class BuiltinContext(Protocol):
    """What a builtin can see and do."""

    pod: Object
    container: Object
    stopping: threading.Event  # the container was asked to end

    def log(self, line: str) -> None:
        """Write a line to this container's log."""
        ...

    def path(self, container: str, path: str) -> Path:
        """Return the host path of a container's path; no link leads out of the container."""
        ...

    def stdout(self, container: str) -> Iterator[bytes]:
        """Yield what a container has written to standard output."""
        ...

    def wait_for(self, container: str) -> ContainerExit:
        """Wait till a container has ended for good; raises BuiltinStopped when it never will."""
        ...

    def kill(self, container: str) -> None:
        """End another container of the Pod: SIGTERM, and SIGKILL after the grace period."""
        ...


class Builtin(Protocol):
    """A program of the control plane that stands for an image."""

    def __call__(self, ctx: BuiltinContext) -> int:
        """Do the container's work and return its exit code."""
        ...


def find(builtins: Mapping[str, Builtin], image: str) -> Builtin | None:
    """Return the builtin for an image, whatever its tag."""
    return next((builtins[name] for name in spellings(image) if name in builtins), None)


class BuiltinRun:
    """One run of a builtin on its own thread."""

    def __init__(self, attempt: Attempt, clock: Clock, ended: Callable[[], None]) -> None:
        self.attempt, self._clock, self._ended = attempt, clock, ended
        self.stopping = threading.Event()
        self.started_at = clock.now()
        self._abandoned = False
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        attempt.path.mkdir(parents=True, exist_ok=True)

    def start(self, builtin: Builtin, ctx: BuiltinContext) -> None:
        """Call the builtin on a thread."""
        name = f"builtin-{ctx.container.get('name')}"
        self._thread = threading.Thread(
            target=self._run, args=(builtin, ctx), name=name, daemon=True
        )
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Tell whether it still runs."""
        with self._lock:
            return not self._abandoned and self._thread is not None and self._thread.is_alive()

    def log(self, line: str) -> None:
        """Append a line to the log, in the CRI format."""
        stamp = rfc3339_nano(self._clock.now())
        with self.attempt.log.open("a", encoding="utf-8", errors="replace") as file:
            file.write("".join(f"{stamp} stdout F {part}\n" for part in line.split("\n")))

    def kill(self) -> None:
        """Stop caring: threads can't be killed, so it ends here as if it had been."""
        self._finish(137, "Error", "")

    def abandon(self) -> None:
        """The control plane goes down: no exit is recorded, so that it is called again."""
        with self._lock:
            self._abandoned = True
        self.stopping.set()

    def join(self, timeout: float) -> None:
        """Wait for the thread."""
        if self._thread is not None and timeout > 0:
            self._thread.join(timeout)

    def _run(self, builtin: Builtin, ctx: BuiltinContext) -> None:
        try:
            code, message = builtin(ctx), ""
        except BuiltinStopped as stopped:
            code, message = 143, str(stopped)
        except PinnaceError as error:
            self.log(f"error: {error}")
            code, message = 1, str(error)
        except Exception as error:  # the supervisor of builtins: its container fails, not the agent
            log.exception("%s failed", self.attempt.path)
            self.log(f"error: {type(error).__name__}: {error}")
            code, message = 1, f"{type(error).__name__}: {error}"
        try:
            self._finish(code, "Error" if code else "Completed", message)
        finally:  # on a full disk nothing is recorded: it is called again
            self._ended()

    def _finish(self, code: int, reason: str, message: str) -> None:
        with self._lock:
            if self._abandoned:
                return
            self._abandoned = True
            moment = self._clock.now()
            ended = ContainerExit(
                code=code, reason=reason, message=message, started_at=self.started_at,
                finished_at=moment,
            )  # fmt: skip
            if self.attempt.path.exists():
                write_exit(self.attempt, ended)
