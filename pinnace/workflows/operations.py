"""What people do to workflows by hand: suspend, resume, stop, terminate, retry, resubmit, set.

Pure: a workflow in, the workflow as it should be out; the caller writes it. As with upstream's CLI
and server, the controller sees only an ordinary update. Mirrors ``workflow/util/util.go``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pinnace.objects.clock import rfc3339
from pinnace.objects.meta import labels_of, name_of
from pinnace.objects.types import Object
from pinnace.workflows import constants as words
from pinnace.workflows.constants import NodeType, Phase
from pinnace.workflows.finish import is_completed
from pinnace.workflows.manual_retry import NodeSelector, Refused, Retried, retry
from pinnace.workflows.nodes import Node
from pinnace.workflows.spec import named, parameters
from pinnace.workflows.suspend import with_defaults

__all__ = [
    "NodeSelector", "NodeSet", "Refused", "Retried", "resubmit", "resume", "retry", "set_nodes",
    "stop", "suspend", "terminate", "with_arguments",
]  # fmt: skip

_STRIPPED_LABELS = (
    words.LABEL_PHASE, words.LABEL_COMPLETED, f"{words.PREFIX}/creator",
    f"{words.PREFIX}/creator-email", f"{words.PREFIX}/creator-preferred-username",
    f"{words.PREFIX}/workflow-archiving-status",
)  # fmt: skip


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


def set_nodes(workflow: Object, now: datetime, selected: NodeSelector, wanted: NodeSet) -> Object:
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


# -- common ---------------------------------------------------------------------------------------


def _require_running(workflow: Object, what: str) -> None:
    if is_completed(workflow):
        phase = (workflow.get("status") or {}).get("phase")
        raise Refused(f"cannot {what} workflow {name_of(workflow)}: it is {phase} already")


def _nodes(workflow: Object) -> dict[str, Node]:
    nodes: dict[str, Node] = (workflow.get("status") or {}).get("nodes") or {}
    return nodes


def _waits(node: Node) -> bool:
    return bool(node["type"] == NodeType.SUSPEND and node["phase"] == Phase.RUNNING)


def _with_spec(workflow: Object, **fields: Any) -> Object:
    spec = {k: v for k, v in {**workflow["spec"], **fields}.items() if v is not None}
    return {**workflow, "spec": spec}


def _with_nodes(workflow: Object, changed: Mapping[str, Node]) -> Object:
    nodes = {**_nodes(workflow), **changed}
    return {**workflow, "status": {**(workflow.get("status") or {}), "nodes": nodes}}
