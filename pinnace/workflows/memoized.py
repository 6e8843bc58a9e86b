"""Resubmitting with memoized nodes: a new workflow that begins where a failed one got to.

Pure. What a manual retry would keep is kept under the new workflow's name; pods that succeeded are
Skipped nodes with their outputs. Mirrors the second half of ``FormulateResubmitWorkflow``.
"""

from collections.abc import Mapping

from pinnace.objects.meta import name_of
from pinnace.objects.types import Object
from pinnace.workflows.constants import NodeType, Phase
from pinnace.workflows.manual_retry import Refused, retry
from pinnace.workflows.names import node_id
from pinnace.workflows.nodes import Node
from pinnace.workflows.operations import resubmit


def resubmit_memoized(workflow: Object, name: str, arguments: Mapping[str, str]) -> Object:
    """Return the new workflow, called ``name``; raises Refused unless the old one failed."""
    if (workflow.get("status") or {}).get("phase") not in (Phase.FAILED, Phase.ERROR):
        raise Refused("workflow must be Failed/Error to resubmit in memoized mode")
    fresh = resubmit(workflow, arguments)
    metadata = {key: value for key, value in fresh["metadata"].items() if key != "generateName"}
    kept = retry(workflow).workflow["status"]
    status: Object = {
        "nodes": _renamed(kept["nodes"], name_of(workflow), name),
        "conditions": [{"type": "Completed", "status": "False"}],
    }
    if kept.get("storedTemplates"):
        status["storedTemplates"] = kept["storedTemplates"]
    return {**fresh, "metadata": {**metadata, "name": name}, "status": status}


def _renamed(nodes: Mapping[str, Node], old: str, new: str) -> dict[str, Node]:
    def new_name(node: Node) -> str:
        return new + str(node["name"]).removeprefix(old)

    ids = {each: node_id(new, new_name(node)) for each, node in nodes.items()}
    found = {}
    for old_id, node in nodes.items():
        moved = {**node, "id": ids[old_id], "name": new_name(node)}
        for field in ("children", "outboundNodes"):
            if field in node:
                moved[field] = [ids[each] for each in node[field] if each in ids]
        if node.get("boundaryID"):
            moved["boundaryID"] = ids.get(node["boundaryID"], "")
        if node.get("templateScope") == f"local/{old}":
            moved["templateScope"] = f"local/{new}"
        if node["displayName"] == old:
            moved["displayName"] = new
        found[ids[old_id]] = _skipped(moved, old_id) if node["type"] == NodeType.POD else moved
    return found


def _skipped(node: Node, original: str) -> Node:
    ended = {"type": str(NodeType.SKIPPED), "phase": str(Phase.SKIPPED)}
    return {**node, **ended, "message": f"original pod: {original}"}
