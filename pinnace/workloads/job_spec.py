"""A Job's spec, read once, with Kubernetes' defaults where it is silent. Pure."""

from dataclasses import dataclass
from typing import Any

from pinnace.objects.types import Object


@dataclass(frozen=True, kw_only=True)
class JobSpec:
    """What a Job wants; ``completions`` None: a work queue, one success ends it."""

    parallelism: int
    completions: int | None
    backoff_limit: int
    deadline: int | None  # seconds it may be active
    ttl: int | None  # seconds it is kept after its end
    suspend: bool
    indexed: bool
    restarts_in_place: bool


def read_job(job: Object) -> JobSpec:
    """Read a Job's spec."""
    spec: dict[str, Any] = job.get("spec") or {}
    pod = (spec.get("template") or {}).get("spec") or {}

    def number(field: str, default: int) -> int:
        given = spec.get(field)
        return default if given is None else int(given)

    completions = spec.get("completions")
    if completions is None and spec.get("parallelism") is None:
        completions = 1
    return JobSpec(
        parallelism=number("parallelism", 1),
        completions=None if completions is None else int(completions),
        backoff_limit=number("backoffLimit", 6),
        deadline=spec.get("activeDeadlineSeconds"),
        ttl=spec.get("ttlSecondsAfterFinished"),
        suspend=bool(spec.get("suspend")),
        indexed=spec.get("completionMode") == "Indexed",
        restarts_in_place=pod.get("restartPolicy") == "OnFailure",
    )
