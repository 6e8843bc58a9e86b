"""The limits after which a job is given up: back-off and deadline.

Mirrors the limits of ReconcileJobs and pkg/core/job.go, except that replaced pods are counted too.
"""

from datetime import datetime, timedelta

from pinnace.objects.clock import parse_rfc3339
from pinnace.training import restarts
from pinnace.training.draft import Draft
from pinnace.training.observed import Observed, phase_of, restart_count
from pinnace.training.replicas import failed_count
from pinnace.training.spec import Job


def exceeded(job: Job, draft: Draft, observed: Observed, now: datetime) -> str | None:
    """Return the message of the limit that is passed, or None."""
    if _past_backoff(job, draft, observed):
        return f"Job {job.name} has failed because it has reached the specified backoff limit"
    deadline = deadline_of(job, draft)
    if deadline is not None and now >= deadline:
        return f"Job {job.name} has failed because it was active longer than specified deadline"
    return None


def deadline_of(job: Job, draft: Draft) -> datetime | None:
    """Return when ``activeDeadlineSeconds`` is over, if it is set and the job has started."""
    seconds, started = job.run_policy.active_deadline_seconds, draft.status.get("startTime")
    if seconds is None or started is None:
        return None
    return parse_rfc3339(started) + timedelta(seconds=seconds)


def _past_backoff(job: Job, draft: Draft, observed: Observed) -> bool:
    limit = job.run_policy.backoff_limit
    if limit is None:
        return False
    in_place = _restarts_in_place(job, observed)
    if in_place > 0 if limit == 0 else in_place >= limit:
        return True
    known = sum(entry.get("failed", 0) for entry in draft.status["replicaStatuses"].values())
    new_failure = failed_count(observed) > known
    incomplete = len(observed.active_pods()) != job.total
    return new_failure and incomplete and restarts.count(draft.annotations) + 1 > limit


def _restarts_in_place(job: Job, observed: Observed) -> int:
    return sum(
        restart_count(pod)
        for replica in job.replicas.values()
        if replica.restarts
        for pod in observed.pods_of(replica.type).values()
        if phase_of(pod) == "Running"
    )
