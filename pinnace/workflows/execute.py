"""Executing a template as a node: find it, fill it in, hold it back, retry it, run it.

Mirrors ``executeTemplate`` of ``workflow/controller/operator.go``.
"""

import json
from typing import Any

from pinnace.workflows import retry
from pinnace.workflows.constants import ANNOTATION_DISPLAY_NAME, MAX_DEPTH, NodeType, Phase
from pinnace.workflows.daemons import end_daemons_in
from pinnace.workflows.dag import Dag
from pinnace.workflows.defaults import with_template_defaults
from pinnace.workflows.limits import check_parallelism, check_timeouts
from pinnace.workflows.names import pod_name, step_of
from pinnace.workflows.nodes import NewNode, Node, ended
from pinnace.workflows.operation import Call, Job, Operation
from pinnace.workflows.pod_spec import PodOrder, build_pod
from pinnace.workflows.problems import Postponed, Problem, TimedOut, TooDeep
from pinnace.workflows.resolution import Place
from pinnace.workflows.spec import (
    Template,
    artifacts,
    is_pod,
    parameters,
    retry_strategy,
    template_type,
)
from pinnace.workflows.steps import Steps
from pinnace.workflows.substitution import process_arguments, substitute
from pinnace.workflows.support import check_supported
from pinnace.workflows.suspend import run_suspend, supplied_outputs

_NODE_TYPES = {
    "steps": (NodeType.STEPS, Phase.RUNNING),
    "dag": (NodeType.DAG, Phase.RUNNING),
    "suspend": (NodeType.SUSPEND, Phase.PENDING),
}


