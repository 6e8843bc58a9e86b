"""What holds a node back or ends it early: parallelism, failFast, timeouts, deadlines, shutdown.

Mirrors ``checkParallelism``, ``checkTemplateTimeouts`` and ``exec_control.go``.
"""

from datetime import datetime

from pinnace.workflows.constants import LABEL_ON_EXIT, NodeType, Phase
from pinnace.workflows.durations import instant, parse_duration
from pinnace.workflows.nodes import Node, active, completed, fulfilled
from pinnace.workflows.operation import Call, Operation
from pinnace.workflows.problems import Postponed, TimedOut
from pinnace.workflows.spec import Template, template_type

_FAIL_FAST = "template has failed or errored children and failFast enabled"


def check_parallelism(op: Operation, template: Template, node: Node | None, call: Call) -> None:
    """Raise Postponed when the workflow's or a template's limit is reached."""
    limit = op.spec.get("parallelism")
    if limit is not None and op.active_pods >= int(limit):
        raise Postponed("workflow parallelism reached")
    if node is not None and template_type(template) in ("steps", "dag"):
        _check_own(op, template, node["id"])
    if call.boundary and call.boundary_template is not None and (node is None or not active(node)):
        _check_boundary(op, call.boundary_template, call.boundary)


def _check_own(op: Operation, template: Template, node_id: str) -> None:
    _check_fail_fast(op, template, node_id)
    limit = template.get("parallelism")
    pods = [
        each
        for each in (op.nodes.inside(node_id) if limit is not None else [])
        if each["type"] == NodeType.POD and active(each) and each["id"] in op.pods
    ]
    if limit is not None and len(pods) >= int(limit):
        raise Postponed("template parallelism reached")


def _check_boundary(op: Operation, template: Template, boundary: str) -> None:
    _check_fail_fast(op, template, boundary)
    limit = template.get("parallelism")
    if limit is not None and op.nodes.active_children(boundary) >= int(limit):
        raise Postponed("template parallelism reached")


def _check_fail_fast(op: Operation, template: Template, boundary: str) -> None:
    if not template.get("failFast") or not op.nodes.unsuccessful_children(boundary):
        return
    inside = op.nodes.inside(boundary)
    if not any(each["type"] == NodeType.POD and active(each) for each in inside):
        groups = [each for each in inside if each["type"] == NodeType.STEP_GROUP]
        if groups and not completed(groups[-1]):
            op.nodes.mark(groups[-1]["name"], Phase.FAILED, _FAIL_FAST)
        owner = op.nodes.get(boundary)
        if owner is not None and not completed(owner):
            op.nodes.mark(owner["name"], Phase.FAILED, _FAIL_FAST)
    raise Postponed(_FAIL_FAST)


def check_timeouts(op: Operation, template: Template, node: Node | None) -> datetime | None:
    """Return when the template's timeout ends; raise TimedOut if that passed while pending."""
    started = instant(node.get("startedAt")) if node is not None else None
    if node is None or started is None:
        return None
    pending = node["phase"] == Phase.PENDING
    limits = [template.get("timeout"), template.get("pendingTimeout") if pending else None]
    deadlines = [started + parse_duration(limit) for limit in limits if limit]
    for deadline in deadlines:
        if pending and op.now > deadline:
            op.stop_pod(node["id"])
            raise TimedOut("timeout")
        if op.now < deadline:
            op.wake(deadline)
    return started + parse_duration(template["timeout"]) if template.get("timeout") else None


def apply_execution_control(op: Operation) -> None:
    """End nodes that a shutdown or the workflow's deadline does not let go on."""
    if not op.shutdown and not op.past_deadline:
        return
    for node in op.nodes:
        if fulfilled(node) and not node.get("daemoned"):
            continue
        message = _sentence(op, node)
        if message:
            op.stop_pod(node["id"])
            op.nodes.mark(node["name"], Phase.FAILED, message)


def _sentence(op: Operation, node: Node) -> str:
    """Return the message a node is ended with, or "" when it may go on."""
    has_pod = node["id"] in op.pods
    in_handler = LABEL_ON_EXIT in op.pod_labels(node["id"]) or is_in_exit_handler(op, node)
    if op.shutdown and not op.may_run(on_exit=in_handler):
        if has_pod:
            return f"workflow shutdown with strategy:  {op.shutdown}"
        if _waits_without_pod(op, node):
            return f"Stopped with strategy '{op.shutdown}'"
        return ""
    if not op.past_deadline or in_handler:
        return ""
    suspended = node["type"] == NodeType.SUSPEND and node["phase"] == Phase.RUNNING
    if has_pod or node["phase"] == Phase.PENDING or suspended:
        return "Step exceeded its deadline"
    return ""


def _waits_without_pod(op: Operation, node: Node) -> bool:
    """Tell whether nothing else would ever end this node: it has no pod that could."""
    match node["type"]:
        case NodeType.RETRY:
            return all(fulfilled(each) for each in op.nodes.children(node))
        case NodeType.SUSPEND:
            return True
        case kind:
            return bool(kind == NodeType.POD and node["phase"] == Phase.PENDING)


def is_in_exit_handler(op: Operation, node: Node) -> bool:
    """Tell whether the node belongs to an exit handler, at any depth."""
    current: Node | None = node
    while current is not None:
        if current["name"].endswith(".onExit"):
            return True
        current = op.nodes.get(current.get("boundaryID", ""))
    return False
