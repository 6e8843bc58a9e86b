"""``argoWorkflow``: what the argo CLI would do for the Sensor (upstream: triggers/argo-workflow).

Here a Workflow is created, or the named one changed, in the transaction that consumes the event.
"""

from collections.abc import Collection

from pinnace.sensors.actions import Action
from pinnace.sensors.reading import Node
from pinnace.sensors.triggers.arguments import read_arguments
from pinnace.sensors.triggers.kind import Context, TriggerKind
from pinnace.sensors.triggers.resources import check_source, prepared
from pinnace.sensors.triggers.workflow_plans import PLANS


def _check(node: Node, dependencies: Collection[str] | None) -> None:
    operation = node["operation"].choice(tuple(PLANS), "unknown operation type {}")
    read_arguments(node["args"], operation)
    check_source(node, dependencies, "argoWorkflow")


def _prepare(node: Node, context: Context) -> Action:
    operation = node["operation"].choice(tuple(PLANS), "unknown operation type {}")
    options = read_arguments(node["args"], operation)
    return prepared(node, context, kind="argoWorkflow", operation=operation, options=options)


KIND = TriggerKind(check=_check, prepare=_prepare)