class Executor:
    """Carries out calls within one reconcile; ``op.execute`` is its ``__call__``."""

    def __init__(self, op: Operation) -> None:
        self.op = op
        self._written: dict[int, tuple[Template, str]] = {}

    def __call__(self, call: Call) -> Node | None:
        """Bring a node forward; raises Problem (and leaves an Error node) when it can't be."""
        self.op.depth += 1
        try:
            return self._execute(call)
        finally:
            self.op.depth -= 1

    def _execute(self, call: Call) -> Node | None:
        node = self.op.nodes.named(call.node)
        if node is not None and ended(node):
            return node
        try:
            if self.op.depth >= MAX_DEPTH:
                raise TooDeep
            place, template = self._prepare(call)
        except Problem as problem:
            self._record_error(call, problem)
            raise
        if node is not None:
            self._set_display_name(node, template)
        try:
            check_timeouts(self.op, template, node)
        except TimedOut as problem:
            self.op.nodes.mark(call.node, Phase.FAILED, str(problem))
            raise
        check_parallelism(self.op, template, node, call)
        strategy = retry_strategy(template, self.op.spec)
        job = Job(call=call, node=call.node, template=template, place=place)
        if strategy is None:
            return self._run(job)
        return self._run_attempt(job, strategy)

    # -- preparing ----------------------------------------------------------------------------

    def _prepare(self, call: Call) -> tuple[Place, Template]:
        """Find the template, lay it over the defaults and fill in arguments and variables."""
        op = self.op
        place, template = op.library.resolve(call.reference, call.place)
        template = with_template_defaults(template, op.spec)
        check_supported(template)
        local = {"node.name": call.node}
        if is_pod(template) and retry_strategy(template, op.spec) is None:
            local["pod.name"] = pod_name(op.name, call.node, template.get("name") or "")
        if call.reference.origin:
            local[f"{call.reference.origin}.name"] = call.reference.name
        filled = process_arguments(
            template, call.arguments, {**op.globals, **local}, op.config_maps, op.ambient
        )
        return place, filled

    def _record_error(self, call: Call, problem: Problem) -> None:
        if self.op.nodes.named(call.node) is not None:
            self.op.nodes.mark(call.node, Phase.ERROR, str(problem))
            return
        reference = call.reference
        self.op.nodes.start(NewNode(
            name=call.node, type=NodeType.SKIPPED, phase=Phase.ERROR, scope=str(call.place),
            boundary=call.boundary, template=reference.template, flag=call.flag,
            template_ref=reference.template_ref, message=str(problem),
        ))  # fmt: skip

    def _set_display_name(self, node: Node, template: Template) -> None:
        wanted = ((template.get("metadata") or {}).get("annotations") or {}).get(
            ANNOTATION_DISPLAY_NAME
        )
        if wanted:
            self.op.nodes.update(node["id"], displayName=wanted)

    def _start(self, job: Job, kind: NodeType, phase: Phase) -> Node:
        call, template = job.call, job.template
        inputs = template.get("inputs") or {}
        extra: dict[str, Any] = {}
        if kind == NodeType.POD:
            extra["taskResultSynced"] = True
        if kind == NodeType.SUSPEND and (outputs := supplied_outputs(template)) is not None:
            extra["outputs"] = outputs
        return self.op.nodes.start(NewNode(
            name=job.node, type=kind, phase=phase, scope=str(call.place), boundary=call.boundary,
            template=call.reference.template, template_ref=call.reference.template_ref,
            flag=call.flag, inputs=inputs if parameters(inputs) or artifacts(inputs) else None,
            extra=extra,
        ))  # fmt: skip

    # -- retrying -----------------------------------------------------------------------------

    def _run_attempt(self, job: Job, strategy: dict[str, Any]) -> Node:
        """Settle the Retry node, or run its present or next attempt."""
        nodes = self.op.nodes
        node = nodes.named(job.node) or self._start(job, NodeType.RETRY, Phase.RUNNING)
        try:
            verdict = retry.judge(self.op, node, strategy)
        except Problem as problem:
            nodes.mark(job.node, Phase.ERROR, str(problem))
            raise
        if verdict.wait:
            return nodes.mark(job.node, Phase(node["phase"]), verdict.message)
        attempts = retry.attempts_of(self.op, node)
        if verdict.phase is not None:
            return self._settle(job, attempts[-1], verdict)
        if node.get("message"):
            nodes.mark(job.node, Phase(node["phase"]), "")
        attempt = self._attempt(job, attempts, verdict)
        child: Node | None
        try:
            child = self._run(attempt)
        except Postponed:
            child = nodes.named(attempt.node)
        except Problem:
            child = nodes.must(attempt.node)
        if child is not None:
            nodes.add_child(job.node, attempt.node)
            if child.get("daemoned"):
                return nodes.update(node["id"], phase=child["phase"], daemoned=True)
        if child is not None and ended(child):
            return self._after_attempt(job, strategy)
        return nodes.must(job.node)

    def _after_attempt(self, job: Job, strategy: dict[str, Any]) -> Node:
        """Settle a Retry node whose attempt ended at once; a further one is made next time."""
        node = self.op.nodes.must(job.node)
        verdict = retry.judge(self.op, node, strategy)
        if verdict.phase is not None:
            return self._settle(job, retry.attempts_of(self.op, node)[-1], verdict)
        if verdict.wait:
            return self.op.nodes.mark(job.node, Phase(node["phase"]), verdict.message)
        self.op.wake(self.op.now)
        return node

    def _settle(self, job: Job, last: Node, verdict: retry.Verdict) -> Node:
        node = self.op.nodes.must(job.node)
        self.op.nodes.update(node["id"], outputs=last.get("outputs"), daemoned=None)
        return self.op.nodes.mark(job.node, verdict.phase or Phase.ERROR, verdict.message)

    def _attempt(self, job: Job, attempts: list[Node], verdict: retry.Verdict) -> Job:
        """Return the job for the attempt that is running, or for the next one."""
        open_ = attempts[-1] if attempts and not ended(attempts[-1]) else None
        number = len(attempts) - 1 if open_ is not None else len(attempts)
        name = open_["name"] if open_ is not None else f"{job.node}({number})"
        values = retry.variables([each for each in attempts if ended(each)])
        values["retries"] = str(number)
        if is_pod(job.template):
            values["pod.name"] = pod_name(self.op.name, name, job.template.get("name") or "")
        template = substitute(job.template, {**self.op.globals, **values}, self.op.ambient)
        flag = {**(job.call.flag or {}), "retried": True}
        call = Call(
            node=name, reference=job.call.reference, place=job.call.place, flag=flag,
            boundary=job.call.boundary, boundary_template=job.call.boundary_template,
            on_exit=job.call.on_exit, deadline=verdict.deadline,
        )  # fmt: skip
        return Job(call=call, node=name, template=template, place=job.place)

    # -- running ------------------------------------------------------------------------------

    def _run(self, job: Job) -> Node:
        kind = template_type(job.template)
        node_type, phase = _NODE_TYPES.get(kind, (NodeType.POD, Phase.PENDING))
        node = self.op.nodes.named(job.node) or self._start(job, node_type, phase)
        try:
            match kind:
                case "steps":
                    return end_daemons_in(self.op, Steps(self.op, job).run())
                case "dag":
                    return end_daemons_in(self.op, Dag(self.op, job).run())
                case "suspend":
                    return run_suspend(self.op, job)
                case _:
                    return self._run_pod(job, node)
        except Problem as problem:
            self.op.nodes.mark(job.node, Phase.ERROR, str(problem))
            raise

    def _run_pod(self, job: Job, node: Node) -> Node:
        """Create the node's pod, once."""
        if node["id"] in self.op.pods or node["phase"] != Phase.PENDING:
            return node
        if not self.op.may_run(on_exit=job.call.on_exit):
            message = f"workflow shutdown with strategy:  {self.op.shutdown}"
            return self.op.nodes.mark(job.node, Phase.FAILED, message)
        order = PodOrder(job=job, node=node, include_result=self._result_is_used(job))
        built = build_pod(self.op, order)
        if built is not None:
            self.op.want_pod(node["id"], built.pod, list(built.extras))
        return node

    def _result_is_used(self, job: Job) -> bool:
        """Tell whether the parent template mentions this step's ``outputs.result``."""
        parent = job.call.boundary_template
        if template_type(job.template) == "data":
            return True
        if parent is None:
            return False
        if id(parent) not in self._written:
            self._written[id(parent)] = (parent, json.dumps(parent))
        origin = "tasks" if template_type(parent) == "dag" else "steps"
        return mentions_result(self._written[id(parent)][1], origin, step_of(job.node))


def mentions_result(written: str, from_: str, step: str) -> bool:
    """Tell whether a template, written as JSON, refers to the result of one of its steps."""
    patterns = (f"{from_}.{step}.outputs.result", f"{from_}['{step}'].outputs.result",
                f'{from_}[\\"{step}\\"].outputs.result')  # fmt: skip
    return any(each in written for each in patterns)
