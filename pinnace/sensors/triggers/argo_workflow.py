"""``argoWorkflow``: what the argo CLI would do for the Sensor (upstream: triggers/argo-workflow).

Here a Workflow is created, or the named one changed, in the transaction that consumes the event.
"""

from collections.abc import Callable, Collection

from pinnace.objects.types import Object
from pinnace.sensors.actions import Action, ObjectAction
from pinnace.sensors.reading import Node
from pinnace.sensors.triggers.kind import Context, TriggerKind
from pinnace.sensors.triggers.resources import check_source, marked, object_of

#: All that upstream knows; the validator demands an explicit one.
_UPSTREAM = (
    "submit", "submit-from", "suspend", "retry", "resume", "resubmit", "terminate", "stop",
)  # fmt: skip


def _submit(node: Node, obj: Object, context: Context) -> Action:
    if obj.get("kind") != "Workflow":
        raise node["source"].refuse(
            "", expected="a Workflow", found=str(obj.get("kind")),
            fix="use operation: submit-from to start a WorkflowTemplate",
        )  # fmt: skip
    return ObjectAction(operation="create", object=marked(obj, context))


def _submit_from(node: Node, obj: Object, context: Context) -> Action:
    if obj.get("kind") != "WorkflowTemplate":
        raise node["source"].refuse(
            "", expected="a WorkflowTemplate", found=str(obj.get("kind")),
            fix="use operation: submit with a Workflow that has a workflowTemplateRef",
        )  # fmt: skip
    metadata = obj["metadata"]
    name = str(metadata.get("name") or "")
    arguments = (obj.get("spec") or {}).get("arguments")
    spec = {"workflowTemplateRef": {"name": name}}
    workflow = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Workflow",
        "metadata": {
            "generateName": f"{name}-",
            "namespace": metadata["namespace"],
            "labels": {"workflows.argoproj.io/workflow-template": name},
        },
        "spec": {**spec, "arguments": arguments} if arguments else spec,
    }
    return ObjectAction(operation="create", object=marked(workflow, context))


def _changing(**spec: object) -> Callable[[Node, Object, Context], Action]:
    def prepare(node: Node, obj: Object, context: Context) -> Action:
        identity = {key: obj["metadata"].get(key) for key in ("name", "namespace")}
        change = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "metadata": identity,
                  "spec": spec}  # fmt: skip
        return ObjectAction(operation="change", object=change)

    return prepare


_OPERATIONS: dict[str, Callable[[Node, Object, Context], Action]] = {
    "submit": _submit,
    "submit-from": _submit_from,
    "suspend": _changing(suspend=True),
    "stop": _changing(shutdown="Stop"),
    "terminate": _changing(shutdown="Terminate"),
}


def _check(node: Node, dependencies: Collection[str] | None) -> None:
    operation = node["operation"].choice(_UPSTREAM, "unknown operation type {}")
    if operation not in _OPERATIONS:
        raise node["operation"].refuse(
            f"operation {operation} can't be done here yet",
            expected=f"one of {', '.join(_OPERATIONS)}", found=repr(operation),
        )  # fmt: skip
    if node["args"].texts():
        raise node["args"].refuse(
            "arguments of the argo CLI can't be used here", expected="no args",
            fix="write them into the Workflow, or map them with parameters",
        )  # fmt: skip
    check_source(node, dependencies, "argoWorkflow")


def _prepare(node: Node, context: Context) -> Action:
    act = _OPERATIONS[node["operation"].text()]
    return act(node, object_of(node, context), context)


KIND = TriggerKind(check=_check, prepare=_prepare)
