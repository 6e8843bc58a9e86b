"""The status that a Pod shows, and the events that a change of it stands for. Pure.

Mirrors k8s.io/kubernetes/pkg/kubelet/kubelet_pods.go (getPhase, convertStatusToAPIStatus) and
pkg/kubelet/status/generate.go.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pinnace.objects.clock import rfc3339
from pinnace.objects.meta import name_of, namespace_of, set_condition, uid_of
from pinnace.objects.types import Object
from pinnace.pods.containers import ContainerExit
from pinnace.pods.lifecycle import (
    NOT_SEEN,
    Actions,
    Backoff,
    Seen,
    is_deleting,
    restart_time,
    restarts,
    settled,
)
from pinnace.pods.resources import is_sidecar, qos_class
from pinnace.reconcile import Note

DEADLINE_MESSAGE = "Pod was active on the node longer than the specified deadline"


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a status is made from."""

    pod: Object
    seen: Mapping[str, Seen]
    actions: Actions
    now: datetime
    backoff: Backoff


def pod_status(report: Report) -> dict[str, Any]:
    """Return the whole status of a Pod that is bound to this node."""
    pod, spec = report.pod, report.pod.get("spec") or {}
    old = dict(pod.get("status") or {})
    phase, reason, message = _phase(report)
    inits = [_container(report, c) for c in spec.get("initContainers") or ()]
    mains = [_container(report, c) for c in spec.get("containers") or ()]
    new = {key: old[key] for key in old if key not in ("reason", "message")}
    new |= {"phase": phase, "hostIP": "127.0.0.1", "podIP": "127.0.0.1"}
    new |= {"hostIPs": [{"ip": "127.0.0.1"}], "podIPs": [{"ip": "127.0.0.1"}]}
    new |= {"qosClass": qos_class(pod), "startTime": old.get("startTime") or rfc3339(report.now)}
    new |= {"reason": reason} if reason else {}
    new |= {"message": message} if message else {}
    new |= {"initContainerStatuses": inits} if inits else {}
    new["containerStatuses"] = mains
    new["conditions"] = _conditions(report, phase, mains)
    return new


def _phase(report: Report) -> tuple[str, str, str]:
    """Phase, reason and message."""
    old = report.pod.get("status") or {}
    if old.get("phase") in ("Succeeded", "Failed"):
        return str(old["phase"]), str(old.get("reason") or ""), str(old.get("message") or "")
    if report.actions.all_ended:
        if report.actions.deadline_exceeded:
            return "Failed", "DeadlineExceeded", DEADLINE_MESSAGE
        return ("Succeeded" if _all_succeeded(report) else "Failed"), "", ""
    begun = [one for name, one in report.seen.items() if one.started and name in _mains(report.pod)]
    if begun and _initialized(report):
        return "Running", "", ""
    return "Pending", "", ""


def _mains(pod: Object) -> list[str]:
    return [str(c["name"]) for c in (pod.get("spec") or {}).get("containers") or ()]


def _all_succeeded(report: Report) -> bool:
    seen = [report.seen.get(name, NOT_SEEN).ended for name in _mains(report.pod)]
    return all(ended is not None and ended.code == 0 for ended in seen)


def _initialized(report: Report) -> bool:
    for init in (report.pod.get("spec") or {}).get("initContainers") or ():
        one = report.seen.get(init["name"], NOT_SEEN)
        if is_sidecar(init):
            if not one.started:
                return False
        elif not (settled(report.pod, init, one) and one.ended and one.ended.code == 0):
            return False
    return True


def _container(report: Report, container: Object) -> dict[str, Any]:
    name = str(container["name"])
    one = report.seen.get(name, NOT_SEEN)
    state = _state(report, container, one)
    ready = "running" in state
    if not is_sidecar(container) and name not in _mains(report.pod):
        ready = one.ended is not None and one.ended.code == 0 and not one.running
    result: dict[str, Any] = {
        "name": name,
        "image": str(container.get("image") or ""),
        "imageID": "",
        "ready": ready,
        "started": "running" in state,
        "restartCount": one.number,
        "state": state,
        "lastState": {},
    }
    if one.started:
        result["containerID"] = _identity(report.pod, name, one.number)
    last = one.ended if "waiting" in state and one.ended is not None else one.previous
    if last is not None:
        number = one.number if last is one.ended else one.number - 1
        result["lastState"] = {"terminated": _terminated(report.pod, name, number, last)}
    return result


def _identity(pod: Object, name: str, number: int) -> str:
    return f"pinnace://{uid_of(pod)}/{name}/{number}"


