"""The end of a workflow: its exit handler, its phase and message, and starts that never were.

Mirrors the second half of ``operate`` in ``workflow/controller/operator.go``.
"""

import json
from datetime import datetime

from pinnace.languages.goquote import quote
from pinnace.objects.clock import rfc3339
from pinnace.objects.meta import labels_of
from pinnace.objects.types import Object
from pinnace.reconcile import Decision
from pinnace.workflows.claims import drop_claims
from pinnace.workflows.constants import LABEL_COMPLETED, Phase
from pinnace.workflows.daemons import end_all_daemons
from pinnace.workflows.events import notes_of
from pinnace.workflows.metadata import mark_phase, set_phase
from pinnace.workflows.names import on_exit_name, pod_name
from pinnace.workflows.nodes import Node, fulfilled, unsuccessful
from pinnace.workflows.operation import Call, Operation
from pinnace.workflows.problems import InvalidSpec, Postponed, Problem
from pinnace.workflows.spec import Reference, exit_hook

#: The exit handler has not ended yet.
WAITING: Node = {"name": "", "phase": str(Phase.PENDING)}

_WORKFLOW_PHASES = {
    Phase.SKIPPED: Phase.SUCCEEDED,
    Phase.OMITTED: Phase.SUCCEEDED,
}


def is_completed(workflow: Object) -> bool:
    """Tell whether the workflow has ended; Argo goes by the label, as clients do."""
    return labels_of(workflow).get(LABEL_COMPLETED) == "true"


def phase_of(root: Node) -> Phase:
    """Return the workflow's phase that the root node's phase means."""
    phase = Phase(root["phase"])
    return _WORKFLOW_PHASES.get(phase, phase)


def failures(op: Operation) -> str:
    """Return ``workflow.failures``: the failed nodes as quoted JSON, as exit handlers read it."""
    found = []
    for node in op.nodes:
        if unsuccessful(node):
            template = node.get("templateName") or (node.get("templateRef") or {}).get("template")
            found.append({
                "displayName": node["displayName"],
                "message": node.get("message", ""),
                "templateName": template or "",
                "phase": node["phase"],
                "podName": pod_name(op.name, node["name"], template or ""),
                "finishedAt": node.get("finishedAt"),
            })  # fmt: skip
    return quote(json.dumps(found, separators=(",", ":"), ensure_ascii=False) if found else "null")


def run_exit_handler(op: Operation) -> Node | None:
    """Run the workflow's exit handler, if it has one; WAITING until that has ended."""
    hook = exit_hook(op.spec, op.spec.get("arguments") or {})
    name = on_exit_name(op.name)
    started = op.nodes.named(name)
    if hook is None or (started is None and not op.may_run(on_exit=True)):
        return None
    try:
        node = op.execute(Call(
            node=name, reference=Reference.of(hook), place=op.library.home,
            arguments=hook.get("arguments") or {}, on_exit=True, flag={"hooked": True},
        ))  # fmt: skip
    except Postponed:
        return WAITING
    except Problem as problem:
        raise Problem(f"error in exit template execution : {problem}") from None
    return node if node is not None and fulfilled(node) else WAITING


def complete(op: Operation, root: Node, handler: Node | None) -> None:
    """End the workflow with the root node's phase, or its exit handler's if only that failed."""
    phase, message = phase_of(root), str(root.get("message") or "")
    if unsuccessful(root) and op.shutdown:
        message = f"Stopped with strategy '{op.shutdown}'"
    if phase == Phase.SUCCEEDED:
        message = ""
        if handler is not None and unsuccessful(handler):
            phase, message = Phase(handler["phase"]), str(handler.get("message") or "")
    end_all_daemons(op)
    mark_phase(op, phase, message)
    drop_claims(op, phase)


def fail_entry(op: Operation, problem: Problem) -> None:
    """End the workflow because its entry point or exit handler could not be executed."""
    root = op.nodes.named(op.name)
    if root is not None and root["phase"] == Phase.RUNNING:
        op.nodes.mark(op.name, Phase.ERROR, "Workflow operation error")
    end_all_daemons(op)
    mark_phase(op, Phase.ERROR, str(problem))
    drop_claims(op, Phase.ERROR)


def never_started(before: Object, workflow: Object, problem: Problem, now: datetime) -> Decision:
    """End a workflow whose spec cannot be run (or no longer)."""
    if isinstance(problem, InvalidSpec):
        phase, message = Phase.FAILED, f"invalid spec: {problem}"
    elif "global parameter" in str(problem):
        phase, message = Phase.FAILED, f"failed to set global parameters: {problem}"
    else:
        phase, message = Phase.ERROR, str(problem)
    set_phase(workflow, phase, message, rfc3339(now))
    return Decision(status=workflow, events=tuple(notes_of(before, workflow)))
