"""The graph of one DAG in one reconcile: tasks, their dependencies, nodes, edges and scopes.

``dag`` moves on it; nothing here executes anything. Mirrors ``dagContext`` of dag.go.
"""

from typing import Any

from pinnace.workflows.constants import NodeType, Phase
from pinnace.workflows.depends import Dependencies, ancestors, dependencies_of, leaves
from pinnace.workflows.nodes import NewNode, Node
from pinnace.workflows.operation import Call, Job, Operation
from pinnace.workflows.problems import Problem
from pinnace.workflows.resolution import NotDefined
from pinnace.workflows.scope import Scope, last_attempt
from pinnace.workflows.spec import Reference

Task = dict[str, Any]


class DagGraph:
    """What one invocation of a dag template knows about its tasks."""

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

    def node_of(self, task: str) -> Node | None:
        """Return the node of a task (or of one item of a task)."""
        return self.op.nodes.named(f"{self.job.node}.{task}")

    def call(self, node: str) -> Call:
        """Return what hooks and handlers of a node have in common with it."""
        return Call(
            node=node, reference=Reference(), place=self.job.place, boundary=self.boundary,
            boundary_template=self.job.template,
        )  # fmt: skip

    def start(
        self, task: Task, kind: NodeType, phase: Phase, message: str, child: str = ""
    ) -> None:
        """Create the node of a task (or of one item), and its edges."""
        name = child or f"{self.job.node}.{task['name']}"
        self.op.nodes.start(NewNode(
            name=name, type=kind, phase=phase, scope=str(self.job.place), flag={},
            boundary=self.boundary, template=task.get("template") or "",
            template_ref=task.get("templateRef"), message=message,
        ))  # fmt: skip
        self.connect(task["name"], name)

    def skip(self, task: Task, phase: Phase, message: str) -> None:
        """Record that a task is not run, and why."""
        if self.node_of(task["name"]) is None:
            self.start(task, NodeType.SKIPPED, phase, message)

    def fail(self, task: Task, problem: Problem) -> None:
        """Record that a task cannot be run."""
        if self.node_of(task["name"]) is None:
            self.start(task, NodeType.SKIPPED, Phase.ERROR, str(problem))
        else:
            self.op.nodes.mark(f"{self.job.node}.{task['name']}", Phase.ERROR, str(problem))

    def connect(self, task: str, child: str) -> None:
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
            self.add_to_scope(scope, name, node)
        return scope

    def add_to_scope(self, scope: Scope, name: str, node: Node) -> None:
        """Add what a task has made, or would have made had it not been skipped."""
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
