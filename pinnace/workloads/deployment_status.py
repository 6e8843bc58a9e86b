"""What a Deployment's status says: counts, and the conditions Available and Progressing. Pure.

Mirrors calculateStatus and syncRolloutStatus of k8s.io/kubernetes/pkg/controller/deployment
(sync.go, progress.go).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from pinnace.objects.clock import parse_rfc3339, rfc3339
from pinnace.objects.meta import metadata_of, name_of
from pinnace.objects.types import Object
from pinnace.workloads.deployment_spec import Rollout
from pinnace.workloads.replicasets import wanted

_COUNTS = ("replicas", "readyReplicas", "availableReplicas")
_DONE = "NewReplicaSetAvailable"


def counted(deployment: Object, present: Object | None, sets: Sequence[Object]) -> dict[str, Any]:
    """Return the status of a Deployment with these ReplicaSets; the conditions are the old ones."""
    old = deployment.get("status") or {}
    totals = {
        name: sum(int((one.get("status") or {}).get(name) or 0) for one in sets) for name in _COUNTS
    }
    updated = int(((present or {}).get("status") or {}).get("replicas") or 0)
    missing = max(0, sum(map(wanted, sets)) - totals["availableReplicas"])
    status = {
        "observedGeneration": metadata_of(deployment).get("generation"),
        **totals, "updatedReplicas": updated, "unavailableReplicas": missing,
        "collisionCount": old.get("collisionCount"),
    }  # fmt: skip
    kept = {key: value for key, value in status.items() if value}
    return {**kept, "conditions": list(old.get("conditions") or [])}


class Conditions:
    """A Deployment's conditions while they are brought up to date."""

    def __init__(self, status: dict[str, Any], now: datetime) -> None:
        self._status, self.now = status, now

    def find(self, type_: str) -> dict[str, Any] | None:
        """Return the condition of that type."""
        return next((c for c in self._status["conditions"] if c["type"] == type_), None)

    def put(self, type_: str, status: str, reason: str, message: str, *, touch: bool = False
            ) -> None:  # fmt: skip
        """Set a condition; ``touch``: it is news even if it says the same."""
        old = self.find(type_)
        now = rfc3339(self.now)
        if old and not touch and (old["status"], old["reason"]) == (status, reason):
            return
        new = {
            "type": type_, "status": status, "reason": reason, "message": message,
            "lastUpdateTime": now, "lastTransitionTime": now,
        }  # fmt: skip
        if old and old["status"] == status:
            new["lastTransitionTime"] = old["lastTransitionTime"]
        others = [c for c in self._status["conditions"] if c["type"] != type_]
        self._status["conditions"] = [*others, new]


def report_available(rollout: Rollout, status: dict[str, Any], conditions: Conditions) -> None:
    """Say whether enough Pods are available."""
    if status.get("availableReplicas", 0) >= rollout.min_available:
        conditions.put(
            "Available", "True", "MinimumReplicasAvailable",
            "Deployment has minimum availability.",
        )  # fmt: skip
    else:
        conditions.put(
            "Available", "False", "MinimumReplicasUnavailable",
            "Deployment does not have minimum availability.",
        )  # fmt: skip


def report_progress(
    deployment: Object, rollout: Rollout, present: Object | None, status: dict[str, Any],
    conditions: Conditions,
) -> None:  # fmt: skip
    """Say how the rollout goes: done, going on, or stuck for longer than its deadline."""
    if rollout.deadline is None or rollout.paused:
        return
    about = f'ReplicaSet "{name_of(present)}"' if present else f'Deployment "{name_of(deployment)}"'
    current = conditions.find("Progressing")
    settled = status.get("replicas") == status.get("updatedReplicas")
    if settled and current and current["reason"] == _DONE:
        return
    old = deployment.get("status") or {}
    if complete(rollout, status):
        conditions.put("Progressing", "True", _DONE, f"{about} has successfully progressed.")
    elif _progressed(old, status):
        conditions.put(
            "Progressing", "True", "ReplicaSetUpdated", f"{about} is progressing.", touch=True
        )
    elif current and stuck_at(rollout, current) <= conditions.now:
        conditions.put(
            "Progressing",
            "False",
            "ProgressDeadlineExceeded",
            f"{about} has timed out progressing.",
        )


def complete(rollout: Rollout, status: dict[str, Any]) -> bool:
    """Tell whether exactly the wanted replicas are there, all new and available."""
    return all(
        status.get(name, 0) == rollout.replicas
        for name in ("updatedReplicas", "replicas", "availableReplicas")
    )


def _progressed(old: dict[str, Any], new: dict[str, Any]) -> bool:
    def outdated(status: dict[str, Any]) -> int:
        return int(status.get("replicas", 0)) - int(status.get("updatedReplicas", 0))

    return outdated(new) < outdated(old) or any(
        int(new.get(name, 0)) > int(old.get(name, 0))
        for name in ("updatedReplicas", "readyReplicas", "availableReplicas")
    )


def stuck_at(rollout: Rollout, progressing: dict[str, Any]) -> datetime:
    """Return when a rollout that moves no more counts as failed."""
    since = parse_rfc3339(progressing["lastUpdateTime"])
    return since + timedelta(seconds=rollout.deadline or 0)
