"""One Pod on this node: what its containers do, and doing what was decided for them.

The folder of the Pod is the truth (see `layout` and `launching`); what is only in memory is lost
with the control plane and harmless: when an end was asked for, what can't be started yet, and the
threads of builtins.
"""

import logging
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from pinnace.objects.meta import key_of, name_of, uid_of
from pinnace.objects.types import Object
from pinnace.pods import builtins, launching, logs, runs, volumes
from pinnace.pods.builtins import Builtin, BuiltinRun, BuiltinStopped
from pinnace.pods.containers import ContainerExit, StartFailed
from pinnace.pods.context import Context
from pinnace.pods.layout import Attempt
from pinnace.pods.lifecycle import Actions, Seen, containers_of, settled
from pinnace.pods.preparing import Tools, prepare
from pinnace.pods.runs import Life
from pinnace.pods.sources import NotReady
from pinnace.pods.termination import with_message
from pinnace.pods.view import View

log = logging.getLogger(__name__)

_RECHECK = 30.0  # seconds after which a waiting builtin looks for itself
_RETRY = 1.0  # seconds till a start is tried again; doubled up to the next line
_LONGEST_RETRY = 15.0


@dataclass(frozen=True)
class _Problem:
    reason: str
    message: str
    retry_at: datetime
    delay: float