def _state(report: Report, container: Object, one: Seen) -> dict[str, Any]:
    if one.running:
        return {"running": {"startedAt": rfc3339(one.started_at or report.now)}}
    if one.problem is not None and not report.actions.all_ended:
        reason, message = one.problem
        return {"waiting": {"reason": reason, "message": message}}
    ended = one.ended
    if ended is None:
        waiting = "ContainerCreating" if _initialized(report) else "PodInitializing"
        return {"waiting": {"reason": waiting}}
    ending = is_deleting(report.pod) or report.actions.all_ended or report.actions.deadline_exceeded
    if (one.interrupted or restarts(report.pod, container, ended)) and not ending:
        wait = restart_time(one, report.now, report.backoff)
        if wait > report.now:
            return {
                "waiting": {
                    "reason": "CrashLoopBackOff",
                    "message": _backoff(report, container, one),
                }
            }
    name = str(container["name"])
    return {"terminated": _terminated(report.pod, name, one.number, ended)}


def _backoff(report: Report, container: Object, one: Seen) -> str:
    pod = report.pod
    seconds = report.backoff.delay(one.number, one.ended or ContainerExit(code=0)).total_seconds()
    where = f"{name_of(pod)}_{namespace_of(pod)}({uid_of(pod)})"
    return f"back-off {seconds:g}s restarting failed container={container['name']} pod={where}"


def _terminated(pod: Object, name: str, number: int, ended: ContainerExit) -> dict[str, Any]:
    result: dict[str, Any] = {"exitCode": ended.code, "reason": ended.reason}
    result |= {"message": ended.message} if ended.message else {}
    result |= {"signal": ended.signal} if ended.signal else {}
    result |= {"startedAt": rfc3339(ended.started_at)} if ended.started_at else {"startedAt": None}
    finished = (
        {"finishedAt": rfc3339(ended.finished_at)} if ended.finished_at else {"finishedAt": None}
    )
    return result | finished | {"containerID": _identity(pod, name, number)}


def _conditions(report: Report, phase: str, mains: list[dict[str, Any]]) -> list[dict[str, Any]]:
    now = rfc3339(report.now)
    conditions = list((report.pod.get("status") or {}).get("conditions") or ())
    waiting = [str(status["name"]) for status in mains if not status["ready"]]
    done = phase == "Succeeded"
    unready: dict[str, str] = {}
    if done:
        unready = {"reason": "PodCompleted"}
    elif phase == "Failed":
        unready = {"reason": "PodFailed"}
    elif waiting:
        message = f"containers with unready status: [{' '.join(waiting)}]"
        unready = {"reason": "ContainersNotReady", "message": message}
    initialized = done or _initialized(report)
    init = {} if initialized else {"reason": "ContainersNotInitialized"}
    for kind, true, why in (
        ("Initialized", initialized, init),
        ("Ready", not unready, unready),
        ("ContainersReady", not unready, unready),
        ("PodScheduled", True, {}),
    ):
        new = {"type": kind, "status": "True" if true else "False", "lastProbeTime": None, **why}
        conditions = set_condition(conditions, new, now)
    return conditions


def notes(
    before: Mapping[str, Any], after: Mapping[str, Any], known: Callable[[str], bool]
) -> Iterator[Note]:
    """Yield the events that a change of status stands for: always the same for the same change.

    ``known`` tells whether an image means something here.
    """
    earlier = {str(status["name"]): status for status in _statuses(before)}
    for status in _statuses(after):
        old = earlier.get(str(status["name"]), {})
        if "containerID" in status and old.get("containerID") != status["containerID"]:
            yield from _begun(status)
            if "containerID" not in old and not known(str(status["image"])):
                yield _mapped(str(status["image"]))
        waiting = (status.get("state") or {}).get("waiting") or {}
        if waiting.get("message") and waiting != ((old.get("state") or {}).get("waiting") or {}):
            yield _waiting(str(status["name"]), waiting)
    if after.get("reason") == "DeadlineExceeded" and before.get("reason") != "DeadlineExceeded":
        yield Note(type="Warning", reason="DeadlineExceeded", message=DEADLINE_MESSAGE)


def _begun(status: Mapping[str, Any]) -> Iterator[Note]:
    name = status["name"]
    ended = (status.get("state") or {}).get("terminated") or {}
    if ended.get("reason") == "StartError":
        yield Note(type="Warning", reason="Failed", message=f"Error: {ended.get('message', '')}")
        return
    yield Note(reason="Created", message=f"Created container {name}")
    yield Note(reason="Started", message=f"Started container {name}")


def _mapped(image: str) -> Note:
    return Note(
        reason="ImageMapped",
        message=f'Image "{image}" is only a name here: its command runs with the programs of this '
        "machine; give it others under `images:` in pinnace.yaml",
    )


def _waiting(name: str, waiting: Mapping[str, Any]) -> Note:
    reason, message = str(waiting["reason"]), str(waiting["message"])
    match reason:
        case "CrashLoopBackOff":
            text = f"Back-off restarting failed container {name}"
            return Note(type="Warning", reason="BackOff", message=text)
        case "FailedMount":
            return Note(
                type="Warning", reason="FailedMount", message=f"MountVolume failed: {message}"
            )
        case _:
            return Note(type="Warning", reason="Failed", message=f"Error: {message}")


def _statuses(status: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from status.get("initContainerStatuses") or ()
    yield from status.get("containerStatuses") or ()
