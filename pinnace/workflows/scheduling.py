"""Where and as whom a node's pod runs: the fields that pass from workflow and template to the pod.

Mirrors ``addSchedulingConstraints``, ``addMetadata`` and ``setupServiceAccount``.
"""

from typing import Any

from pinnace.objects.types import Object
from pinnace.workflows.spec import Template

#: Fields of template and workflow that the pod takes over: the template's win.
_EITHER = (
    "nodeSelector", "affinity", "schedulerName", "priorityClassName", "securityContext",
    "serviceAccountName", "automountServiceAccountToken",
)  # fmt: skip
_BOTH = ("tolerations", "hostAliases")
_WORKFLOW = ("imagePullSecrets", "hostNetwork", "dnsPolicy", "dnsConfig")


def add_scheduling(pod_spec: Object, workflow: Object, template: Template) -> None:
    """Add scheduling, identity and network fields to a pod's spec."""
    for field in _EITHER:
        value = template.get(field)
        value = workflow.get(field) if value is None else value
        if value is not None and value != "":
            pod_spec[field] = value
    for field in _BOTH:
        value = [*(workflow.get(field) or []), *(template.get(field) or [])]
        if value:
            pod_spec[field] = value
    for field in _WORKFLOW:
        if workflow.get(field) is not None:
            pod_spec[field] = workflow[field]
    resources = template.get("podResources") or workflow.get("podResources")
    if resources:
        pod_spec["resources"] = resources


def add_metadata(pod: Object, workflow: Object, template: Template) -> None:
    """Add the workflow's ``podMetadata`` and the template's ``metadata`` to the pod."""
    for source in (workflow.get("podMetadata"), template.get("metadata")):
        for part in ("labels", "annotations"):
            more: dict[str, Any] = (source or {}).get(part) or {}
            pod["metadata"][part].update(more)
