"""New workflows from what is stored: a template or a cron workflow, with what a person adds to it.

Pure. Mirrors ``workflow/common/convert.go`` and ``ApplySubmitOpts`` of ``workflow/util/util.go``.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from pinnace.objects.clock import rfc3339
from pinnace.objects.meta import labels_of, name_of, owner_reference
from pinnace.objects.types import Object
from pinnace.workflows import constants as words
from pinnace.workflows.operations import with_arguments
from pinnace.workflows.problems import Problem

API_VERSION = "argoproj.io/v1alpha1"
_PASSED_ON = tuple(
    f"{words.PREFIX}/{name}" for name in ("creator", "creator-email", "creator-preferred-username")
)


class BadOption(Problem):
    """What was asked for on submission cannot be read."""


def from_template(name: str, *, cluster_scope: bool = False) -> Object:
    """Make a workflow that runs a WorkflowTemplate or ClusterWorkflowTemplate."""
    label = (
        words.LABEL_CLUSTER_WORKFLOW_TEMPLATE if cluster_scope else words.LABEL_WORKFLOW_TEMPLATE
    )
    ref: dict[str, Any] = {"name": name}
    if cluster_scope:
        ref["clusterScope"] = True
    return {
        "apiVersion": API_VERSION,
        "kind": "Workflow",
        "metadata": {"generateName": f"{name}-", "labels": {label: name}, "annotations": {}},
        "spec": {"workflowTemplateRef": ref},
    }


def from_cron(cron: Object, scheduled: datetime, name: str = "") -> Object:
    """Make the workflow of a CronWorkflow: for a scheduled time, or (without a name) by hand."""
    spec = cron.get("spec") or {}
    extra = spec.get("workflowMetadata") or {}
    labels = {words.LABEL_CRON_WORKFLOW: name_of(cron)}
    if name:
        labels |= {key: value for key, value in labels_of(cron).items() if key in _PASSED_ON}
    metadata: dict[str, Any] = {
        **({"name": name} if name else {"generateName": f"{name_of(cron)}-"}),
        "namespace": cron["metadata"].get("namespace"),
        "labels": {**labels, **(extra.get("labels") or {})},
        "annotations": {
            words.ANNOTATION_SCHEDULED_TIME: rfc3339(scheduled),
            **(extra.get("annotations") or {}),
        },
        "ownerReferences": [owner_reference(cron)],
    }
    if extra.get("finalizers"):
        metadata["finalizers"] = list(extra["finalizers"])
    return {
        "apiVersion": API_VERSION,
        "kind": "Workflow",
        "metadata": metadata,
        "spec": dict(spec.get("workflowSpec") or {}),
    }


def with_options(workflow: Object, options: Mapping[str, Any]) -> Object:
    """Apply ``SubmitOpts``: names, labels, parameters, entry point; raises BadOption."""
    if options.get("artifacts"):
        raise BadOption("submitOptions.artifacts: overriding artifact keys is not supported here")
    fields = {"entryPoint": "entrypoint", "serviceAccount": "serviceAccountName",
              "podPriorityClassName": "podPriorityClassName", "priority": "priority"}  # fmt: skip
    spec = dict(workflow["spec"])
    for option, field in fields.items():
        if options.get(option) not in (None, ""):
            spec[field] = options[option]
    metadata = dict(workflow["metadata"])
    for part in ("labels", "annotations"):
        metadata[part] = {**(metadata.get(part) or {}), **_pairs(options.get(part), part)}
    for part in ("generateName", "name"):
        if options.get(part):
            metadata[part] = str(options[part])
    if options.get("ownerReference"):
        owners = metadata.get("ownerReferences") or []
        metadata["ownerReferences"] = [*owners, options["ownerReference"]]
    changed = {**workflow, "metadata": metadata, "spec": spec}
    return with_arguments(changed, read_parameters(options.get("parameters") or ()))


def read_parameters(texts: Iterable[Any]) -> dict[str, str]:
    """Read ``NAME=VALUE`` texts; raises BadOption."""
    found = {}
    for text in texts:
        name, separator, value = str(text).partition("=")
        if not separator:
            raise BadOption(f"expected parameter of the form: NAME=VALUE. Received: {text}")
        found[name] = value
    return found


def _pairs(text: Any, what: str) -> dict[str, str]:
    found = {}
    for pair in str(text or "").split(","):
        name, separator, value = pair.partition("=")
        if not pair:
            continue
        if not separator:
            raise BadOption(
                f"expected {what} of the form: NAME1=VALUE2,NAME2=VALUE2. Received: {text}"
            )
        found[name] = value
    return found
