"""The pure core: a workflow and what is observed of it in, what should become true out.

Mirrors ``operate`` of ``workflow/controller/operator.go``, stage by stage. Nothing here reads or
writes anything; running it twice on the same objects gives the same Decision.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from pinnace.objects.meta import name_of, namespace_of
from pinnace.objects.types import Object
from pinnace.reconcile import Decision
from pinnace.workflows import finish
from pinnace.workflows.assess import observe_pods, observe_results
from pinnace.workflows.claims import want_claims
from pinnace.workflows.constants import Phase
from pinnace.workflows.deadlock import break_deadlock
from pinnace.workflows.decision import decision_of
from pinnace.workflows.execute import Executor
from pinnace.workflows.garbage import collect
from pinnace.workflows.hooks import run_workflow_hooks
from pinnace.workflows.limits import apply_execution_control
from pinnace.workflows.metadata import (
    apply_workflow_metadata,
    mark_phase,
    set_condition_of_pods,
    set_template_label,
)
from pinnace.workflows.nodes import Node, fulfilled
from pinnace.workflows.operation import Call, Operation
from pinnace.workflows.problems import InvalidSpec, Postponed, Problem, Unresolved
from pinnace.workflows.repository import find_reference, read_repository
from pinnace.workflows.resolution import Library
from pinnace.workflows.spec import Reference
from pinnace.workflows.stored_spec import executed_spec
from pinnace.workflows.substitution import fill
from pinnace.workflows.support import unsupported_in
from pinnace.workflows.validation import validate
from pinnace.workflows.variables import runtime_variables, workflow_variables


def decide(
    workflow: Object,
    pods: Sequence[Object],
    task_results: Sequence[Object],
    templates: Iterable[Object],
    config_maps: Iterable[Object],
    now: datetime,
) -> Decision:
    """Decide what a workflow needs now.

    ``pods`` and ``task_results`` are its own; ``templates`` are the WorkflowTemplates and
    ClusterWorkflowTemplates it may refer to, ``config_maps`` those of its namespace.
    """
    if finish.is_completed(workflow):
        return collect(workflow, pods, task_results, now)
    before = workflow
    workflow = _own_copy(workflow)
    maps = {name_of(each): each for each in config_maps}
    try:
        op = _begin(workflow, list(pods), list(templates), maps, now)
    except Problem as problem:
        return finish.never_started(before, workflow, problem, now)
    _operate(op, list(task_results))
    return decision_of(op, before)


def _own_copy(workflow: Object) -> Object:
    """Copy what a reconcile writes to: the top, metadata and status (nodes copy themselves)."""
    copy = dict(workflow)
    meta = copy["metadata"] = dict(workflow["metadata"])
    for part in ("labels", "annotations"):
        if part in meta:
            meta[part] = dict(meta[part])
    copy["status"] = dict(workflow.get("status") or {})
    return copy


# -- beginning ------------------------------------------------------------------------------------


def _begin(
    workflow: Object,
    pods: list[Object],
    templates: list[Object],
    maps: dict[str, Object],
    now: datetime,
) -> Operation:
    """Work out the spec that runs and its variables; raises Problem when it cannot run at all."""
    status = workflow["status"]
    spec = executed_spec(workflow, templates)
    set_template_label(workflow)
    name = name_of(workflow)
    if not status.get("phase"):
        if unsupported_in(spec):
            raise InvalidSpec(unsupported_in(spec))
        validate(workflow, spec, Library(name, spec, {}, templates))
    values = workflow_variables(workflow, spec, maps, now)
    bare = {key: value for key, value in spec.items() if key != "templates"}
    spec = {**fill(bare, values), "templates": spec.get("templates") or []}
    if not status.get("phase"):
        values |= apply_workflow_metadata(workflow, spec, values)
        spec = {**fill({k: v for k, v in spec.items() if k != "templates"}, values),
                "templates": spec["templates"]}  # fmt: skip
    library = Library(name, spec, status.get("storedTemplates") or {}, templates)
    op = Operation(workflow, spec, library=library, config_maps=maps, pods=pods, now=now)
    op.globals = {**values, **runtime_variables(workflow, now)}
    reference = status.get("artifactRepositoryRef")
    if reference is None:
        reference = find_reference(spec, namespace_of(workflow), maps)
        status["artifactRepositoryRef"] = reference
    op.repository = read_repository(reference, maps)
    op.execute = Executor(op)
    return op


# -- operating ------------------------------------------------------------------------------------


def _operate(op: Operation, task_results: list[Object]) -> None:
    if not op.status.get("phase"):
        mark_phase(op, Phase.RUNNING)
        if op.deadline is not None:
            op.wake(op.deadline)
    else:
        observe_results(op, task_results)
        running = observe_pods(op)
        set_condition_of_pods(op, running=running)
        apply_execution_control(op)
        if op.deadline is not None and not op.past_deadline:
            op.wake(op.deadline)
    if op.spec.get("suspend"):
        return
    op.count_pods()
    try:
        want_claims(op)
        node = _run_entry(op)
        if node is not None:
            _run_rest(op, node)
    except (Postponed, Unresolved):
        pass  # a limit or a missing output holds it back; the next node that ends wakes it
    except Problem as problem:
        finish.fail_entry(op, problem)
    break_deadlock(op)


def _run_entry(op: Operation) -> Node | None:
    """Execute the entry point; its problems are the workflow's own."""
    try:
        return op.execute(Call(
            node=op.name, reference=Reference(template=str(op.spec["entrypoint"])),
            place=op.library.home, arguments=op.spec.get("arguments") or {},
        ))  # fmt: skip
    except (Postponed, Unresolved):
        return op.nodes.named(op.name)
    except Problem as problem:
        raise Problem(f"error in entry template execution: {problem}") from None


def _run_rest(op: Operation, root: Node) -> None:
    """Run hooks and the exit handler as they fall due, and complete the workflow after them."""
    op.globals["workflow.status"] = str(finish.phase_of(root))
    op.globals["workflow.failures"] = finish.failures(op)
    try:
        hooks_ended = run_workflow_hooks(op, op.spec.get("hooks") or {}, op.library.home)
    except Problem as problem:
        root = op.nodes.mark(root["name"], Phase.ERROR, str(problem))
        hooks_ended = True
    if not hooks_ended or not fulfilled(root):
        return
    handler = finish.run_exit_handler(op)
    if handler is finish.WAITING:
        return
    finish.complete(op, root, handler)
