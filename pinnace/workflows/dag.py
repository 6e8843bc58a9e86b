"""DAG templates: tasks that wait for each other.

Mirrors ``workflow/controller/dag.go``. How a DAG as a whole is judged is in ``dag_phase``.
"""

from pinnace.workflows import loops
from pinnace.workflows.conditions import should_execute
from pinnace.workflows.constants import NodeType, Phase
from pinnace.workflows.dag_graph import DagGraph, Task
from pinnace.workflows.dag_phase import assess, hooks_ended
from pinnace.workflows.depends import (
    Dependencies,
    ancestors,
    is_satisfied,
)
from pinnace.workflows.exit_handler import run_on_exit
from pinnace.workflows.hooks import run_hooks
from pinnace.workflows.names import on_exit_name
from pinnace.workflows.nodes import Node, completed, ended, fulfilled, unsuccessful
from pinnace.workflows.operation import Call
from pinnace.workflows.outputs import from_scope
from pinnace.workflows.problems import Postponed, Problem, TimedOut, TooDeep, Unresolved
from pinnace.workflows.references import resolve_step
from pinnace.workflows.scope import Scope
from pinnace.workflows.settled import is_settled
from pinnace.workflows.spec import Reference, exit_hook, expands


class Dag(DagGraph):
    """One invocation of a dag template, in one reconcile."""

    def run(self) -> Node:
        """Start what may start, and settle the node when its target tasks have ended."""
        nodes = self.op.nodes
        for target in [*self._daemons(), *self.targets]:
            for name in [*ancestors(target, self.depends), target]:
                self._visit(name)
        phase = assess(self, force_failed=self._is_shut_down())
        if phase == Phase.RUNNING:
            return nodes.must(self.job.node)
        if phase == Phase.SUCCEEDED:
            scope = self._final_scope()
            outputs = from_scope(self.job.template, scope, self.op.globals)
            if outputs is not None:
                nodes.update(self.boundary, outputs=outputs)
        outbound = [
            last
            for name in self.targets
            if (node := self.node_of(name)) is not None
            for last in nodes.outbound(node["id"])
        ]
        nodes.update(self.boundary, outboundNodes=outbound or None)
        return nodes.mark(self.job.node, phase)

    def _daemons(self) -> list[str]:
        """Return tasks that run as daemons: looked at even when what depends on them is done."""
        found = [(name, self.node_of(name)) for name in self.tasks]
        return [name for name, node in found if node is not None and node.get("daemoned")]

    def _is_shut_down(self) -> bool:
        if not self.op.shutdown or self.job.call.on_exit:
            return False
        handlers = [
            self.op.nodes.named(on_exit_name(f"{self.job.node}.{name}")) for name in self.targets
        ]
        return all(node is None or fulfilled(node) for node in handlers)

    def _final_scope(self) -> Scope:
        scope = Scope.of(self.job.template, self.op.outputs)
        for name in self.tasks:
            node = self.node_of(name)
            if node is not None:
                self.add_to_scope(scope, name, node)
                self.op.export(node.get("outputs"))
        return scope

    # -- tasks --------------------------------------------------------------------------------

    def _visit(self, name: str) -> None:
        """Bring one task forward; the tasks it waits for were visited before it."""
        if name in self.visited:
            return
        self.visited.add(name)
        task, node = self.tasks[name], self.node_of(name)
        if node is not None and not self._run_task_hooks(task, node):
            return
        if node is not None and ended(node):
            if completed(node):
                self._run_exit(task, node)
            return
        if node is None and not self._may_start(task, self.depends[name]):
            return
        self._advance(task)

    def _run_task_hooks(self, task: Task, node: Node) -> bool:
        if not task.get("hooks") or not (fulfilled(node) or node["phase"] == Phase.RUNNING):
            return True
        try:
            scope = self.scope_of(task["name"])
            scope.values[f"tasks.{task['name']}.status"] = node["phase"]
            return run_hooks(
                self.op, self.call(node["name"]), task["hooks"], scope, f"tasks.{task['name']}"
            )
        except Problem as problem:
            self.op.nodes.mark(node["name"], Phase.ERROR, str(problem))
            return True

    def _run_exit(self, task: Task, node: Node) -> bool:
        """Run the task's exit handler, if it has one; tells whether that has ended."""
        hook = exit_hook(task, self.op.spec.get("arguments") or {})
        if hook is None:
            return True
        try:
            scope = self.scope_of(task["name"])
            scope.values[f"tasks.{task['name']}.status"] = node["phase"]
            return run_on_exit(
                self.op, self.call(node["name"]), hook, scope, f"tasks.{task['name']}"
            )
        except (Postponed, Unresolved):
            return False
        except Problem as problem:
            self.op.nodes.mark(node["name"], Phase.ERROR, str(problem))
            return True

    def _may_start(self, task: Task, dependencies: Dependencies) -> bool:
        """Tell whether all it waits for has ended and lets it run; else records why not."""
        found = {name: self.node_of(name) for name in dependencies.tasks}
        ready = {
            name: node
            for name, node in found.items()
            if node is not None and fulfilled(node) and hooks_ended(self.op.nodes, node)
        }
        if len(ready) < len(found):
            return False
        try:
            if is_satisfied(dependencies, ready, self.op.nodes):
                return True
            self.skip(task, Phase.OMITTED, "omitted: depends condition not met")
        except Problem as problem:
            self.skip(task, Phase.ERROR, str(problem))
        return False

    def _advance(self, task: Task) -> None:
        """Fill in, expand and execute a task whose turn it is."""
        name = task["name"]
        try:
            resolved = resolve_step(self.op, task, self.scope_of(name))
            items = loops.items_of(resolved) if expands(resolved) else []
        except Unresolved as problem:
            self.op.wait_for(self.job.node, str(problem))
            return
        except Problem as problem:
            self.fail(task, problem)
            return
        if not expands(task):
            self._turn(task, resolved, f"{self.job.node}.{name}")
        elif not items:
            self.skip(task, Phase.SKIPPED, "Skipped, empty params")
        else:
            self._advance_loop(task, resolved, items)

    def _advance_loop(self, task: Task, resolved: Task, items: list[loops.Item]) -> None:
        nodes, group = self.op.nodes, f"{self.job.node}.{task['name']}"
        if nodes.named(group) is None:
            self.start(task, NodeType.TASK_GROUP, Phase.RUNNING, "")
        values = self.scope_of(task["name"]).merged(self.op.globals)
        done = True
        for item in items:
            child = nodes.named(f"{self.job.node}.{item.name}")
            if child is None or not is_settled(self.op, child, task, self.job.place):
                try:
                    step = loops.expand(resolved, item, values, self.op.ambient)
                except Problem as problem:
                    self.fail(task, problem)
                    return
                done = self._turn(task, step, f"{self.job.node}.{item.name}") and done
            elif not fulfilled(child):
                done = False
        if done:
            children = [nodes.named(f"{self.job.node}.{item.name}") for item in items]
            bad = [each["phase"] for each in children if each is not None and unsuccessful(each)]
            nodes.mark(group, Phase(bad[-1]) if bad else Phase.SUCCEEDED)

    def _turn(self, task: Task, step: Task, child: str) -> bool:
        """Execute a task, or one item of it; tells whether it and its exit handler have ended."""
        nodes = self.op.nodes
        if nodes.named(child) is None:
            try:
                proceed = should_execute(step.get("when"))
            except Problem as problem:
                self.start(task, NodeType.SKIPPED, Phase.ERROR, str(problem), child)
                return True
            if not proceed:
                message = f"when '{step['when']}' evaluated false"
                self.start(task, NodeType.SKIPPED, Phase.SKIPPED, message, child)
                return True
        node = self._execute(step, child)
        if node is None or not fulfilled(node):
            return False
        return not completed(node) or self._run_exit(task, node)

    def _execute(self, step: Task, child: str) -> Node | None:
        op = self.op
        call = Call(
            node=child, reference=Reference.of(step, "tasks"), place=self.job.place,
            arguments=step.get("arguments") or {}, boundary=self.boundary,
            boundary_template=self.job.template, on_exit=self.job.call.on_exit,
        )  # fmt: skip
        is_new = op.nodes.named(child) is None
        try:
            node = op.execute(call)
        except (Postponed, TooDeep):
            node = op.nodes.named(child)
        except TimedOut as problem:
            node = op.nodes.mark(child, Phase.FAILED, str(problem))
        except Problem as problem:
            message = f"task '{child}' errored: {problem}"
            node = op.nodes.mark(child, Phase.ERROR, message)
        if is_new and op.nodes.named(child) is not None:
            self.connect(self._task_name(step), child)
        return node

    def _task_name(self, step: Task) -> str:
        name: str = step["name"]
        return name if name in self.tasks else name.split("(", 1)[0]
