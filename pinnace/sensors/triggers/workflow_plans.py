"""What each operation of an ``argoWorkflow`` trigger means for an object. Pure.

Upstream runs the argo CLI (triggers/argo-workflow/argo-workflow.go).
"""

from collections.abc import Callable, Mapping

from pinnace.objects.errors import Invalid
from pinnace.objects.meta import name_of
from pinnace.objects.types import Object
from pinnace.sensors.actions import ObjectAction, ObjectPlan

_API_VERSION = "argoproj.io/v1alpha1"


def workflow_action(plan: ObjectPlan, obj: Object) -> ObjectAction:
    """Return the action of a plan on the object of its source; raises Invalid."""
    return PLANS[plan.operation](plan, obj)


def _submit(plan: ObjectPlan, obj: Object) -> ObjectAction:
    if obj.get("kind") != "Workflow":
        raise _wrong(plan, obj, "a Workflow", "use operation: submit-from to start a template")
    return _new(plan, obj)


def _submit_from(plan: ObjectPlan, obj: Object) -> ObjectAction:
    name, kind = name_of(obj), obj.get("kind")
    if kind not in ("WorkflowTemplate", "CronWorkflow"):
        raise _wrong(
            plan, obj, "a WorkflowTemplate or a CronWorkflow",
            "use operation: submit with a Workflow that has a workflowTemplateRef",
        )  # fmt: skip
    if not name:
        raise _wrong(plan, obj, "metadata.name", "name what is to be submitted")
    if kind == "CronWorkflow":
        return _operation(plan, obj)
    arguments = (obj.get("spec") or {}).get("arguments")
    spec = {"workflowTemplateRef": {"name": name}}
    workflow = {
        "apiVersion": _API_VERSION,
        "kind": "Workflow",
        "metadata": {
            "generateName": f"{name}-",
            "namespace": obj["metadata"]["namespace"],
            "labels": {"workflows.argoproj.io/workflow-template": name},
        },
        "spec": {**spec, "arguments": arguments} if arguments else spec,
    }
    return _new(plan, workflow)


def _new(plan: ObjectPlan, workflow: Object) -> ObjectAction:
    metadata = workflow["metadata"]
    added = {part: {**(metadata.get(part) or {}), **pairs} for part, pairs in plan.marks.items()}
    obj = {**workflow, "metadata": {**metadata, **added}}
    if not plan.options:
        return ObjectAction(operation="create", object=obj)
    return ObjectAction(operation="submit", object=obj, options=plan.options)


def _operation(plan: ObjectPlan, obj: Object) -> ObjectAction:
    """Name the object; the marks go to what the operation makes, where it makes something."""
    if not name_of(obj):
        raise _wrong(plan, obj, "metadata.name", "name the workflow, or map it with a parameter")
    metadata = {key: obj["metadata"].get(key) for key in ("name", "namespace")}
    identity = {"apiVersion": _API_VERSION, "kind": obj["kind"],
                "metadata": {**metadata, **plan.marks}}  # fmt: skip
    return ObjectAction(operation=plan.operation, object=identity, options=plan.options)


#: All operations that upstream knows; its validator demands an explicit one.
PLANS: Mapping[str, Callable[[ObjectPlan, Object], ObjectAction]] = {
    "submit": _submit,
    "submit-from": _submit_from,
    "resubmit": _operation,
    "retry": _operation,
    "resume": _operation,
    "suspend": _operation,
    "stop": _operation,
    "terminate": _operation,
}


def _wrong(plan: ObjectPlan, obj: Object, expected: str, fix: str) -> Invalid:
    found = f"{obj.get('kind')} {name_of(obj)}".strip()
    return Invalid(kind="Sensor", name=plan.sensor, field=plan.at, expected=expected,
                   found=found, fix=fix)  # fmt: skip
