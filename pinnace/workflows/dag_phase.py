"""The phase of a DAG, from the nodes of its branches.

Mirrors ``assessDAGPhase`` of dag.go and ``CheckAllHooksFullfilled``.
"""

from collections import deque
from typing import Protocol

from pinnace.workflows.constants import NodeType, Phase
from pinnace.workflows.nodes import Node, Nodes, completed, flagged, fulfilled
from pinnace.workflows.operation import Operation
from pinnace.workflows.spec import continues_on

_BAD = frozenset({Phase.FAILED, Phase.ERROR})


class Invocation(Protocol):
    """What is asked of a DAG to judge it."""

    op: Operation
    boundary: str
    targets: list[str]
    tasks: dict[str, dict[str, object]]
    fail_fast: bool

    def node_of(self, task: str) -> Node | None:
        """Return the node of a task."""
        ...


def hooks_ended(nodes: Nodes, node: Node) -> bool:
    """Tell whether every hook and exit handler of a node has ended."""
    return all(fulfilled(each) for each in nodes.children(node) if flagged(each, "hooked"))


def assess(dag: Invocation, *, force_failed: bool) -> Phase:
    """Return Running, Succeeded, Failed or Error."""
    if force_failed:
        return Phase.FAILED
    branches = _branch_phases(dag)
    if branches is None:
        return Phase.RUNNING
    result = Phase.SUCCEEDED
    for name in dag.targets:
        phase = branches.get(dag.op.nodes.id_of(f"{_name(dag)}.{name}"))
        if phase is None:
            result = Phase.RUNNING
            if not dag.fail_fast:
                break
        elif phase in _BAD and not continues_on(dag.tasks[name], phase):
            result = phase
            if dag.fail_fast:
                break
    return result


def _name(dag: Invocation) -> str:
    node = dag.op.nodes.get(dag.boundary)
    return str(node["name"]) if node else ""


def _branch_phases(dag: Invocation) -> dict[str, Phase] | None:
    """Walk the DAG's edges; return the phase each target inherits, None while anything runs.

    A node that was omitted or skipped inherits its parent's phase; Failed and Error win.
    """
    nodes = dag.op.nodes
    targets = {nodes.id_of(f"{_name(dag)}.{name}") for name in dag.targets}
    found: dict[str, Phase] = {}
    root = nodes.get(dag.boundary)
    queue = deque((child, Phase.SUCCEEDED) for child in (root or {}).get("children") or [])
    seen = set(queue)
    while queue:
        node_id, phase = queue.popleft()
        node = nodes.get(node_id)
        if node is None or not fulfilled(node):
            return None
        if completed(node):
            phase = Phase(node["phase"])
        if node_id in targets and found.get(node_id) not in _BAD:
            found[node_id] = phase
        for child in _onward(nodes, node):
            if (child, phase) not in seen:
                seen.add((child, phase))
                queue.append((child, phase))
    return found


def _onward(nodes: Nodes, node: Node) -> list[str]:
    """Return where the branch goes on: past a Retry node's last attempts, else to the children."""
    if node["type"] != NodeType.RETRY:
        return list(node.get("children") or [])
    onward: list[str] = []
    for child in nodes.children(node):
        onward += [child["id"]] if flagged(child, "hooked") else child.get("children") or []
    return onward
