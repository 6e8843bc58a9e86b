"""What to do with a Pod's containers now: start, ask to end, kill, wait. Pure.

Takes the Pod, what is seen of its containers, and the time; gives `Actions`. Doing them and asking
again leads to a Pod that rests, whoever was killed in between. Mirrors
k8s.io/kubernetes/pkg/kubelet/kuberuntime (computePodActions) and pkg/util/flowcontrol (Backoff).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pinnace.objects.clock import parse_rfc3339
from pinnace.objects.meta import metadata_of
from pinnace.objects.types import Object
from pinnace.pods.containers import ContainerExit
from pinnace.pods.resources import is_sidecar

_DEFAULT_GRACE = 30
FINISHED = frozenset({"Succeeded", "Failed"})
_BACKOFF_RESET = timedelta(minutes=10)  # a run this long forgets earlier failures


@dataclass(frozen=True, kw_only=True)
class Backoff:
    """How long a container that failed waits for its next start."""

    base: float = 10.0
    longest: float = 300.0

    def delay(self, restarts: int, ended: ContainerExit) -> timedelta:
        """Return the wait after ``restarts`` earlier restarts: none, then the base, doubled."""
        ran = None
        if ended.started_at and ended.finished_at:
            ran = ended.finished_at - ended.started_at
        if restarts == 0 or (ran is not None and ran >= _BACKOFF_RESET):
            return timedelta(0)
        return timedelta(seconds=min(self.longest, self.base * 2.0 ** min(restarts - 1, 30)))


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What is seen of one container: its present run, and what is known beside it."""

    number: int = 0  # of the present run: the restart count
    running: bool = False
    started_at: datetime | None = None
    ended: ContainerExit | None = None  # how the present run ended
    interrupted: bool = False  # it was ended by us or by the machine, and shall run again
    previous: ContainerExit | None = None
    stopping_since: datetime | None = None
    problem: tuple[str, str] | None = None  # why it can't be started (reason, message)
    retry_at: datetime | None = None  # when a start with a problem is tried again

    @property
    def started(self) -> bool:
        """Tell whether the present run was ever started."""
        return self.running or self.ended is not None


NOT_SEEN = Seen()


@dataclass(frozen=True, kw_only=True)
class Actions:
    """What is to be done now, and when to look again."""

    start: tuple[tuple[str, int], ...] = ()  # container and run number
    terminate: tuple[str, ...] = ()
    kill: tuple[str, ...] = ()
    look_again: datetime | None = None
    all_ended: bool = False  # nothing runs and nothing will be started
    deadline_exceeded: bool = False


@dataclass
class _Gathering:
    start: list[tuple[str, int]] = field(default_factory=list)
    terminate: list[str] = field(default_factory=list)
    kill: list[str] = field(default_factory=list)
    times: list[datetime] = field(default_factory=list)

    def actions(self, **more: bool) -> Actions:
        return Actions(
            start=tuple(self.start),
            terminate=tuple(self.terminate),
            kill=tuple(self.kill),
            look_again=min(self.times, default=None),
            **more,
        )


def decide(pod: Object, seen: Mapping[str, Seen], now: datetime, backoff: Backoff) -> Actions:
    """Return what is to be done with the containers of a Pod that is bound to this node."""
    spec = pod.get("spec") or {}
    gathered = _Gathering()
    deadline = deadline_of(pod)
    exceeded = deadline is not None and now >= deadline and not _over_before(deadline, pod, seen)
    finished = (pod.get("status") or {}).get("phase") in FINISHED
    if is_deleting(pod) or exceeded or finished:
        running = [name for name, one in seen.items() if one.running]
        _stop(gathered, running, seen, now, grace_of(pod))
        return gathered.actions(all_ended=not running, deadline_exceeded=exceeded)
    if deadline is not None:
        gathered.times.append(deadline)
    if not _advance_inits(gathered, pod, seen, now, backoff):
        return gathered.actions(all_ended=_init_failed(pod, seen) and not _running(seen))
    for container in spec.get("containers") or ():
        _advance(gathered, pod, container, seen, now, backoff)
    if all(settled(pod, c, seen.get(c["name"], NOT_SEEN)) for c in spec.get("containers") or ()):
        gathered = _Gathering()
        running = _running(seen)
        _stop(gathered, running, seen, now, grace_of(pod))
        return gathered.actions(all_ended=not running)
    return gathered.actions()


def is_deleting(pod: Object) -> bool:
    """Tell whether the Pod's deletion was asked for."""
    return bool(metadata_of(pod).get("deletionTimestamp"))


def grace_of(pod: Object) -> float:
    """Return how many seconds containers get between SIGTERM and SIGKILL."""
    given = metadata_of(pod).get("deletionGracePeriodSeconds")
    if given is None:
        given = (pod.get("spec") or {}).get("terminationGracePeriodSeconds")
    return float(_DEFAULT_GRACE if given is None else given)


