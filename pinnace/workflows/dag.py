"""DAG templates: tasks that wait for each other.

Mirrors ``workflow/controller/dag.go``. How a DAG as a whole is judged is in ``dag_phase``.
"""

from typing import Any

from pinnace.workflows import loops
from pinnace.workflows.conditions import should_execute
from pinnace.workflows.constants import NodeType, Phase
from pinnace.workflows.dag_phase import assess, hooks_ended
from pinnace.workflows.depends import (
    Dependencies,
    ancestors,
    dependencies_of,
    is_satisfied,
    leaves,
)
from pinnace.workflows.exit_handler import run_on_exit
from pinnace.workflows.hooks import run_hooks
from pinnace.workflows.names import on_exit_name
from pinnace.workflows.nodes import NewNode, Node, completed, ended, fulfilled, unsuccessful
from pinnace.workflows.operation import Call, Job, Operation
from pinnace.workflows.outputs import from_scope
from pinnace.workflows.problems import Postponed, Problem, TimedOut, TooDeep, Unresolved
from pinnace.workflows.references import resolve_step
from pinnace.workflows.resolution import NotDefined
from pinnace.workflows.scope import Scope, last_attempt
from pinnace.workflows.spec import Reference, exit_hook, expands

Task = dict[str, Any]


class Dag:
    """One invocation of a dag template, in one reconcile."""

    def __init__(self, op: Operation, job: Job) -> None:
        self.op, self.job = op, job
        dag = job.template["dag"]
        self.tasks: dict[str, Task] = {task["name"]: task for task in dag["tasks"]}
        self.depends: dict[str, Dependencies] = {
            name: dependencies_of(task, self.tasks) for name, task in self.tasks.items()
        }
        target = str(dag.get("target") or "").split()
        self.targets = target or leaves(list(self.tasks.values()), self.depends)
        self.fail_fast = dag.get("failFast") is not False
        self.visited: set[str] = set()
        self.boundary = op.nodes.id_of(job.node)

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

    def node_of(self, task: str) -> Node | None:
        """Return the node of a task (or of one item of a task)."""
        return self.op.nodes.named(f"{self.job.node}.{task}")

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
                self._add_to_scope(scope, name, node)
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
                self.op, self._call(node["name"]), task["hooks"], scope, f"tasks.{task['name']}"
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
                self.op, self._call(node["name"]), hook, scope, f"tasks.{task['name']}"
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
            self._skip(task, Phase.OMITTED, "omitted: depends condition not met")
        except Problem as problem:
            self._skip(task, Phase.ERROR, str(problem))
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
            self._fail(task, problem)
            return
        if not expands(task):
            self._turn(task, resolved, f"{self.job.node}.{name}")
        elif not items:
            self._skip(task, Phase.SKIPPED, "Skipped, empty params")
        else:
            self._advance_loop(task, resolved, items)

    def _advance_loop(self, task: Task, resolved: Task, items: list[loops.Item]) -> None:
        nodes, group = self.op.nodes, f"{self.job.node}.{task['name']}"
        if nodes.named(group) is None:
            self._start(task, NodeType.TASK_GROUP, Phase.RUNNING, "")
        values = self.scope_of(task["name"]).merged(self.op.globals)
        done = True
        for item in items:
            child = nodes.named(f"{self.job.node}.{item.name}")
            if child is None or not self._is_settled(child, task):
                try:
                    step = loops.expand(resolved, item, values, self.op.ambient)
                except Problem as problem:
                    self._fail(task, problem)
                    return
                done = self._turn(task, step, f"{self.job.node}.{item.name}") and done
            elif not fulfilled(child):
                done = False
        if done:
            children = [nodes.named(f"{self.job.node}.{item.name}") for item in items]
            bad = [each["phase"] for each in children if each is not None and unsuccessful(each)]
            nodes.mark(group, Phase(bad[-1]) if bad else Phase.SUCCEEDED)

    def _is_settled(self, node: Node, task: Task) -> bool:
        """Tell whether a loop's node needs nothing from its task's text in this reconcile."""
        if exit_hook(task, {}) is not None:
            return False
        return fulfilled(node) or (
            node["type"] == NodeType.POD
            and node["id"] in self.op.pods
            and node["phase"] == Phase.RUNNING
        )

    def _turn(self, task: Task, step: Task, child: str) -> bool:
        """Execute a task, or one item of it; tells whether it and its exit handler have ended."""
        nodes = self.op.nodes
        if nodes.named(child) is None:
            try:
                proceed = should_execute(step.get("when"))
            except Problem as problem:
                self._start(task, NodeType.SKIPPED, Phase.ERROR, str(problem), child)
                return True
            if not proceed:
                message = f"when '{step['when']}' evaluated false"
                self._start(task, NodeType.SKIPPED, Phase.SKIPPED, message, child)
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
            self._connect(self._task_name(step), child)
        return node

    def _task_name(self, step: Task) -> str:
        name: str = step["name"]
        return name if name in self.tasks else name.split("(", 1)[0]

    # -- nodes --------------------------------------------------------------------------------

    def _call(self, node: str) -> Call:
        return Call(
            node=node, reference=Reference(), place=self.job.place, boundary=self.boundary,
            boundary_template=self.job.template,
        )  # fmt: skip

    def _start(
        self, task: Task, kind: NodeType, phase: Phase, message: str, child: str = ""
    ) -> None:
        name = child or f"{self.job.node}.{task['name']}"
        self.op.nodes.start(NewNode(
            name=name, type=kind, phase=phase, scope=str(self.job.place), flag={},
            boundary=self.boundary, template=task.get("template") or "",
            template_ref=task.get("templateRef"), message=message,
        ))  # fmt: skip
        self._connect(task["name"], name)

    def _skip(self, task: Task, phase: Phase, message: str) -> None:
        if self.node_of(task["name"]) is None:
            self._start(task, NodeType.SKIPPED, phase, message)

    def _fail(self, task: Task, problem: Problem) -> None:
        if self.node_of(task["name"]) is None:
            self._start(task, NodeType.SKIPPED, Phase.ERROR, str(problem))
        else:
            self.op.nodes.mark(f"{self.job.node}.{task['name']}", Phase.ERROR, str(problem))

    def _connect(self, task: str, child: str) -> None:
        """Draw the edges to a new node: from its loop, its dependencies' last nodes, or the DAG."""
        nodes = self.op.nodes
        group = self.node_of(task)
        if group is not None and group["name"] != child and group["type"] == NodeType.TASK_GROUP:
            nodes.add_child(group["name"], child)
            return
        if not self.depends[task].tasks:
            nodes.add_child(self.job.node, child)
        for name in self.depends[task].tasks:
            dependency = self.node_of(name)
            for last in nodes.outbound(dependency["id"]) if dependency is not None else []:
                outbound = nodes.get(last)
                if outbound is not None:
                    nodes.add_child(outbound["name"], child)

    # -- scope --------------------------------------------------------------------------------

    def scope_of(self, task: str) -> Scope:
        """Return what a task may refer to: the inputs, and what its ancestors made."""
        scope = Scope.of(self.job.template, self.op.outputs)
        for name in ancestors(task, self.depends):
            node = self.node_of(name)
            if node is None:
                raise Problem(f"Ancestor task node {name} not found")
            self._add_to_scope(scope, name, node)
        return scope

    def _add_to_scope(self, scope: Scope, name: str, node: Node) -> None:
        nodes, prefix = self.op.nodes, f"tasks.{name}"
        if node["type"] == NodeType.TASK_GROUP:
            start = f"{node['name']}("
            turns = [each for each in nodes.inside(self.boundary) if each["name"].startswith(start)]
            scope.add_loop(prefix, turns)
        scope.add_node(prefix, last_attempt(nodes, node))
        if not node.get("outputs") and node["phase"] in (Phase.SKIPPED, Phase.OMITTED):
            try:
                _, template = self.op.library.resolve(
                    Reference.of(self.tasks[name]), self.job.place
                )
            except NotDefined:
                return
            scope.add_skipped(prefix, template, with_artifacts=False)
