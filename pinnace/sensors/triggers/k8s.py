"""``k8s``: create, update, patch or delete an object (upstream: triggers/standard-k8s)."""

from collections.abc import Collection

from pinnace.sensors.actions import Action
from pinnace.sensors.reading import Node
from pinnace.sensors.triggers.kind import Context, TriggerKind
from pinnace.sensors.triggers.resources import check_source, prepared

OPERATIONS = ("", "create", "update", "patch", "delete")
MERGE = "application/merge-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"
APPLY = "application/apply-patch+yaml"
JSON_PATCH = "application/json-patch+json"
_STRATEGIES = ("", MERGE, STRATEGIC, APPLY)


def _check(node: Node, dependencies: Collection[str] | None) -> None:
    node["operation"].choice(OPERATIONS, "unknown operation type {}")
    if node["patchStrategy"].text() == JSON_PATCH:
        raise node["patchStrategy"].refuse(
            "a JSON patch is a list of operations, the source of a trigger is an object: every API "
            "server refuses it", expected=f"one of {', '.join(_STRATEGIES[1:])}", found=JSON_PATCH,
            fix="leave patchStrategy out: the source is then merged into the object",
        )  # fmt: skip
    node["patchStrategy"].choice(_STRATEGIES, "unknown patch strategy {}")
    node["liveObject"].flag()  # counts with update only: traps.py warns of the others
    check_source(node, dependencies, "k8s")


def _prepare(node: Node, context: Context) -> Action:
    operation = node["operation"].text() or "create"
    return prepared(
        node, context, kind="k8s", operation=operation,
        strategy=(node["patchStrategy"].text() or MERGE) if operation == "patch" else "",
        live=operation == "update" and node["liveObject"].flag(),
    )  # fmt: skip


KIND = TriggerKind(check=_check, prepare=_prepare)
