"""What ``kubectl get pods`` says of a Pod.

Mirrors k8s.io/kubernetes/pkg/printers/internalversion/printers.go, printPod.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pinnace.objects.ages import age
from pinnace.objects.meta import condition
from pinnace.objects.types import Object

_TERMINAL = frozenset({"Succeeded", "Failed"})


@dataclass(frozen=True, kw_only=True)
class Summary:
    """The computed cells of one Pod."""

    ready: str
    status: str
    restarts: str


def summary(pod: Object, now: datetime) -> Summary:
    """Compute READY, STATUS and RESTARTS."""
    status: Mapping[str, Any] = pod.get("status") or {}
    inits, mains = (
        _statuses(status, "initContainerStatuses"),
        _statuses(status, "containerStatuses"),
    )
    reason = str(status.get("reason") or status.get("phase") or "")
    initializing = _initializing(pod, inits)
    counted = inits
    if initializing is None or _is_true(pod, "Initialized"):
        counted = mains
        reason = _running_reason(pod, mains, reason)
    else:
        reason = initializing
    ready = sum(1 for c in mains if c.get("ready") and "running" in (c.get("state") or {}))
    if initializing is not None and not _is_true(pod, "Initialized"):
        ready = 0
    total = len((pod.get("spec") or {}).get("containers") or [])
    return Summary(
        ready=f"{ready}/{total}",
        status=_unless_deleted(pod, status, reason),
        restarts=_restarts(counted, now),
    )


def _statuses(status: Mapping[str, Any], field: str) -> list[dict[str, Any]]:
    return status.get(field) or []


def _is_true(pod: Object, type_: str) -> bool:
    return (condition(pod, type_) or {}).get("status") == "True"


def _initializing(pod: Object, inits: list[dict[str, Any]]) -> str | None:
    """Return ``Init:…`` for the first init container that has not ended well, else None."""
    total = len((pod.get("spec") or {}).get("initContainers") or [])
    for number, container in enumerate(inits):
        state = container.get("state") or {}
        ended, waiting = state.get("terminated"), state.get("waiting") or {}
        if ended is not None and not ended.get("exitCode"):
            continue
        if ended is not None:
            return f"Init:{_ended(ended)}"
        if waiting.get("reason") and waiting["reason"] != "PodInitializing":
            return f"Init:{waiting['reason']}"
        return f"Init:{number}/{total}"
    return None


def _ended(state: Mapping[str, Any]) -> str:
    if state.get("reason"):
        return str(state["reason"])
    if state.get("signal"):
        return f"Signal:{state['signal']}"
    return f"ExitCode:{state.get('exitCode', 0)}"


def _running_reason(pod: Object, mains: list[dict[str, Any]], reason: str) -> str:
    running = False
    for container in reversed(mains):
        state = container.get("state") or {}
        waiting, ended = state.get("waiting") or {}, state.get("terminated")
        if waiting.get("reason"):
            reason = str(waiting["reason"])
        elif ended is not None:
            reason = _ended(ended)
        elif container.get("ready") and state.get("running") is not None:
            running = True
    if reason == "Completed" and running:
        return "Running" if _is_true(pod, "Ready") else "NotReady"
    return reason


def _unless_deleted(pod: Object, status: Mapping[str, Any], reason: str) -> str:
    deleting = (pod.get("metadata") or {}).get("deletionTimestamp")
    return "Terminating" if deleting and status.get("phase") not in _TERMINAL else reason


def _restarts(containers: list[dict[str, Any]], now: datetime) -> str:
    count = sum(int(container.get("restartCount") or 0) for container in containers)
    ends = [
        str(((container.get("lastState") or {}).get("terminated") or {}).get("finishedAt") or "")
        for container in containers
    ]
    last = max(ends, default="")
    return f"{count} ({age(last, now)} ago)" if count and last else str(count)
