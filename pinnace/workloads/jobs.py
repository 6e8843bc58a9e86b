"""The decision of the Job controller: Pods in, Pods and conditions out.

Mirrors syncJob of k8s.io/kubernetes/pkg/controller/job/job_controller.go. A Pod that has ended is
counted once: the count and a mark on the Pod are written together, so it counts even if somebody
deletes the Pod afterwards (upstream holds such Pods with a finalizer instead).
"""

from collections.abc import Sequence
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any, Literal

from pinnace.objects.clock import parse_rfc3339, rfc3339
from pinnace.objects.meta import annotations_of, created_at, key_of, metadata_of, name_of
from pinnace.objects.types import Object
from pinnace.reconcile import NOTHING, Decision, Note
from pinnace.workloads.indexes import read_indexes, write_indexes
from pinnace.workloads.job_pods import COUNTED, index_of, job_pod
from pinnace.workloads.job_spec import JobSpec, read_job
from pinnace.workloads.pods import (
    finished_at,
    has_ended,
    is_active,
    is_deleting,
    is_ready,
    phase,
    restarts,
)
from pinnace.workloads.replicasets import Suffix

_FIRST_DELAY, _LONGEST_DELAY = 1.0, 60.0  # seconds between a failure and the next try


def decide_job(job: Object, pods: Sequence[Object], now: datetime, suffix: Suffix) -> Decision:
    """Say what a Job needs now; ``pods`` are its own."""
    if is_deleting(job):
        return NOTHING
    look = _Look(job, pods, now, suffix)
    look.count()
    if look.has("Complete") or look.has("Failed"):
        look.expire()
    elif look.has("FailureTarget") or look.has("SuccessCriteriaMet"):
        look.end()
    elif look.spec.suspend:
        look.suspend()
    else:
        look.go_on()
    return look.decision()


