"""Manual retry: a workflow that has failed goes on from what succeeded.

Pure, as :mod:`operations`, which offers it. Mirrors ``FormulateRetryWorkflow`` of
``workflow/util/util.go``.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from pinnace.objects.meta import labels_of, name_of
from pinnace.objects.types import Object
from pinnace.workflows import constants as words
from pinnace.workflows.constants import NodeType, Phase
from pinnace.workflows.finish import is_completed
from pinnace.workflows.names import pod_name
from pinnace.workflows.nodes import Node, flagged, unsuccessful
from pinnace.workflows.problems import Problem

NodeSelector = Callable[[Node], bool]

_EXECUTION = frozenset(
    {NodeType.POD, NodeType.CONTAINER, NodeType.SUSPEND, NodeType.SKIPPED, NodeType.HTTP}
)


class Refused(Problem):
    """The operation makes no sense for this workflow as it is."""


@dataclass(frozen=True, kw_only=True)
class Retried:
    """A workflow that is to go on, and the pods that must go first."""

    workflow: Object
    pods: tuple[str, ...]


def retry(workflow: Object, selected: NodeSelector | None = None) -> Retried:
    """Have a failed workflow try again what failed; nodes that succeeded are kept.

    With a selector the nodes it names are run again although they succeeded. What depends on a
    node that is run again is run again too.
    """
    phase = (workflow.get("status") or {}).get("phase")
    if not is_completed(workflow):
        raise Refused("Workflow must be Failed/Error before retry")
    if phase not in (Phase.FAILED, Phase.ERROR) and selected is None:
        raise Refused("To retry a succeeded workflow, set the options restartSuccessful and "
                      "nodeFieldSelector")  # fmt: skip
    nodes: dict[str, Node] = workflow["status"].get("nodes") or {}
    gone = _to_delete(nodes, selected)
    reset = _groups_of(nodes, gone)
    kept = {
        node_id: _reset(node, gone) if node_id in reset else _without(node, gone)
        for node_id, node in nodes.items()
        if node_id not in gone
    }
    name = name_of(workflow)
    pods = [
        pod_name(name, nodes[each]["name"], template_name(nodes[each]))
        for each in gone
        if nodes[each]["type"] == NodeType.POD
    ]
    return Retried(workflow=_running_again(workflow, kept), pods=tuple(pods))


def template_name(node: Node) -> str:
    """Return the name of the template behind a node, as pod names have it."""
    ref = node.get("templateRef") or {}
    return str(node.get("templateName") or ref.get("template") or "")


def _to_delete(nodes: Mapping[str, Node], selected: NodeSelector | None) -> set[str]:
    """Return the nodes to run again: failed or selected ones, and all that came after them."""
    again = {
        node_id
        for node_id, node in nodes.items()
        if node["name"].endswith(".onExit") or ".onExit" in node["name"] or flagged(node, "hooked")
        or (unsuccessful(node) and node["type"] in _EXECUTION)
        or node["phase"] in (Phase.OMITTED, Phase.PENDING, Phase.RUNNING) and _is_leaf(node)
        or (selected is not None and selected(node))
    }  # fmt: skip
    stack = list(again)
    while stack:
        for child in nodes[stack.pop()].get("children") or []:
            if child in nodes and child not in again:
                again.add(child)
                stack.append(child)
    return again


def _is_leaf(node: Node) -> bool:
    return node["type"] in _EXECUTION


def _groups_of(nodes: Mapping[str, Node], gone: Iterable[str]) -> set[str]:
    """Return the groups above deleted nodes, and failed ones: they run again with what is left."""
    found = {
        node_id
        for node_id, node in nodes.items()
        if node["type"] not in _EXECUTION and unsuccessful(node)
    }
    by_child: dict[str, list[str]] = {}
    for node_id, node in nodes.items():
        for child in node.get("children") or []:
            by_child.setdefault(child, []).append(node_id)
    stack = list(gone)
    seen: set[str] = set()
    while stack:
        node_id = stack.pop()
        if node_id in seen:
            continue
        seen.add(node_id)
        above = [*by_child.get(node_id, []), nodes[node_id].get("boundaryID", "")]
        groups = [each for each in above if each in nodes and nodes[each]["type"] not in _EXECUTION]
        found.update(groups)
        stack += groups
    return found


def _reset(node: Node, gone: set[str]) -> Node:
    """Return a group as Running again."""
    dropped = ("message", "outputs", "outboundNodes", "resourcesDuration")
    kept = {key: value for key, value in _without(node, gone).items() if key not in dropped}
    return {**kept, "phase": str(Phase.RUNNING), "finishedAt": None}


def _without(node: Node, gone: set[str]) -> Node:
    children = node.get("children")
    if not children or not gone.intersection(children):
        return node
    return {**node, "children": [each for each in children if each not in gone]}


def _running_again(workflow: Object, nodes: dict[str, Node]) -> Object:
    status = {
        key: value
        for key, value in workflow["status"].items()
        if key not in ("finishedAt", "message", "conditions", "outputs", "persistentVolumeClaims")
    }
    labels = {k: v for k, v in labels_of(workflow).items() if k != words.LABEL_COMPLETED}
    labels[words.LABEL_PHASE] = str(Phase.RUNNING)
    spec = {k: v for k, v in workflow["spec"].items() if k not in ("shutdown", "suspend")}
    stored = status.get("storedWorkflowTemplateSpec")
    if stored:
        kept = {k: v for k, v in stored.items() if k not in ("shutdown", "suspend")}
        status["storedWorkflowTemplateSpec"] = kept
    return {
        **workflow,
        "metadata": {**workflow["metadata"], "labels": labels},
        "spec": spec,
        "status": {**status, "phase": str(Phase.RUNNING), "nodes": nodes, "finishedAt": None},
    }
