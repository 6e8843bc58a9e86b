"""From pods to nodes: what a pod's status says about the node it runs.

Mirrors ``assessNodeStatus`` and ``inferFailedReason`` of ``workflow/controller/operator.go``.
"""

import json
from collections.abc import Mapping
from typing import Any

from pinnace.objects.clock import rfc3339
from pinnace.objects.meta import name_of, namespace_of
from pinnace.objects.types import Object
from pinnace.workflows.constants import INIT, MAIN, WAIT, NodeType, Phase
from pinnace.workflows.nodes import Node, ended, fulfilled
from pinnace.workflows.operation import Operation
from pinnace.workflows.progress import of_pod, parse_progress
from pinnace.workflows.spec import Template, artifacts, has_outputs, parameters

#: SIGKILL and SIGTERM: how a sidecar ends when its main container has.
_KILLED = frozenset({137, 143})


def observe_pods(op: Operation) -> bool:
    """Bring every unfinished Pod node up to date with its pod; tells whether any pod runs."""
    running = False
    for node in op.nodes:
        if node["type"] != NodeType.POD or (ended(node) and not node.get("daemoned")):
            continue
        pod = op.pods.get(node["id"])
        if pod is None:
            _pod_is_missing(op, node)
            continue
        updated = _assess(op, node, pod)
        running = running or updated.get("phase") == Phase.RUNNING
        op.export(updated.get("outputs") if fulfilled(updated) else None)
    return running


def observe_results(op: Operation, results: list[Object]) -> None:
    """Copy what argoexec has reported into the nodes: outputs, progress, completion."""
    done: dict[str, bool] = dict(op.status.get("taskResultsCompletionStatus") or {})
    for result in results:
        node = op.nodes.get(name_of(result))
        if node is None:
            continue
        done[node["id"]] = True
        outputs = result.get("outputs") or {}
        if has_outputs(outputs):
            code = (node.get("outputs") or {}).get("exitCode")
            kept = {} if code is None else {"exitCode": code}
            op.nodes.update(node["id"], outputs={**kept, **outputs})
        if parse_progress(result.get("progress")) is not None:
            op.nodes.update(node["id"], progress=result["progress"])
    if done:
        op.status["taskResultsCompletionStatus"] = done


def _pod_is_missing(op: Operation, node: Node) -> None:
    """A running node whose pod is gone can never end by itself; a pending one gets its pod."""
    if node["phase"] == Phase.PENDING:
        return
    op.nodes.update(node["id"], daemoned=None)
    op.nodes.mark(node["name"], Phase.ERROR, "pod deleted")


def _assess(op: Operation, node: Node, pod: Object) -> Node:
    status = pod.get("status") or {}
    phase, message = _phase_of(op, node, pod)
    fields: dict[str, Any] = {"hostNodeName": (pod.get("spec") or {}).get("nodeName")}
    if parse_progress(node.get("progress")) is None:
        fields["progress"] = "0/1"
    outputs = dict(node.get("outputs") or {})
    code = _exit_code(status)
    if code is not None:
        outputs["exitCode"] = str(code)
        fields["outputs"] = outputs
    if phase == Phase.SUCCEEDED and _lacks_outputs(pod, outputs):
        phase = Phase(node["phase"])
    became_daemon = phase == Phase.RUNNING and _is_ready_daemon(pod)
    fields |= {"phase": str(phase), "daemoned": True if became_daemon else None}
    fields["podIP"] = status.get("podIP") if became_daemon else None
    if message is not None:
        fields["message"] = message or None
    node = op.nodes.update(node["id"], **fields)
    if ended(node) and not node.get("finishedAt"):
        finished = _latest_end(status) or rfc3339(op.now)
        node = op.nodes.update(node["id"], finishedAt=finished, resourcesDuration=of_pod(pod))
    return node


def _phase_of(op: Operation, node: Node, pod: Object) -> tuple[Phase, str | None]:
    """Return the node's phase, and its message when the pod has something to say."""
    status = pod.get("status") or {}
    match status.get("phase"):
        case "Pending" | None:
            return Phase.PENDING, _pending_reason(status)
        case "Running":
            if _is_daemon(pod) and not _all_ready(status):
                return Phase(node["phase"]), None
            return Phase.RUNNING, "" if node["phase"] == Phase.PENDING else None
        case "Succeeded":
            failed = _is_daemon(pod)
            return (Phase.FAILED if failed else Phase.SUCCEEDED), None
        case "Failed":
            return failure_of(pod)
        case other:
            return Phase.ERROR, f"Unexpected pod phase for {name_of(pod)}: {other}"


