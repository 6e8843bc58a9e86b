"""The Pods of a Job. Pure.

Mirrors k8s.io/kubernetes/pkg/controller/job/indexed_job_utils.go for those with an index.
"""

from copy import deepcopy
from typing import Any

from pinnace.objects.meta import annotations_of, name_of
from pinnace.objects.types import Object
from pinnace.workloads.indexes import INDEX
from pinnace.workloads.pods import pod_of

#: The mark of a Pod that has ended and is part of the Job's counts.
COUNTED = "pinnace.dev/counted"
_VARIABLE = "JOB_COMPLETION_INDEX"
_NAME_ROOM = 52


def index_of(pod: Object) -> int | None:
    """Return a Pod's completion index; None when it has none."""
    text = annotations_of(pod).get(INDEX, "")
    return int(text) if text.isdigit() else None


def job_pod(job: Object, index: int | None, suffix: str) -> Object:
    """Return a Pod of a Job."""
    template: Object = (job.get("spec") or {}).get("template") or {}
    name = name_of(job)[:_NAME_ROOM]
    if index is None:
        return pod_of(job, template, f"{name}-{suffix}")
    mark = {INDEX: str(index)}
    pod = pod_of(job, template, f"{name}-{index}-{suffix}", labels=mark, annotations=mark)
    spec: dict[str, Any] = deepcopy(pod["spec"])
    spec.setdefault("hostname", f"{name}-{index}")
    variable = {
        "name": _VARIABLE,
        "valueFrom": {"fieldRef": {"fieldPath": f"metadata.annotations['{INDEX}']"}},
    }
    for field in ("initContainers", "containers"):
        for container in spec.get(field) or ():
            given = container.get("env") or []
            if not any(one.get("name") == _VARIABLE for one in given):
                container["env"] = [*given, variable]
    return {**pod, "spec": spec}
