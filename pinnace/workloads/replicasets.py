"""The decision of the ReplicaSet controller: as many Pods as wanted, and what there is of them.

Mirrors syncReplicaSet of k8s.io/kubernetes/pkg/controller/replicaset/replica_set.go. Pods that bear
the labels but belong to nobody are left alone.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from pinnace.objects.meta import created_at, key_of, labels_of, metadata_of, name_of
from pinnace.objects.types import Object
from pinnace.reconcile import NOTHING, Decision, Note
from pinnace.workloads.pods import (
    available_at,
    is_active,
    is_deleting,
    is_ready,
    phase,
    pod_of,
)

_BURST = 500  # Pods made or deleted at one look
_NAME_ROOM = 58

Suffix = Callable[[], str]


def decide_replica_set(
    replicas: Object, pods: Iterable[Object], now: datetime, suffix: Suffix
) -> Decision:
    """Say what a ReplicaSet needs now; ``suffix`` draws the end of a Pod's name."""
    active = [pod for pod in pods if is_active(pod)]
    created: list[Object] = []
    surplus: list[Object] = []
    if not is_deleting(replicas):
        missing = wanted(replicas) - len(active)
        created = [_pod(replicas, suffix()) for _ in range(min(missing, _BURST))]
        surplus = sorted(active, key=_dispensable)[: min(max(0, -missing), _BURST)]
    status, soonest = _status(replicas, active, now)
    if not (created or surplus) and status == replicas.get("status") and soonest is None:
        return NOTHING
    return Decision(
        status=None if status == replicas.get("status") else {**replicas, "status": status},
        wanted=tuple(created),
        delete=tuple(map(key_of, surplus)),
        requeue_after=soonest,
        events=(
            *(_note("SuccessfulCreate", "Created", pod) for pod in created),
            *(_note("SuccessfulDelete", "Deleted", pod) for pod in surplus),
        ),
    )


def wanted(replicas: Object) -> int:
    """Return how many Pods a ReplicaSet shall have; 1 when it doesn't say."""
    given = (replicas.get("spec") or {}).get("replicas")
    return 1 if given is None else int(given)


def _note(reason: str, done: str, pod: Object) -> Note:
    return Note(reason=reason, message=f"{done} pod: {name_of(pod)}")


def _pod(replicas: Object, suffix: str) -> Object:
    template = (replicas.get("spec") or {}).get("template") or {}
    return pod_of(replicas, template, f"{name_of(replicas)[:_NAME_ROOM]}-{suffix}")


def _dispensable(pod: Object) -> tuple[Any, ...]:
    """Sort what can be spared best first (controller.ActivePods): not placed, not ready, young."""
    placed = bool((pod.get("spec") or {}).get("nodeName"))
    order = ("Pending", "Unknown", "Running").index(phase(pod)) if placed else -1
    young = tuple(-ord(char) for char in created_at(pod))
    return placed, order, is_ready(pod), young, name_of(pod)


def _status(
    replicas: Object, active: list[Object], now: datetime
) -> tuple[dict[str, Any], float | None]:
    """Return the new status, and in how many seconds a ready Pod becomes available."""
    spec = replicas.get("spec") or {}
    labels = labels_of(spec.get("template") or {}).items()
    instants = [available_at(pod, int(spec.get("minReadySeconds") or 0)) for pod in active]
    ready = [instant for instant in instants if instant is not None]
    later = [instant for instant in ready if instant > now]
    status = {
        **{k: v for k, v in (replicas.get("status") or {}).items() if k == "conditions"},
        "replicas": len(active),
        "fullyLabeledReplicas": sum(labels <= labels_of(pod).items() for pod in active),
        "readyReplicas": len(ready),
        "availableReplicas": len(ready) - len(later),
        "observedGeneration": metadata_of(replicas).get("generation"),
    }
    kept = {key: value for key, value in status.items() if value or key == "replicas"}
    return kept, (min(later) - now).total_seconds() if later else None