class PodRun:
    """The containers of one Pod."""

    def __init__(self, pod: Object, tools: Tools) -> None:
        self.pod, self._tools = pod, tools
        self.key = key_of(pod)
        self.directory = tools.layout.pod(uid_of(pod))
        self.closing = False  # the control plane goes down; the Pod does not
        self._changed = threading.Condition()
        self._stopping: dict[tuple[str, int], datetime] = {}
        self._problems: dict[str, _Problem] = {}
        self._builtins: dict[str, BuiltinRun] = {}
        self._watched: set[Path] = set()
        self._ending = False

    # -- seeing

    def observe(self) -> dict[str, Seen]:
        """Return what is seen of every container now."""
        return {name: self.see(name) for name in containers_of(self.pod)}

    def see(self, name: str) -> Seen:
        """Return what is seen of one container."""
        attempts = self.directory.attempts(name)
        problem = self._problems.get(name)
        seen = Seen(
            problem=(problem.reason, problem.message) if problem else None,
            retry_at=problem.retry_at if problem else None,
        )
        if not attempts:
            return seen
        latest = attempts[-1]
        number = latest.number
        seen = replace(seen, number=number, stopping_since=self._stopping.get((name, number)))
        if len(attempts) > 1:
            seen = replace(seen, previous=self._outcome(name, attempts[-2]))
        run = self._builtins.get(name)
        if run is not None and run.alive:
            return replace(seen, running=True, started_at=run.started_at)
        if self._builtin(name) is not None and not (latest.path / "exit.json").exists():
            return seen  # its thread ended with the control plane: it is called again
        match runs.life(latest):
            case Life.RUNNING:
                self._watch(latest)
                return replace(seen, running=True, started_at=runs.started_at(latest))
            case Life.ENDED:
                runs.bury(latest)
                ended, again = self._outcome(name, latest), runs.interrupted(latest)
                return replace(seen, ended=ended, interrupted=again)
            case Life.ABSENT:
                return seen

    def _outcome(self, name: str, attempt: Attempt) -> ContainerExit:
        return with_message(runs.outcome(attempt), attempt, containers_of(self.pod)[name])

    def _watch(self, attempt: Attempt) -> None:
        if attempt.path not in self._watched:
            self._watched.add(attempt.path)
            self._tools.watcher.watch(attempt, self.wake)

    def wake(self) -> None:
        """Something changed: look again, and let waiting builtins look."""
        with self._changed:
            self._changed.notify_all()
        self._tools.wake(self.key)

    # -- doing

    def perform(self, actions: Actions) -> bool:
        """Do what was decided; True when that may have changed something."""
        self._ending = self._ending or actions.all_ended
        for name in actions.terminate:
            self.terminate(name)
        for name in actions.kill:
            self.kill(name)
        for name, number in actions.start:
            self._start(name, number)
        with self._changed:
            self._changed.notify_all()
        return bool(actions.terminate or actions.kill or actions.start)

    def terminate(self, name: str) -> None:
        """Ask a container to end; one that isn't started yet is asked as soon as it is."""
        latest = self.directory.latest(name)
        if latest is None:
            self._stopping.setdefault((name, 0), self._tools.clock.now())
            return
        self._stopping.setdefault((name, latest.number), self._tools.clock.now())
        run = self._builtins.get(name)
        if run is not None and run.alive:
            run.stopping.set()
        else:
            runs.terminate(latest)

    def kill(self, name: str) -> None:
        """End a container now."""
        latest = self.directory.latest(name)
        if latest is None:
            return
        self._stopping.setdefault((name, latest.number), self._tools.clock.now())
        run = self._builtins.get(name)
        if run is not None and run.alive:
            run.stopping.set()
            run.kill()
            self.wake()
        else:
            runs.kill(latest)

    def _start(self, name: str, number: int) -> None:
        """Start one run of a container, or note why it can't be."""
        if self.closing:
            return
        attempt = self.directory.attempt(name, number)
        container = containers_of(self.pod)[name]
        self._clear_old(name, number)
        try:
            self._begin(container, attempt)
        except NotReady as missing:
            self._postpone(name, missing.waiting_reason, str(missing))
        except StartFailed as failure:
            now = self._tools.clock.now()
            ended = ContainerExit(
                code=failure.exit_code, reason=failure.start_reason, message=str(failure),
                started_at=now, finished_at=now,
            )  # fmt: skip
            runs.write_exit(attempt, ended)
            self._problems.pop(name, None)
        except OSError as error:
            self._postpone(name, "RunContainerError", str(error))
        else:
            self._problems.pop(name, None)
            if (name, number) in self._stopping:
                self.terminate(name)

    def _postpone(self, name: str, reason: str, message: str) -> None:
        old = self._problems.get(name)
        delay = min(_LONGEST_RETRY, old.delay * 2) if old else _RETRY
        retry_at = self._tools.clock.now() + timedelta(seconds=delay)
        self._problems[name] = _Problem(reason, message, retry_at, delay)

    @property
    def postponed(self) -> bool:
        """Tell whether a container waits for something that is missing."""
        return bool(self._problems)

    def hurry(self) -> None:
        """Try postponed starts again at once: something that was missing may have come."""
        now = self._tools.clock.now()
        self._problems = {n: replace(p, retry_at=now) for n, p in self._problems.items()}
        self.wake()

    def _clear_old(self, name: str, number: int) -> None:
        """Keep the log of the run before this one, and nothing of those before it."""
        for attempt in self.directory.attempts(name):
            if attempt.number < number - 1:
                shutil.rmtree(attempt.path, ignore_errors=True)
            elif attempt.number < number:
                shutil.rmtree(attempt.rootfs, ignore_errors=True)

    def _begin(self, container: Object, attempt: Attempt) -> None:
        tools = self._tools
        plans = volumes.plan(self.pod, tools.layout, tools.sources, tools.settings.host_paths)
        volumes.materialise(plans)
        builtin = builtins.find(tools.builtins, str(container.get("image") or ""))
        if builtin is not None:
            run = BuiltinRun(attempt, tools.clock, self.wake)
            with self._changed:  # either close() finds this run, or this run finds it closing
                if self.closing:
                    return
                self._builtins[str(container["name"])] = run
            run.start(builtin, Context(self, container, run))
            return
        plan = prepare(self.pod, container, attempt, tools)
        launching.start(attempt, tools.runtime.prepare(plan))
        self._watch(attempt)

    def _builtin(self, name: str) -> Builtin | None:
        image = str(containers_of(self.pod)[name].get("image") or "")
        return builtins.find(self._tools.builtins, image)

    # -- for builtins

    def host_path(self, name: str, path: str) -> Path:
        """Return the host path of a container's path."""
        container = containers_of(self.pod)[name]
        attempt = self.directory.latest(name) or self.directory.attempt(name, 0)
        attempt.path.mkdir(parents=True, exist_ok=True)
        mounts = volumes.mounts(self.pod, container, self._tools.layout, {})
        image = self._tools.images.resolve(str(container.get("image") or ""))
        if self._builtin(name) is not None:  # it has volumes, and a root of its own on disk
            attempt.rootfs.mkdir(parents=True, exist_ok=True)
            return View(attempt.rootfs, mounts).host(path)
        return self._tools.runtime.view(attempt.rootfs, image, mounts).host(path)

    def output(self, name: str) -> Iterator[bytes]:
        """Yield what the present run of a container has written to standard output."""
        latest = self.directory.latest(name)
        return iter(()) if latest is None else logs.stdout(latest)

    def wait_for(self, name: str) -> ContainerExit:
        """Wait till a container has ended for good."""
        container = containers_of(self.pod).get(name)
        if container is None:
            raise BuiltinStopped(f'Pod {name_of(self.pod)} has no container "{name}"')
        with self._changed:
            while True:
                if self.closing:
                    raise BuiltinStopped("the control plane is going down")
                seen = self.see(name)
                if seen.ended is not None and (
                    settled(self.pod, container, seen) or self.stopping(seen)
                ):
                    return seen.ended
                if self._ending or (self._asked_to_end() and not seen.started):
                    raise BuiltinStopped(f'container "{name}" was never started')
                self._changed.wait(_RECHECK)

    def _asked_to_end(self) -> bool:
        return any(run.stopping.is_set() for run in self._builtins.values())

    def stopping(self, seen: Seen) -> bool:
        """Tell whether a container that ended will not be started again, as the Pod is ending."""
        return seen.stopping_since is not None and not seen.interrupted

    # -- ending

    def close(self, timeout: float) -> None:
        """Let go of the builtins without an exit, so that they are called again."""
        with self._changed:
            inside = list(self._builtins.values())
            for run in inside:
                run.abandon()
            self.closing = True
            self._changed.notify_all()
        for run in inside:
            run.join(timeout)
