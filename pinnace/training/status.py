"""From counted replicas to conditions: is it running, has it succeeded, has it failed?

Mirrors UpdateJobStatus of pkg/controller.v1/tensorflow/tfjob_controller.go.
"""

from pinnace.objects.types import Object
from pinnace.training.conditions import Condition, find
from pinnace.training.draft import Draft
from pinnace.training.names import LEADERS
from pinnace.training.spec import ALL_WORKERS, Job, Replica


def update(job: Job, draft: Draft, *, worker0_completed: bool) -> None:
    """Set the conditions that follow from ``replicaStatuses``, type by type."""
    draft.stamp("startTime")
    restarting = find(draft.conditions, Condition.RESTARTING)
    for replica in job.replicas.values():
        counts = draft.status["replicaStatuses"][replica.type]
        if _decides(job, replica):
            early = worker0_completed and not job.has_leader and job.success_policy != ALL_WORKERS
            _progress(draft, replica, counts, early=early)
        if counts.get("failed"):
            _failure(job, draft, replica, restarting)


def _decides(job: Job, replica: Replica) -> bool:
    """Tell whether a type's replicas speak for the whole job."""
    return replica.type in LEADERS if job.has_leader else replica.type == "Worker"


def _progress(draft: Draft, replica: Replica, counts: Object, *, early: bool) -> None:
    job = f"TFJob {draft.namespace}/{draft.name}"
    done = counts.get("succeeded", 0) >= replica.count or early
    if counts.get("active") and not (done and replica.type == "Worker"):
        draft.put(Condition.RUNNING, f"{job} is running.")
    if done:
        draft.stamp("completionTime")
        draft.put(Condition.SUCCEEDED, f"{job} successfully completed.")


def _failure(job: Job, draft: Draft, replica: Replica, restarting: Object | None) -> None:
    if restarting is not None:
        draft.put(Condition.RESTARTING, restarting["message"])
        return
    if job.dynamic_worker and replica.type == "Worker":
        return
    failed = draft.status["replicaStatuses"][replica.type]["failed"]
    draft.stamp("completionTime")
    draft.put(
        Condition.FAILED,
        f"TFJob {draft.namespace}/{draft.name} has failed because {failed} {replica.type} "
        "replica(s) failed.",
    )
