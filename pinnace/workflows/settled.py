"""Which items of a loop can be passed over in a reconcile: what keeps big loops cheap.

Filling an item's template costs far more than looking at its node. A loop of a thousand items that
wait for their pods is looked at once per change, so only items with something to do are filled.
"""

from collections.abc import Mapping
from typing import Any

from pinnace.workflows.constants import NodeType
from pinnace.workflows.nodes import Node, ended, fulfilled
from pinnace.workflows.operation import Operation
from pinnace.workflows.problems import Problem
from pinnace.workflows.resolution import Place
from pinnace.workflows.scope import last_attempt
from pinnace.workflows.spec import Reference


def is_settled(op: Operation, node: Node, step: Mapping[str, Any], place: Place) -> bool:
    """Tell whether executing this item now would change nothing."""
    if step.get("hooks") or step.get("onExit"):
        return False
    if fulfilled(node):
        return not node.get("daemoned")
    current = last_attempt(op.nodes, node)
    waits_for_pod = (
        current["type"] == NodeType.POD and not ended(current) and current["id"] in op.pods
    )
    return waits_for_pod and not _has_timeout(op, step, place)


def _has_timeout(op: Operation, step: Mapping[str, Any], place: Place) -> bool:
    try:
        _, template = op.library.resolve(Reference.of(step), place)
    except Problem:
        return True  # executing it says what is wrong
    return bool(template.get("timeout") or template.get("pendingTimeout"))
