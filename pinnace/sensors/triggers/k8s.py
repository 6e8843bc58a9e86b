"""``k8s``: create, update, patch or delete an object (upstream: triggers/standard-k8s)."""

from collections.abc import Collection

from pinnace.sensors.actions import Action, ObjectAction
from pinnace.sensors.reading import Node
from pinnace.sensors.triggers.kind import Context, TriggerKind
from pinnace.sensors.triggers.resources import check_source, marked, object_of

OPERATIONS = ("", "create", "update", "patch", "delete")
_STRATEGIES = ("", "application/merge-patch+json")


def _check(node: Node, dependencies: Collection[str] | None) -> None:
    node["operation"].choice(OPERATIONS, "unknown operation type {}")
    node["patchStrategy"].choice(_STRATEGIES, "patch strategy {} can't be used here")
    if node["liveObject"].flag():
        raise node["liveObject"].refuse(
            "parameters on the live object can't be applied here", expected="false",
            fix="use operation: patch with the fields to change",
        )  # fmt: skip
    check_source(node, dependencies, "k8s")


def _prepare(node: Node, context: Context) -> Action:
    operation = node["operation"].text() or "create"
    obj = object_of(node, context)
    return ObjectAction(
        operation=operation, object=marked(obj, context) if operation == "create" else obj
    )


KIND = TriggerKind(check=_check, prepare=_prepare)
