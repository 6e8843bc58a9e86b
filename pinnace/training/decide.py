"""The decision of the TFJob controller: objects in, objects out.

Mirrors ReconcileJobs of pkg/controller.v1/common/job.go in its order: finished, suspended, limits,
replicas, conditions. It comes from the controller's shell, which reads the store and finds free
ports, and goes to pinnace.reconcile, which applies it in one transaction.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from pinnace.objects.clock import parse_rfc3339
from pinnace.objects.meta import name_of
from pinnace.objects.types import Object
from pinnace.reconcile import NOTHING, Decision
from pinnace.training import admission, limits, reports, status
from pinnace.training.children import Family
from pinnace.training.conditions import Condition, holds
from pinnace.training.draft import Draft, terminating
from pinnace.training.names import MANAGER, replica_name
from pinnace.training.observed import Observed, phase_of
from pinnace.training.replicas import Replicas, worker0_completed
from pinnace.training.spec import CleanPodPolicy, Job, parse

_ENDS = (Condition.SUCCEEDED, Condition.FAILED)


def decide(
    tfjob: Object,
    pods: Iterable[Object],
    services: Iterable[Object],
    now: datetime,
    ports: Mapping[str, int],
) -> Decision:
    """Say what a TFJob needs now.

    ``pods`` and ``services`` are its children and whatever else bears one of their names;
    ``ports`` gives the port of each replica named by :func:`replicas_of`.
    """
    if terminating(tfjob) or _manager(tfjob) != MANAGER:
        return NOTHING
    draft = Draft(tfjob, now)
    if refused := admission.problems(tfjob):
        return _refuse(draft, refused)
    job, observed = parse(tfjob), Observed.of(tfjob, pods, services)
    draft.put(Condition.CREATED, f"TFJob {job.name} is created.")
    if holds(draft.conditions, *_ENDS):
        _finished(job, draft, observed, now)
    elif job.run_policy.suspend:
        _suspended(draft, observed)
    else:
        family = Family(job=job, owner=tfjob, ports=ports)
        _going(family, draft, observed, now)
    return draft.decision()


def replicas_of(tfjob: Object) -> list[str]:
    """Name the replicas that need a port: none while nothing of the job is to run."""
    conditions = (tfjob.get("status") or {}).get("conditions") or []
    if _manager(tfjob) != MANAGER or admission.problems(tfjob) or holds(conditions, *_ENDS):
        return []
    job = parse(tfjob)
    if job.run_policy.suspend:
        return []
    return [
        replica_name(job.name, replica.type, index)
        for replica in job.replicas.values()
        for index in range(replica.count)
    ]


def _manager(tfjob: Object) -> object:
    return ((tfjob.get("spec") or {}).get("runPolicy") or {}).get("managedBy") or MANAGER


def _refuse(draft: Draft, problems: Iterable[Exception]) -> Decision:
    """Fail a job that came into the store past admission; a finished one is left as it is."""
    if not holds(draft.conditions, *_ENDS):
        reasons = "; ".join(map(str, problems))
        draft.stamp("completionTime")
        draft.put(
            Condition.FAILED,
            f"TFJob {draft.namespace}/{draft.name} failed validation because {reasons}",
            reason="FailedValidation",
        )
    return draft.decision()


def _finished(job: Job, draft: Draft, observed: Observed, now: datetime) -> None:
    _clean_up(job.run_policy.clean_pod_policy, draft, observed)
    if holds(draft.conditions, Condition.SUCCEEDED):
        for counts in draft.status["replicaStatuses"].values():
            if active := counts.pop("active", 0):
                counts["succeeded"] = counts.get("succeeded", 0) + active
    ttl, completed = job.run_policy.ttl_seconds, draft.status.get("completionTime")
    if ttl is None or completed is None or job.run_policy.suspend:
        return
    expiry = parse_rfc3339(completed) + timedelta(seconds=ttl)
    if now >= expiry:
        draft.delete_job()
    else:
        draft.wake_at(expiry)


def _clean_up(policy: CleanPodPolicy, draft: Draft, observed: Observed) -> None:
    match policy:
        case CleanPodPolicy.NONE:
            return
        case CleanPodPolicy.ALL:
            _delete_all(draft, observed)
        case CleanPodPolicy.RUNNING:
            ended = {
                name_of(pod) for pod in observed.pods if phase_of(pod) in ("Succeeded", "Failed")
            }
            for child in (*observed.pods, *observed.services):
                if name_of(child) not in ended:
                    draft.delete(child)


def _delete_all(draft: Draft, observed: Observed) -> None:
    for child in (*observed.pods, *observed.services):
        draft.delete(child)


def _suspended(draft: Draft, observed: Observed) -> None:
    _delete_all(draft, observed)
    for counts in draft.status["replicaStatuses"].values():
        counts.pop("active", None)
    message = f"TFJob {draft.name} is suspended."
    if holds(draft.conditions, Condition.RUNNING):
        draft.put(Condition.RUNNING, message, status="False", reason="Suspended")
    draft.put(Condition.SUSPENDED, message)


def _going(family: Family, draft: Draft, observed: Observed, now: datetime) -> None:
    job = family.job
    if holds(draft.conditions, Condition.SUSPENDED):
        message = f"TFJob {job.name} is resumed."
        draft.put(Condition.SUSPENDED, message, status="False", reason="Resumed")
        draft.restamp("startTime")
    reports.report(draft, observed)
    if passed := limits.exceeded(job, draft, observed, now):
        draft.stamp("completionTime")
        _delete_all(draft, observed)
        draft.put(Condition.FAILED, passed)
        return
    Replicas(draft, family, observed, now).reconcile()
    status.update(job, draft, worker0_completed=worker0_completed(observed))
    deadline = limits.deadline_of(job, draft)
    if deadline is not None and not holds(draft.conditions, *_ENDS):
        draft.wake_at(deadline)