def deadline_of(pod: Object) -> datetime | None:
    """Return when ``activeDeadlineSeconds`` ends, counted from when the Pod was bound.

    The start is known to the second only: the second is added, so that it is never too early.
    """
    seconds = (pod.get("spec") or {}).get("activeDeadlineSeconds")
    started = (pod.get("status") or {}).get("startTime")
    if seconds is None or not started:
        return None
    return parse_rfc3339(str(started)) + timedelta(seconds=float(seconds) + 1)


def restarts(pod: Object, container: Object, ended: ContainerExit) -> bool:
    """Tell whether a container that ended so is started again."""
    policy = container.get("restartPolicy") or (pod.get("spec") or {}).get("restartPolicy")
    inits = (pod.get("spec") or {}).get("initContainers") or ()
    if any(init.get("name") == container.get("name") for init in inits):
        policy = "OnFailure" if policy == "Always" and not is_sidecar(container) else policy
    match policy:
        case "Never":
            return False
        case "OnFailure":
            return ended.code != 0
        case _:
            return True


def settled(pod: Object, container: Object, one: Seen) -> bool:
    """Tell whether a container has ended for good."""
    if one.ended is None or one.interrupted or one.running:
        return False
    return not restarts(pod, container, one.ended)


def _over_before(deadline: datetime, pod: Object, seen: Mapping[str, Seen]) -> bool:
    """Whether all main containers had ended for good before the deadline."""
    for container in (pod.get("spec") or {}).get("containers") or ():
        one = seen.get(container["name"], NOT_SEEN)
        if not settled(pod, container, one) or one.ended is None:
            return False
        if one.ended.finished_at is None or one.ended.finished_at >= deadline:
            return False
    return True


def _running(seen: Mapping[str, Seen]) -> list[str]:
    return [name for name, one in seen.items() if one.running]


def _init_failed(pod: Object, seen: Mapping[str, Seen]) -> bool:
    for init in (pod.get("spec") or {}).get("initContainers") or ():
        one = seen.get(init["name"], NOT_SEEN)
        if settled(pod, init, one) and one.ended is not None and one.ended.code != 0:
            return True
    return False


def _advance_inits(
    gathered: _Gathering, pod: Object, seen: Mapping[str, Seen], now: datetime, backoff: Backoff
) -> bool:
    """Go on with the init containers, in order; True when the others may start."""
    if _init_failed(pod, seen):
        _stop(gathered, _running(seen), seen, now, grace_of(pod))
        return False
    for init in (pod.get("spec") or {}).get("initContainers") or ():
        one = seen.get(init["name"], NOT_SEEN)
        if settled(pod, init, one):
            continue
        _advance(gathered, pod, init, seen, now, backoff)
        if not (is_sidecar(init) and one.started):
            return False
    return True


def _advance(
    gathered: _Gathering,
    pod: Object,
    container: Object,
    seen: Mapping[str, Seen],
    now: datetime,
    backoff: Backoff,
) -> None:
    """Start a container, or note when it may be started again."""
    name = str(container["name"])
    one = seen.get(name, NOT_SEEN)
    if one.running:
        if one.stopping_since is not None:  # someone asked for this one alone to end
            _stop(gathered, [name], seen, now, grace_of(pod))
        return
    due, number = one.retry_at or now, one.number
    if one.ended is not None:
        if settled(pod, container, one):
            return
        number += 1
        due = max(due, restart_time(one, now, backoff))
    if due <= now:
        gathered.start.append((name, number))
    else:
        gathered.times.append(due)


def restart_time(one: Seen, now: datetime, backoff: Backoff) -> datetime:
    """Return when a container that ended may start again."""
    if one.interrupted or one.ended is None:
        return now
    return (one.ended.finished_at or now) + backoff.delay(one.number, one.ended)


def _stop(
    gathered: _Gathering,
    names: list[str],
    seen: Mapping[str, Seen],
    now: datetime,
    grace: float,
) -> None:
    for name in names:
        since = seen[name].stopping_since
        if since is None and grace > 0:
            gathered.terminate.append(name)
            gathered.times.append(now + timedelta(seconds=grace))
            continue
        limit = (since or now) + timedelta(seconds=grace)
        if now >= limit:
            gathered.kill.append(name)
        else:
            gathered.times.append(limit)


def containers_of(pod: Object) -> dict[str, dict[str, Any]]:
    """Return all containers by name, init containers first."""
    spec = pod.get("spec") or {}
    everyone = (*(spec.get("initContainers") or ()), *(spec.get("containers") or ()))
    return {str(container["name"]): container for container in everyone}
