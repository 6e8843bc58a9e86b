"""A workflow's own labels, annotations, phase and conditions.

Mirrors ``markWorkflowPhase`` and ``updateWorkflowMetadata`` of operator.go.
"""

from typing import Any

from pinnace.objects.clock import rfc3339
from pinnace.objects.types import Object
from pinnace.workflows import constants as words
from pinnace.workflows.constants import Phase
from pinnace.workflows.expressions import evaluate
from pinnace.workflows.operation import Operation
from pinnace.workflows.problems import Problem

_ENDS = frozenset({Phase.SUCCEEDED, Phase.FAILED, Phase.ERROR})


def mark_phase(op: Operation, phase: Phase, message: str = "") -> None:
    """Set the workflow's phase and message, and what goes with them."""
    set_phase(op.workflow, phase, message, rfc3339(op.now))


def set_phase(workflow: Object, phase: Phase, message: str, now: str) -> None:
    """Set a workflow's phase with labels, times and the Completed condition."""
    status, meta = workflow["status"], workflow["metadata"]
    labels = meta["labels"] = dict(meta.get("labels") or {})
    annotations = meta["annotations"] = dict(meta.get("annotations") or {})
    annotations.setdefault(words.ANNOTATION_POD_NAME_FORMAT, "v2")
    status["phase"] = labels[words.LABEL_PHASE] = str(phase)
    labels.setdefault(words.LABEL_COMPLETED, "false")
    if phase != Phase.PENDING and not status.get("startedAt"):
        status["startedAt"] = now
    status["message"] = message
    if phase in _ENDS:
        status["finishedAt"] = now
        labels[words.LABEL_COMPLETED] = "true"
        set_condition(status, {"type": "Completed", "status": "True"})


def set_condition(status: Object, condition: dict[str, Any]) -> None:
    """Set one of the status' conditions (Argo's have no times)."""
    others = [each for each in status.get("conditions") or [] if each["type"] != condition["type"]]
    status["conditions"] = [*others, condition]


def set_condition_of_pods(op: Operation, *, running: bool) -> None:
    """Tell whether pods of the workflow run now."""
    condition = {"type": "PodRunning", "status": "True" if running else "False"}
    if condition not in (op.status.get("conditions") or []):
        set_condition(op.status, condition)


def set_template_label(workflow: Object) -> None:
    """Label a workflow with the template it refers to."""
    ref = (workflow.get("spec") or {}).get("workflowTemplateRef")
    if ref:
        cluster = ref.get("clusterScope")
        key = words.LABEL_CLUSTER_WORKFLOW_TEMPLATE if cluster else words.LABEL_WORKFLOW_TEMPLATE
        labels = workflow["metadata"].get("labels") or {}
        workflow["metadata"]["labels"] = {**labels, key: ref["name"]}


def apply_workflow_metadata(
    workflow: Object, spec: Object, values: dict[str, str]
) -> dict[str, str]:
    """Apply ``spec.workflowMetadata``; return the variables that come of it."""
    declared = spec.get("workflowMetadata") or {}
    if not declared:
        return {}
    meta, found = workflow["metadata"], dict[str, str]()
    for part in ("labels", "annotations"):
        own = declared.get(part) or {}
        meta[part] = {**(meta.get(part) or {}), **own}
        found |= {f"workflow.{part}.{key}": str(value) for key, value in own.items()}
    for key, source in (declared.get("labelsFrom") or {}).items():
        value = evaluate(source["expression"], values)
        if not isinstance(value, str):
            raise Problem(
                f'failed to evaluate label "{key}" expression "{source["expression"]}": it must '
                f"be a string, found {type(value).__name__}"
            )
        meta["labels"][key] = found[f"workflow.labels.{key}"] = value
    return found
