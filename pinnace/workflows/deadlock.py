"""A workflow that waits for something that cannot come: said, instead of waiting for ever.

Upstream requeues such a workflow without end (an output of a step that failed and may continue,
for instance). The YAML stays deployable; only the silence is gone.
"""

from pinnace.workflows.constants import NodeType, Phase
from pinnace.workflows.nodes import fulfilled
from pinnace.workflows.operation import Operation

_MOVING = frozenset({NodeType.POD, NodeType.SUSPEND, NodeType.RETRY})


def break_deadlock(op: Operation) -> None:
    """Mark what waits as Error when nothing else in the workflow moves any more."""
    if not op.waiting or op.wake_at is not None or op.wanted:
        return
    if any(node["type"] in _MOVING and not fulfilled(node) for node in op.nodes):
        return
    for name, reference in op.waiting:
        node = op.nodes.named(name)
        if node is not None and not fulfilled(node):
            message = f"{reference}: nothing that still runs will provide it"
            op.nodes.mark(name, Phase.ERROR, message)
    op.wake(op.now)
