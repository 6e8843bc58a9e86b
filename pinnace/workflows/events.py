"""Events about workflows and their nodes, as Argo's controller records them."""

from collections.abc import Iterator

from pinnace.objects.types import Object
from pinnace.reconcile import Note
from pinnace.workflows import constants as words
from pinnace.workflows.constants import Phase
from pinnace.workflows.nodes import Node, completed

_NORMAL = frozenset({Phase.SUCCEEDED, Phase.RUNNING})


def notes_of(before: Object, after: Object) -> Iterator[Note]:
    """Return what changed between two states of a workflow, as events."""
    old, new = before.get("status") or {}, after.get("status") or {}
    if old.get("phase") != new.get("phase"):
        yield from _of_workflow(new)
    known = old.get("nodes") or {}
    for node_id, node in (new.get("nodes") or {}).items():
        previous = known.get(node_id)
        if previous is not node:
            yield from _of_node(previous, node)


def _of_workflow(status: Object) -> Iterator[Note]:
    match status.get("phase"):
        case "Running":
            yield Note(reason="WorkflowRunning", message="Workflow Running")
        case "Succeeded":
            yield Note(reason="WorkflowSucceeded", message="Workflow completed")
        case "Failed" | "Error":
            message = str(status.get("message") or "")
            yield Note(type="Warning", reason="WorkflowFailed", message=message)


def _of_node(previous: Node | None, node: Node) -> Iterator[Note]:
    was = previous.get("phase") if previous is not None else None
    if was == node["phase"]:
        return
    ended = completed(node)
    if ended and was in (None, Phase.PENDING):
        yield _note({**node, "phase": Phase.RUNNING})
    if ended or node["phase"] == Phase.RUNNING or previous is not None:
        yield _note(node)


def _note(node: Node) -> Note:
    message = f"{node['phase']} node {node['name']}"
    if node.get("message"):
        message += f": {node['message']}"
    return Note(
        type="Normal" if node["phase"] in _NORMAL else "Warning",
        reason=f"WorkflowNode{node['phase']}",
        message=message,
        annotations={
            words.ANNOTATION_NODE_TYPE: node["type"],
            words.ANNOTATION_NODE_NAME: node["name"],
            words.ANNOTATION_NODE_ID: node["id"],
        },
    )
