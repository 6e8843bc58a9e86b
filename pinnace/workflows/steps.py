"""Steps templates: groups one after another, the steps of a group side by side.

Mirrors ``workflow/controller/steps.go``.
"""

from collections.abc import Iterator
from typing import Any

from pinnace.workflows import loops
from pinnace.workflows.conditions import should_execute
from pinnace.workflows.constants import NodeType, Phase
from pinnace.workflows.exit_handler import run_on_exit
from pinnace.workflows.hooks import run_hooks
from pinnace.workflows.nodes import (
    NewNode,
    Node,
    completed,
    fulfilled,
    unsuccessful,
)
from pinnace.workflows.operation import Call, Job, Operation
from pinnace.workflows.outputs import from_scope
from pinnace.workflows.problems import Postponed, Problem, TimedOut, TooDeep, Unresolved
from pinnace.workflows.references import resolve_step
from pinnace.workflows.resolution import NotDefined
from pinnace.workflows.scope import Scope, last_attempt
from pinnace.workflows.settled import is_settled
from pinnace.workflows.spec import Reference, continues_on, exit_hook, expands

Step = dict[str, Any]


class Steps:
    """One invocation of a steps template, in one reconcile."""

    def __init__(self, op: Operation, job: Job) -> None:
        self.op, self.job = op, job
        self.scope = Scope.of(job.template, op.outputs)
        self.postponed = False
        self.groups: list[list[Step]] = [list(group or []) for group in job.template["steps"]]

    def run(self) -> Node:
        """Start what may start, and settle the node when its groups have ended."""
        op, node = self.op, self.op.nodes.must(self.job.node)
        for i, group in enumerate(self.groups):
            name = f"{node['name']}[{i}]"
            self._begin_group(i, name)
            ended = self._run_group(group, name)
            if not fulfilled(ended):
                return node
            if unsuccessful(ended):
                self._settle_outbound()
                return op.nodes.mark(node["name"], Phase.FAILED, ended.get("message", ""))
            for step in group:
                self._remember(step, name)
        self._settle_outbound()
        outputs = from_scope(self.job.template, self.scope, op.globals)
        if outputs is not None:
            op.nodes.update(node["id"], outputs=outputs)
            op.export(outputs)
        return op.nodes.mark(node["name"], Phase.SUCCEEDED)

    # -- groups -------------------------------------------------------------------------------

    def _begin_group(self, index: int, name: str) -> None:
        nodes = self.op.nodes
        if nodes.named(name) is None:
            nodes.start(NewNode(
                name=name, type=NodeType.STEP_GROUP, phase=Phase.RUNNING, flag={},
                scope=str(self.job.place), boundary=nodes.id_of(self.job.node),
            ))  # fmt: skip
        if index == 0:
            nodes.add_child(self.job.node, name)
            return
        previous = nodes.must(f"{self.job.node}[{index - 1}]")
        if not previous.get("children"):
            nodes.add_child(previous["name"], name)
            return
        for child in previous["children"]:
            for last in nodes.outbound(child):
                outbound = nodes.get(last)
                if outbound is not None:
                    nodes.add_child(outbound["name"], name)

    def _run_group(self, group: list[Step], name: str) -> Node:
        nodes = self.op.nodes
        node = nodes.must(name)
        if fulfilled(node) and all(fulfilled(child) for child in nodes.children(node)):
            return node
        try:
            resolved = [resolve_step(self.op, step, self.scope) for step in group]
            turns = list(self._expanded(resolved, name))
        except Unresolved as problem:
            self.op.wait_for(name, str(problem))
            return node
        except Problem as problem:
            return nodes.mark(name, Phase.ERROR, str(problem))
        of_node: dict[str, Step] = {}
        for step, item in turns:
            verdict = self._start(step, item, name, of_node)
            if verdict is not None:
                return verdict
        return self._assess(name, of_node)

    def _expanded(self, group: list[Step], name: str) -> Iterator[tuple[Step, loops.Item | None]]:
        for step in group:
            if not expands(step):
                yield step, None
                continue
            items = loops.items_of(step)
            if not items:
                self._skip(f"{name}.{step['name']}", step, name, "Skipped, empty params")
            for item in items:
                yield step, item

    def _start(
        self, step: Step, item: loops.Item | None, group: str, of_node: dict[str, Step]
    ) -> Node | None:
        """Execute one step; returns the group's node when that decides the group."""
        nodes = self.op.nodes
        child = f"{group}.{item.name if item else step['name']}"
        existing = nodes.named(child)
        if item is not None:
            if existing is not None and is_settled(self.op, existing, step, self.job.place):
                of_node[child] = step
                return None
            try:
                step = loops.expand(step, item, self.scope.merged(self.op.globals), self.op.ambient)
            except Problem as problem:
                return nodes.mark(group, Phase.ERROR, str(problem))
        try:
            proceed = should_execute(step.get("when"))
        except Problem as problem:
            self._skip(child, step, group, str(problem), Phase.ERROR)
            return nodes.mark(group, Phase.ERROR, str(problem))
        if not proceed:
            self._skip(child, step, group, f"when '{step['when']}' evaluated false")
            return None
        return self._execute(step, child, group, of_node)

    def _execute(self, step: Step, child: str, group: str, of_node: dict[str, Step]) -> Node | None:
        op = self.op
        try:
            node = op.execute(Call(
                node=child, reference=Reference.of(step, "steps"), place=self.job.place,
                arguments=step.get("arguments") or {}, boundary=op.nodes.id_of(self.job.node),
                boundary_template=self.job.template, on_exit=self.job.call.on_exit,
            ))  # fmt: skip
        except Postponed:
            node = op.nodes.named(child)
            self.postponed = self.postponed or node is None
        except TooDeep:
            node = op.nodes.named(child)
        except TimedOut as problem:
            return op.nodes.mark(group, Phase.FAILED, str(problem))
        except Problem as problem:
            if op.nodes.named(child) is not None:
                op.nodes.add_child(group, child)
            message = f"step group deemed errored due to child {child} error: {problem}"
            return op.nodes.mark(group, Phase.ERROR, message)
        if node is not None:
            of_node[child] = step
            op.nodes.add_child(group, child)
        return None

    def _skip(
        self, child: str, step: Step, group: str, message: str, phase: Phase = Phase.SKIPPED
    ) -> None:
        nodes = self.op.nodes
        if nodes.named(child) is None:
            nodes.start(NewNode(
                name=child, type=NodeType.SKIPPED, phase=phase, scope=str(self.job.place), flag={},
                boundary=nodes.id_of(self.job.node), template=step.get("template") or "",
                template_ref=step.get("templateRef"), message=message,
            ))  # fmt: skip
            nodes.add_child(group, child)

    # -- settling -----------------------------------------------------------------------------

    def _assess(self, group: str, of_node: dict[str, Step]) -> Node:
        nodes = self.op.nodes
        node = nodes.must(group)
        if self.postponed:
            return node
        try:
            if not all([self._has_ended(child, of_node) for child in nodes.children(node)]):
                return nodes.mark(group, Phase.RUNNING) if fulfilled(node) else node
        except Problem as problem:
            return nodes.mark(group, Phase.ERROR, str(problem))
        for child in nodes.children(nodes.must(group)):
            step = of_node.get(child["name"], {})
            if unsuccessful(child) and not continues_on(step, child["phase"]):
                return nodes.mark(group, Phase.FAILED, f"child '{child['id']}' failed")
        return nodes.mark(group, Phase.SUCCEEDED)

    def _has_ended(self, child: Node, of_node: dict[str, Step]) -> bool:
        """Tell whether a step, its hooks and its exit handler have all ended; starts the latter."""
        op, step = self.op, of_node.get(child["name"], {})
        if not step.get("hooks") and not step.get("onExit"):
            return fulfilled(child)
        name = step["name"]
        self.scope.values[f"steps.{child['displayName']}.status"] = child["phase"]
        call = Call(
            node=child["name"], reference=Reference(), place=self.job.place,
            boundary=op.nodes.id_of(self.job.node), boundary_template=self.job.template,
        )  # fmt: skip
        if not run_hooks(op, call, step.get("hooks") or {}, self.scope, f"steps.{name}"):
            return False
        if not fulfilled(child):
            return False
        if not completed(child):
            return True
        hook = exit_hook(step, op.spec.get("arguments") or {})
        return run_on_exit(op, call, hook, self.scope, f"steps.{name}")

    def _remember(self, step: Step, group: str) -> None:
        """Add what the group's steps made to the scope of the groups that follow."""
        op, prefix = self.op, f"steps.{step['name']}"
        child = op.nodes.named(f"{group}.{step['name']}")
        if child is not None:
            self.scope.add_node(prefix, last_attempt(op.nodes, child))
            self._add_skipped(step, child, prefix)
            return
        boundary = op.nodes.id_of(self.job.node)
        start = f"{group}.{step['name']}("
        turns = [
            each
            for each in op.nodes.inside(boundary)
            if each["name"].startswith(start) and each["type"] != NodeType.SKIPPED
        ]
        self.scope.add_loop(prefix, turns)
        self.scope.add_node(prefix, op.nodes.must(group))

    def _add_skipped(self, step: Step, child: Node, prefix: str) -> None:
        if child.get("outputs") or child["phase"] not in (Phase.SKIPPED, Phase.OMITTED):
            return
        try:
            _, template = self.op.library.resolve(Reference.of(step), self.job.place)
        except NotDefined:
            return
        self.scope.add_skipped(prefix, template, with_artifacts=True)

    def _settle_outbound(self) -> None:
        nodes = self.op.nodes
        groups = [nodes.named(f"{self.job.node}[{i}]") for i in range(len(self.groups))]
        last = next((group for group in reversed(groups) if group is not None), None)
        children = (last or {}).get("children") or []
        outbound = [each for child in children for each in nodes.outbound(child)]
        nodes.update(nodes.id_of(self.job.node), outboundNodes=outbound or None)
