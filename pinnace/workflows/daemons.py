"""Daemons: pods that serve the steps after them and are stopped when their template ends.

Mirrors ``killDaemonedChildren`` of ``workflow/controller/exec_control.go``.
"""

from pinnace.workflows.constants import Phase
from pinnace.workflows.nodes import Node, fulfilled
from pinnace.workflows.operation import Operation


def end_daemons_in(op: Operation, boundary: Node) -> Node:
    """Stop the daemons of a steps or dag node that has ended; returns the node."""
    if fulfilled(boundary):
        for node in op.nodes.inside(boundary["id"]):
            if node.get("daemoned"):
                _end(op, node)
    return boundary


def end_all_daemons(op: Operation) -> None:
    """Stop daemons that nothing has stopped yet: they would outlive the workflow."""
    for node in op.nodes:
        if node.get("daemoned"):
            _end(op, node)


def _end(op: Operation, node: Node) -> None:
    """Stop a daemon's pod; what it did counts as success."""
    op.stop_pod(node["id"])
    op.nodes.update(node["id"], daemoned=None)
    op.nodes.mark(node["name"], Phase.SUCCEEDED)
