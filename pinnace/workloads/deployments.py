"""The decision of the Deployment controller: ReplicaSets in, ReplicaSets out.

Mirrors syncDeployment of k8s.io/kubernetes/pkg/controller/deployment/deployment_controller.go with
rolling.go and recreate.go; each look makes one move, and the change it makes wakes the next.
"""

from collections.abc import Sequence
from datetime import datetime

from pinnace.objects.meta import annotations_of, created_at, key_of, metadata_of, name_of, uid_of
from pinnace.objects.types import Object
from pinnace.reconcile import Decision, Note
from pinnace.workloads import revisions
from pinnace.workloads.deployment_spec import Rollout, read_rollout
from pinnace.workloads.deployment_status import (
    Conditions,
    complete,
    counted,
    report_available,
    report_progress,
    stuck_at,
)
from pinnace.workloads.pods import is_deleting
from pinnace.workloads.replicasets import wanted
from pinnace.workloads.rollout import Size, grown, shrunk


def decide_deployment(
    deployment: Object, sets: Sequence[Object], old_pods: int, now: datetime
) -> Decision:
    """Say what a Deployment needs now.

    ``sets`` are its ReplicaSets, ``old_pods`` how many Pods there still are, in whatever state, of
    those that aren't the present one (only Recreate waits for them).
    """
    move = _Move(deployment, sets, now)
    if not is_deleting(deployment):
        if move.rollout.paused:
            move.resize_paused()
        elif move.rollout.recreate:
            move.recreate(old_pods)
        else:
            move.roll()
    return move.decision()


class _Move:
    """One look at a Deployment: what it changes, gathered."""

    def __init__(self, deployment: Object, sets: Sequence[Object], now: datetime) -> None:
        self._deployment, self._now = deployment, now
        self.rollout: Rollout = read_rollout(deployment)
        self._sets = sorted(sets, key=lambda one: (created_at(one), name_of(one)))
        self._present = revisions.present_of(deployment, self._sets)
        own = uid_of(self._present) if self._present else None
        self._others = [one for one in self._sets if uid_of(one) != own]
        self._revision = revisions.next_revision(self._others)
        self._status = counted(deployment, self._present, self._sets)
        self._conditions = Conditions(self._status, now)
        self._made: list[Object] = []
        self._changed: dict[str, Object] = {}
        self._deleted: list[Object] = []
        self._notes: list[Note] = []

    # -- moves

    def roll(self) -> None:
        """Add new Pods within the surge; else take away old ones that can be spared."""
        others = [_size(one) for one in self._others]
        if self._present is None:
            self._begin(grown(self.rollout, 0, others))
            return
        self._refresh(self._present)
        size = grown(self.rollout, wanted(self._present), others)
        if size != wanted(self._present):
            self._scale(self._present, size)
            return
        smaller = shrunk(self.rollout, _size(self._present), others)
        for one in self._others:
            if name_of(one) in smaller:
                self._scale(one, smaller[name_of(one)])

    def recreate(self, old_pods: int) -> None:
        """Take away all old Pods, wait until they have ended, then make the new ones."""
        running = [one for one in self._others if wanted(one)]
        for one in running:
            self._scale(one, 0)
        if running or old_pods:
            return
        if self._present is None:
            self._begin(self.rollout.replicas)
            return
        self._refresh(self._present)
        if wanted(self._present) != self.rollout.replicas:
            self._scale(self._present, self.rollout.replicas)

    def resize_paused(self) -> None:
        """Change the size only, where it is clear whose."""
        active = [one for one in self._sets if wanted(one)] or self._sets[-1:]
        if len(active) == 1 and wanted(active[0]) != self.rollout.replicas:
            self._scale(active[0], self.rollout.replicas)

    def _begin(self, size: int) -> None:
        made = revisions.make(self._deployment, self.rollout, self._revision, size)
        self._made.append(made)
        self._say_scaled(made, 0, size)
        self._conditions.put(
            "Progressing", "True", "NewReplicaSetCreated",
            f'Created new replica set "{name_of(made)}"', touch=True,
        )  # fmt: skip

    def _refresh(self, present: Object) -> None:
        fresh = revisions.refreshed(self._deployment, self.rollout, present, self._revision)
        if fresh != present:
            self._changed[uid_of(present)] = fresh
        if self._conditions.find("Progressing") is None:
            self._conditions.put(
                "Progressing", "True", "FoundNewReplicaSet",
                f'Found new replica set "{name_of(present)}"',
            )  # fmt: skip

    def _scale(self, one: Object, size: int) -> None:
        known = self._changed.get(uid_of(one), one)
        self._changed[uid_of(one)] = revisions.scaled(self.rollout, known, size)
        self._say_scaled(one, wanted(one), size)

    def _say_scaled(self, one: Object, before: int, after: int) -> None:
        if before != after:
            way = "up" if after > before else "down"
            message = f"Scaled {way} replica set {name_of(one)} from {before} to {after}"
            self._notes.append(Note(reason="ScalingReplicaSet", message=message))

    # -- the outcome

    def decision(self) -> Decision:
        """Bring the status up to date and say all that is to be done."""
        report_available(self.rollout, self._status, self._conditions)
        self._report_pause()
        report_progress(
            self._deployment, self.rollout, self._present, self._status, self._conditions
        )
        if self._present and complete(self.rollout, self._status):
            self._deleted = revisions.expendable(self._others, self.rollout.history)
        return Decision(
            status=self._primary(),
            wanted=tuple(self._made),
            changed=tuple(self._changed.values()),
            delete=tuple(map(key_of, self._deleted)),
            requeue_after=self._stuck_in(),
            events=tuple(self._notes),
        )

    def _report_pause(self) -> None:
        current = self._conditions.find("Progressing")
        if self.rollout.deadline is None or current is None:
            return
        reason = current["reason"]
        if self.rollout.paused and reason not in ("DeploymentPaused", "ProgressDeadlineExceeded"):
            self._conditions.put(
                "Progressing", "Unknown", "DeploymentPaused", "Deployment is paused"
            )
        elif not self.rollout.paused and reason == "DeploymentPaused":
            self._conditions.put(
                "Progressing", "Unknown", "DeploymentResumed", "Deployment is resumed"
            )

    def _primary(self) -> Object | None:
        """Return the Deployment with its new status and revision; None when nothing differs."""
        metadata, old = metadata_of(self._deployment), self._deployment.get("status")
        revision = revisions.revision_of(self._present or (self._made or [{}])[0])
        if self._present and uid_of(self._present) in self._changed:
            revision = revisions.revision_of(self._changed[uid_of(self._present)])
        if revision and revision != revisions.revision_of(self._deployment):
            annotations = {**annotations_of(self._deployment), revisions.REVISION: str(revision)}
            metadata = {**metadata, "annotations": annotations}
        if metadata == metadata_of(self._deployment) and self._status == old:
            return None
        return {**self._deployment, "metadata": metadata, "status": self._status}

    def _stuck_in(self) -> float | None:
        """Return in how many seconds a rollout that stands still counts as stuck."""
        current = self._conditions.find("Progressing")
        over = complete(self.rollout, self._status) or self.rollout.paused
        if self.rollout.deadline is None or current is None or over:
            return None
        if current["reason"] == "ProgressDeadlineExceeded":
            return None
        left = (stuck_at(self.rollout, current) - self._now).total_seconds()
        return max(0.05, left)


def _size(one: Object) -> Size:
    available = int((one.get("status") or {}).get("availableReplicas") or 0)
    return Size(name=name_of(one), replicas=wanted(one), available=available)