def _pending_reason(status: Mapping[str, Any]) -> str:
    for each in status.get("containerStatuses") or []:
        waiting = (each.get("state") or {}).get("waiting")
        if waiting:
            return _reason(waiting)
    for each in status.get("conditions") or []:
        if each.get("reason") == "Unschedulable":
            return _reason(each)
    return ""


def _reason(entry: Mapping[str, Any]) -> str:
    reason, message = str(entry.get("reason") or ""), str(entry.get("message") or "")
    return f"{reason}: {message}" if message else reason


# -- failures -------------------------------------------------------------------------------------


def failure_of(pod: Object) -> tuple[Phase, str]:
    """Return why a pod failed: Error when argoexec did, Failed when the user's container did."""
    status = pod.get("status") or {}
    if status.get("message"):
        return Phase.FAILED, str(status["message"])
    rank = {MAIN: 1, WAIT: 2}
    containers = sorted(
        status.get("containerStatuses") or [], key=lambda each: rank.get(each["name"], 3)
    )
    every = [*(status.get("initContainerStatuses") or []), *containers]
    if not every:
        where = f"pod {name_of(pod)} namespace {namespace_of(pod)}"
        return Phase.FAILED, f"can't find failed message for {where}"
    for each in every:
        verdict = _failure_of_container(each)
        if verdict is not None:
            return verdict
    return _without_culprit(every)


def _failure_of_container(container: Mapping[str, Any]) -> tuple[Phase, str] | None:
    name, state = container["name"], container.get("state") or {}
    waiting, terminated = state.get("waiting"), state.get("terminated")
    if waiting:
        return Phase.ERROR, (
            f"Pod failed before {name} container starts due to "
            f"{waiting.get('reason') or ''}: {waiting.get('message') or ''}"
        )
    if not terminated or terminated.get("exitCode") == 0:
        return None
    code = terminated.get("exitCode")
    message = f"{name}: {terminated.get('reason') or 'Error'} (exit code {code})"
    if terminated.get("message"):
        message += f": {terminated['message']}"
    if name in (INIT, WAIT):
        return Phase.ERROR, message
    if name != MAIN and code in _KILLED:
        return None
    return Phase.FAILED, message


def _without_culprit(containers: list[Mapping[str, Any]]) -> tuple[Phase, str]:
    """Judge a failed pod in which no container is to blame: sidecars may have been killed."""
    succeeded = {
        each["name"]
        for each in containers
        if ((each.get("state") or {}).get("terminated") or {}).get("exitCode") == 0
    }
    match (MAIN in succeeded, WAIT in succeeded):
        case (True, True):
            return Phase.SUCCEEDED, ""
        case (True, False):
            return Phase.FAILED, "pod failed: wait container did not complete successfully"
        case (False, True):
            return Phase.FAILED, "pod failed: main container did not complete successfully"
        case _:
            message = "pod failed: neither main nor wait container completed successfully"
            return Phase.FAILED, message


# -- facts about a pod ----------------------------------------------------------------------------


def template_of(pod: Object) -> Template:
    """Return the template that argoexec was told when the pod was made ({} if it is elsewhere)."""
    spec = pod.get("spec") or {}
    for container in [*(spec.get("initContainers") or []), *(spec.get("containers") or [])]:
        for variable in container.get("env") or []:
            if variable["name"] == "ARGO_TEMPLATE" and variable.get("value") != "offloaded":
                found: Template = json.loads(variable["value"])
                return found
    return {}


def _is_daemon(pod: Object) -> bool:
    return bool(template_of(pod).get("daemon"))


def _all_ready(status: Mapping[str, Any]) -> bool:
    return all(each.get("ready") for each in status.get("containerStatuses") or [])


def _is_ready_daemon(pod: Object) -> bool:
    return _is_daemon(pod) and _all_ready(pod.get("status") or {})


def _exit_code(status: Mapping[str, Any]) -> int | None:
    for each in status.get("containerStatuses") or []:
        terminated = (each.get("state") or {}).get("terminated")
        if each["name"] == MAIN and terminated:
            code: int = terminated.get("exitCode", 0)
            return code
    return None


def _lacks_outputs(pod: Object, outputs: Mapping[str, Any]) -> bool:
    """Tell whether declared outputs have not been reported yet, though the pod has succeeded."""
    declared = template_of(pod).get("outputs") or {}
    if parameters(declared) and not outputs.get("parameters"):
        return True
    required = [each for each in artifacts(declared) if not each.get("optional")]
    return bool(required) and not outputs.get("artifacts")


def _latest_end(status: Mapping[str, Any]) -> str | None:
    ends = [
        ((each.get("state") or {}).get("terminated") or {}).get("finishedAt")
        for part in ("initContainerStatuses", "containerStatuses")
        for each in status.get(part) or []
    ]
    return max((each for each in ends if each), default=None)
