"""What people do to workflows by hand: suspend, resume, stop, terminate, retry, resubmit, set.

Pure: a workflow in, the workflow as it should be out; the caller writes it. As with upstream's CLI
and server, the controller sees only an ordinary update. Mirrors ``workflow/util/util.go``.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pinnace.objects.clock import rfc3339
from pinnace.objects.meta import labels_of, name_of
from pinnace.objects.types import Object
from pinnace.workflows import constants as words
from pinnace.workflows.constants import NodeType, Phase
from pinnace.workflows.finish import is_completed
from pinnace.workflows.names import pod_name
from pinnace.workflows.nodes import Node, flagged, unsuccessful
from pinnace.workflows.problems import Problem
from pinnace.workflows.spec import named, parameters
from pinnace.workflows.suspend import with_defaults

NodeSelector = Callable[[Node], bool]

_EXECUTION = frozenset(
    {NodeType.POD, NodeType.CONTAINER, NodeType.SUSPEND, NodeType.SKIPPED, NodeType.HTTP}
)
_STRIPPED_LABELS = (
    words.LABEL_PHASE, words.LABEL_COMPLETED, f"{words.PREFIX}/creator",
    f"{words.PREFIX}/creator-email", f"{words.PREFIX}/creator-preferred-username",
    f"{words.PREFIX}/workflow-archiving-status",
)  # fmt: skip


class Refused(Problem):
    """The operation makes no sense for this workflow as it is."""


# -- suspending and ending ------------------------------------------------------------------------


def suspend(workflow: Object) -> Object:
    """Start nothing more until :func:`resume`; what runs goes on."""
    _require_running(workflow, "suspend")
    return _with_spec(workflow, suspend=True)


def resume(workflow: Object, now: datetime, selected: NodeSelector | None = None) -> Object:
    """Go on: clear ``spec.suspend`` and end the suspend nodes that wait (or the selected ones)."""
    _require_running(workflow, "resume")
    waiting = [each for each in _nodes(workflow).values() if _waits(each)]
    chosen = [each for each in waiting if selected is None or selected(each)]
    if selected is not None and not chosen:
        raise Refused("no suspended nodes matched the selector; nothing was resumed")
    changed = {}
    for node in chosen:
        fields: Node = {"phase": str(Phase.SUCCEEDED), "finishedAt": rfc3339(now)}
        if node.get("outputs"):
            fields["outputs"] = with_defaults(node["outputs"])
        changed[node["id"]] = {**node, **fields}
    resumed = _with_nodes(workflow, changed)
    return resumed if selected is not None else _with_spec(resumed, suspend=None)


def stop(
    workflow: Object,
    now: datetime,
    selected: NodeSelector | None = None,
    message: str = "",
) -> Object:
    """End the workflow, exit handlers still run; with a selector, fail the suspended nodes."""
    _require_running(workflow, "stop")
    if selected is None:
        return _with_spec(workflow, shutdown="Stop")
    ended = {
        node["id"]: {
            **node, "phase": str(Phase.FAILED), "message": message, "finishedAt": rfc3339(now),
        }
        for node in _nodes(workflow).values()
        if _waits(node) and selected(node)
    }  # fmt: skip
    if not ended:
        raise Refused("no suspended nodes matched the selector; nothing was stopped")
    return _with_nodes(workflow, ended)


def terminate(workflow: Object) -> Object:
    """End the workflow at once, exit handlers included."""
    _require_running(workflow, "terminate")
    return _with_spec(workflow, shutdown="Terminate")


@dataclass(frozen=True, kw_only=True)
class NodeSet:
    """What to set on suspended nodes."""

    phase: str = ""
    message: str = ""
    outputs: Mapping[str, str] = field(default_factory=dict)


def set_nodes(
    workflow: Object, now: datetime, selected: NodeSelector, wanted: NodeSet
) -> Object:
    """Set phase, message and supplied outputs of suspended nodes."""
    _require_running(workflow, "set nodes of")
    if wanted.phase and wanted.phase not in ("Succeeded", "Failed", "Error", "Skipped"):
        raise Refused(f"phase must be Succeeded, Failed, Error or Skipped, found {wanted.phase!r}")
    changed = {
        node["id"]: _set(node, wanted, rfc3339(now))
        for node in _nodes(workflow).values()
        if _waits(node) and selected(node)
    }
    if not changed:
        raise Refused("currently, set only targets suspend nodes: no suspended nodes matched")
    return _with_nodes(workflow, changed)


def _set(node: Node, wanted: NodeSet, now: str) -> Node:
    node = dict(node)
    if wanted.outputs:
        node["outputs"] = _supplied(node, wanted.outputs)
    if wanted.message:
        old = node.get("message")
        node["message"] = f"{old}; {wanted.message}" if old else wanted.message
    if wanted.phase:
        node["phase"], node["finishedAt"] = wanted.phase, now
    return node


def _supplied(node: Node, values: Mapping[str, str]) -> dict[str, Any]:
    outputs = node.get("outputs") or {}
    filled = []
    for parameter in parameters(outputs):
        value = values.get(parameter["name"])
        if value is None:
            filled.append(parameter)
        elif parameter.get("valueFrom") is None:
            raise Refused(f"output parameter {parameter['name']} has been set already")
        else:
            kept = {key: each for key, each in parameter.items() if key != "valueFrom"}
            filled.append({**kept, "value": value})
    for name in values:
        if named(parameters(outputs), name) is None:
            raise Refused(f"node {node['displayName']} has no supplied output parameter {name!r}")
    return {**outputs, "parameters": filled}


# -- again ----------------------------------------------------------------------------------------


def resubmit(workflow: Object, arguments: Mapping[str, str] | None = None) -> Object:
    """Return a new workflow that does the same again."""
    meta = workflow["metadata"]
    labels = {k: v for k, v in labels_of(workflow).items() if k not in _STRIPPED_LABELS}
    labels[words.LABEL_RESUBMITTED_FROM] = name_of(workflow)
    fresh: Object = {
        "apiVersion": workflow["apiVersion"],
        "kind": workflow["kind"],
        "metadata": {
            "generateName": meta.get("generateName") or f"{name_of(workflow)}-",
            "namespace": meta.get("namespace"),
            "labels": labels,
            "annotations": dict(meta.get("annotations") or {}),
        },
        "spec": {k: v for k, v in workflow["spec"].items() if k not in ("shutdown", "suspend")},
    }
    if meta.get("ownerReferences"):
        fresh["metadata"]["ownerReferences"] = meta["ownerReferences"]
    return with_arguments(fresh, arguments or {})


def with_arguments(workflow: Object, values: Mapping[str, str]) -> Object:
    """Return the workflow with argument parameters replaced or added."""
    if not values:
        return workflow
    arguments = workflow["spec"].get("arguments") or {}
    kept = [each for each in parameters(arguments) if each["name"] not in values]
    given = [{"name": name, "value": value} for name, value in values.items()]
    return _with_spec(workflow, arguments={**arguments, "parameters": [*kept, *given]})


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
    nodes = _nodes(workflow)
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


# -- common ---------------------------------------------------------------------------------------


def _require_running(workflow: Object, what: str) -> None:
    if is_completed(workflow):
        phase = (workflow.get("status") or {}).get("phase")
        raise Refused(f"cannot {what} workflow {name_of(workflow)}: it is {phase} already")


def _nodes(workflow: Object) -> dict[str, Node]:
    nodes: dict[str, Node] = (workflow.get("status") or {}).get("nodes") or {}
    return nodes


def _waits(node: Node) -> bool:
    return node["type"] == NodeType.SUSPEND and node["phase"] == Phase.RUNNING


def _with_spec(workflow: Object, **fields: Any) -> Object:
    spec = {k: v for k, v in {**workflow["spec"], **fields}.items() if v is not None}
    return {**workflow, "spec": spec}


def _with_nodes(workflow: Object, changed: Mapping[str, Node]) -> Object:
    nodes = {**_nodes(workflow), **changed}
    return {**workflow, "status": {**(workflow.get("status") or {}), "nodes": nodes}}