class _Look:
    """One look at a Job: what it changes, gathered."""

    def __init__(self, job: Object, pods: Sequence[Object], now: datetime, suffix: Suffix) -> None:
        self.spec: JobSpec = read_job(job)
        self._job, self._pods, self._now, self._suffix = job, pods, now, suffix
        self._active = sorted(
            filter(is_active, pods), key=lambda pod: (created_at(pod), name_of(pod))
        )
        self._ending = [pod for pod in pods if is_deleting(pod) and not has_ended(pod)]
        self._status: dict[str, Any] = deepcopy(job.get("status") or {})
        self._status.setdefault("conditions", [])
        self._made: list[Object] = []
        self._marked: list[Object] = []
        self._deleted: list[Object] = []
        self._notes: list[Note] = []
        self._wake: list[datetime] = []
        self._done = read_indexes(self._status.get("completedIndexes") or "")

    # -- counting

    def count(self) -> None:
        """Count the Pods that have ended since the last look, and mark them."""
        for pod in self._pods:
            if not has_ended(pod) or COUNTED in annotations_of(pod):
                continue
            field = "succeeded" if phase(pod) == "Succeeded" else "failed"
            index = index_of(pod)
            if field == "failed" or not self.spec.indexed or index not in self._done:
                self._status[field] = int(self._status.get(field) or 0) + 1
            if field == "succeeded" and index is not None:
                self._done.add(index)
            annotations = {**annotations_of(pod), COUNTED: "true"}
            metadata = {**metadata_of(pod), "annotations": annotations}
            self._marked.append({**pod, "metadata": metadata})

    @property
    def _succeeded(self) -> int:
        return int(self._status.get("succeeded") or 0)

    @property
    def _failed(self) -> int:
        return int(self._status.get("failed") or 0)

    # -- what a Job can be in

    def expire(self) -> None:
        """Delete a Job that has ended when its time is over, with its Pods."""
        self._remove(self._active)
        ended = self._find("Complete") or self._find("Failed") or {}
        if self.spec.ttl is None:
            return
        expiry = parse_rfc3339(ended["lastTransitionTime"]) + timedelta(seconds=self.spec.ttl)
        if self._now >= expiry:
            self._deleted = [*self._deleted, self._job]
        else:
            self._wake.append(expiry)

    def suspend(self) -> None:
        """End all Pods of a Job that shall not run."""
        self._remove(self._active)
        self._status.pop("startTime", None)
        if not self.has("Suspended"):
            self._put("Suspended", "True", "JobSuspended", "Job suspended")
            self._note("Normal", "Suspended", "Job suspended")

    def go_on(self) -> None:
        """Start it, end it if it is over, else have as many Pods as it wants."""
        if self.has("Suspended"):
            self._put("Suspended", "False", "JobResumed", "Job resumed")
            self._note("Normal", "Resumed", "Job resumed")
        self._status.setdefault("startTime", rfc3339(self._now))
        if self._fails() or self._succeeds():
            self.end()
            return
        self._adjust()

    def _fails(self) -> bool:
        """Tell whether a limit is passed; then its condition is there."""
        limit = self.spec.backoff_limit
        retried = restarts(self._active) if self.spec.restarts_in_place else 0
        if self._failed > limit or (retried and retried >= limit):
            self._put("FailureTarget", "True", "BackoffLimitExceeded",
                      "Job has reached the specified backoff limit")  # fmt: skip
            return True
        if self.spec.deadline is None:
            return False
        deadline = parse_rfc3339(self._status["startTime"]) + timedelta(seconds=self.spec.deadline)
        if self._now < deadline:
            self._wake.append(deadline)
            return False
        self._put("FailureTarget", "True", "DeadlineExceeded",
                  "Job was active longer than specified deadline")  # fmt: skip
        return True

    def _succeeds(self) -> bool:
        wanted = self.spec.completions
        if wanted is None:
            over = bool(self._succeeded) and not self._active
        else:
            over = self._succeeded >= wanted
        if over:
            self._put("SuccessCriteriaMet", "True", "CompletionsReached",
                      "Reached expected number of succeeded pods")  # fmt: skip
        return over

    def end(self) -> None:
        """Say that it is over, once no Pod runs any more."""
        if self._active or self._ending:
            self._remove(self._active)
            return
        if target := self._find("FailureTarget"):
            self._put("Failed", "True", target["reason"], target["message"])
            self._note("Warning", target["reason"], target["message"])
            return
        met = self._find("SuccessCriteriaMet") or {}
        self._status["completionTime"] = rfc3339(self._now)
        self._put("Complete", "True", met["reason"], met["message"])
        self._note("Normal", "Completed", "Job completed")

    # -- Pods

    def _adjust(self) -> None:
        """Make or delete Pods until there are as many as wanted."""
        wanted = self._wanted()
        if len(self._active) > wanted:
            self._remove(self._active[wanted:])
            return
        missing = wanted - len(self._active) - len(self._ending)
        ready_at = self._retry_at()
        if missing <= 0:
            return
        if ready_at is not None and self._now < ready_at:
            self._wake.append(ready_at)
            return
        for index in self._indexes(missing):
            pod = job_pod(self._job, index, self._suffix())
            self._made.append(pod)
            self._note("Normal", "SuccessfulCreate", f"Created pod: {name_of(pod)}")

    def _wanted(self) -> int:
        if self.spec.completions is None:
            return len(self._active) if self._succeeded else self.spec.parallelism
        return max(0, min(self.spec.completions - self._succeeded, self.spec.parallelism))

    def _indexes(self, missing: int) -> list[int | None]:
        if not self.spec.indexed:
            return [None] * missing
        busy = self._done | {index for pod in (*self._active, *self._ending)
                             if (index := index_of(pod)) is not None}  # fmt: skip
        free = (index for index in range(self.spec.completions or 0) if index not in busy)
        return [index for index, _ in zip(free, range(missing), strict=False)]

    def _retry_at(self) -> datetime | None:
        """Return when the next Pod may be made: later with each failure since a success."""
        ends = [(at, phase(pod)) for pod in self._pods
                if has_ended(pod) and (at := finished_at(pod)) is not None]  # fmt: skip
        last_success = max((at for at, how in ends if how == "Succeeded"), default=None)
        failures = [at for at, how in ends
                    if how == "Failed" and (last_success is None or at > last_success)]  # fmt: skip
        if not failures:
            return None
        delay = min(_LONGEST_DELAY, _FIRST_DELAY * 2 ** (len(failures) - 1))
        return max(failures) + timedelta(seconds=delay)

    def _remove(self, pods: Sequence[Object]) -> None:
        for pod in pods:
            self._deleted.append(pod)
            self._note("Normal", "SuccessfulDelete", f"Deleted pod: {name_of(pod)}")

    # -- the outcome

    def has(self, type_: str) -> bool:
        """Tell whether a condition holds."""
        return (self._find(type_) or {}).get("status") == "True"

    def _find(self, type_: str) -> dict[str, Any] | None:
        return next((c for c in self._status["conditions"] if c["type"] == type_), None)

    def _put(self, type_: str, status: str, reason: str, message: str) -> None:
        now = rfc3339(self._now)
        new = {
            "type": type_, "status": status, "reason": reason, "message": message,
            "lastProbeTime": now, "lastTransitionTime": now,
        }  # fmt: skip
        others = [c for c in self._status["conditions"] if c["type"] != type_]
        self._status["conditions"] = [*others, new]

    def _note(self, type_: Literal["Normal", "Warning"], reason: str, message: str) -> None:
        self._notes.append(Note(type=type_, reason=reason, message=message))

    def decision(self) -> Decision:
        """Say all that is to be done."""
        removed = {name_of(pod) for pod in self._deleted}
        active = [pod for pod in self._active if name_of(pod) not in removed]
        counts: dict[str, Any] = {
            "active": len(active) + len(self._made),
            "ready": sum(map(is_ready, active)),
            "terminating": len(self._ending) + len(self._active) - len(active),
        }
        if self.spec.indexed:
            counts["completedIndexes"] = write_indexes(self._done)
        status = {key: value for key, value in (self._status | counts).items()
                  if value or key in ("ready", "terminating")}  # fmt: skip
        gone = self._job in self._deleted
        same = gone or status == self._job.get("status")
        wake = min(self._wake, default=None)
        return Decision(
            status=None if same else {**self._job, "status": status},
            wanted=tuple(self._made),
            changed=tuple(pod for pod in self._marked if name_of(pod) not in removed),
            delete=tuple(map(key_of, self._deleted)),
            requeue_after=None if wake is None else max(0.0, (wake - self._now).total_seconds()),
            events=tuple(self._notes),
        )
