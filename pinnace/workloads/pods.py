"""What the controllers see of Pods, and the Pods they make of a template. Pure.

Mirrors k8s.io/kubernetes/pkg/controller/controller_utils.go and pkg/api/v1/pod.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from pinnace.objects.clock import parse_rfc3339
from pinnace.objects.kinds import PODS
from pinnace.objects.meta import condition, metadata_of, namespace_of, owner_reference
from pinnace.objects.types import Object

_FINISHED = ("Succeeded", "Failed")


def phase(pod: Object) -> str:
    """Return a Pod's phase."""
    return str((pod.get("status") or {}).get("phase") or "Pending")


def is_deleting(obj: Object) -> bool:
    """Tell whether an object's deletion has begun."""
    return bool(metadata_of(obj).get("deletionTimestamp"))


def has_ended(pod: Object) -> bool:
    """Tell whether a Pod has succeeded or failed."""
    return phase(pod) in _FINISHED


def is_active(pod: Object) -> bool:
    """Tell whether a Pod counts for those that want it: not ended, not being deleted."""
    return not has_ended(pod) and not is_deleting(pod)


def is_ready(pod: Object) -> bool:
    """Tell whether a Pod is ready."""
    return (condition(pod, "Ready") or {}).get("status") == "True"


def available_at(pod: Object, min_ready: int) -> datetime | None:
    """Return since or from when a Pod counts as available; None while it isn't ready."""
    ready = condition(pod, "Ready") or {}
    if ready.get("status") != "True":
        return None
    since = ready.get("lastTransitionTime") or metadata_of(pod)["creationTimestamp"]
    return parse_rfc3339(str(since)) + timedelta(seconds=min_ready)


def finished_at(pod: Object) -> datetime | None:
    """Return when the last of a Pod's containers ended; None when none did."""
    ends = [
        str(ended["finishedAt"])
        for one in (pod.get("status") or {}).get("containerStatuses") or ()
        if (ended := (one.get("state") or {}).get("terminated")) and ended.get("finishedAt")
    ]
    return max(map(parse_rfc3339, ends), default=None)


def restarts(pods: Iterable[Object]) -> int:
    """Return how often the containers of Pods were restarted."""
    return sum(
        int(one.get("restartCount") or 0)
        for pod in pods
        for field in ("initContainerStatuses", "containerStatuses")
        for one in (pod.get("status") or {}).get(field) or ()
    )


def pod_of(owner: Object, template: Object, name: str, **more: Mapping[str, Any]) -> Object:
    """Return a Pod of a template; ``more``: labels and annotations beyond the template's."""
    given = metadata_of(template)
    metadata: dict[str, Any] = {
        "name": name,
        "namespace": namespace_of(owner),
        "ownerReferences": [owner_reference(owner)],
    }
    for field in ("labels", "annotations"):
        if found := {**(given.get(field) or {}), **more.get(field, {})}:
            metadata[field] = found
    if given.get("finalizers"):
        metadata["finalizers"] = given["finalizers"]
    return {
        "apiVersion": PODS.api_version,
        "kind": PODS.kind,
        "metadata": metadata,
        "spec": template.get("spec") or {},
    }
