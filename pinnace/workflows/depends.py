"""``depends`` and ``dependencies``: which tasks a task waits for, and whether it then runs.

Mirrors ``workflow/common/ancestry.go`` and ``evaluateDependsLogic`` of dag.go.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pinnace.workflows import expressions
from pinnace.workflows.constants import NodeType, Phase
from pinnace.workflows.nodes import Node, Nodes
from pinnace.workflows.problems import Problem

_TASK = re.compile(r"([a-zA-Z0-9][-a-zA-Z0-9]*?\.[A-Z][a-zA-Z]+)|([a-zA-Z0-9][-a-zA-Z0-9]*)")
_RESULTS = ("Succeeded", "Failed", "Errored", "Skipped", "Omitted", "Daemoned")
_ITEM_RESULTS = ("AnySucceeded", "AllFailed")

Task = dict[str, Any]


@dataclass(frozen=True)
class Dependencies:
    """What one task waits for: the tasks by name, and the condition over their results."""

    tasks: tuple[str, ...]
    logic: str
    of_items: frozenset[str]  # tasks named with .AnySucceeded or .AllFailed, and not bare after it


def dependencies_of(task: Task, tasks: Mapping[str, Task]) -> Dependencies:
    """Work out what a task waits for; raises Problem for a result word that does not exist."""
    logic = task.get("depends") or " && ".join(
        _any_good_end(name, tasks) for name in task.get("dependencies") or []
    )
    found: dict[str, None] = {}
    of_items: set[str] = set()

    def expand(match: re.Match[str]) -> str:
        if match.group(2):
            found[match.group(2)] = None
            of_items.discard(match.group(2))  # as upstream: a bare name that follows takes it back
            return _any_good_end(match.group(2), tasks)
        name, result = match.group(1).split(".")
        if result not in _RESULTS + _ITEM_RESULTS:
            raise Problem(f"task result '{result}' for task '{name}' is invalid")
        found[name] = None
        if result in _ITEM_RESULTS:
            of_items.add(name)
        return match.group(0)

    expanded = _TASK.sub(expand, logic)
    return Dependencies(tuple(found), expanded, frozenset(of_items))


def _any_good_end(name: str, tasks: Mapping[str, Task]) -> str:
    """Return what a bare task name means: it ended well, was skipped, or may fail."""
    results = ["Succeeded", "Skipped", "Daemoned"]
    allowed = tasks.get(name, {}).get("continueOn") or {}
    if allowed.get("error"):
        results.append("Errored")
    if allowed.get("failed"):
        results.append("Failed")
    return "(" + " || ".join(f"{name}.{result}" for result in results) + ")"


def is_satisfied(dependencies: Dependencies, nodes: Mapping[str, Node], table: Nodes) -> bool:
    """Tell whether a task runs, now that every task it waits for has ended."""
    return holds(dependencies, {name: _results(nodes[name], table) for name in dependencies.tasks})


def holds(dependencies: Dependencies, results: Mapping[str, Mapping[str, bool]]) -> bool:
    """Evaluate the condition over the results of the tasks that it names."""
    if not dependencies.logic:
        return True
    named = {name.replace("-", "_"): result for name, result in results.items()}
    return expressions.is_satisfied(dependencies.logic.replace("-", "_"), named)


def _results(node: Node, table: Nodes) -> dict[str, bool]:
    phase = node["phase"]
    phases = [child["phase"] for child in table.children(node)]
    group = node["type"] == NodeType.TASK_GROUP
    return {
        "Succeeded": phase == Phase.SUCCEEDED,
        "Failed": phase == Phase.FAILED,
        "Errored": phase == Phase.ERROR,
        "Skipped": phase == Phase.SKIPPED,
        "Omitted": phase == Phase.OMITTED,
        "Daemoned": bool(node.get("daemoned")) and phase != Phase.PENDING,
        "AnySucceeded": group and Phase.SUCCEEDED in phases,
        "AllFailed": group and bool(phases) and all(each == Phase.FAILED for each in phases),
    }


def leaves(tasks: Sequence[Task], dependencies: Mapping[str, Dependencies]) -> list[str]:
    """Return the tasks that no other task waits for, sorted: the targets of a DAG without any."""
    waited_for = {name for each in dependencies.values() for name in each.tasks}
    return sorted(task["name"] for task in tasks if task["name"] not in waited_for)


def ancestors(name: str, dependencies: Mapping[str, Dependencies]) -> list[str]:
    """Return every task that must end before this one, each after its own ancestors."""
    order: dict[str, None] = {}
    stack: list[tuple[str, bool]] = [(name, False)]
    entered: set[str] = set()
    while stack:  # not recursive: a DAG may be a chain of thousands
        task, left = stack.pop()
        if left:
            order[task] = None
        elif task not in entered:
            entered.add(task)
            stack.append((task, True))
            stack += [(each, False) for each in reversed(dependencies[task].tasks)]
    order.pop(name, None)
    return list(order)
