"""Lifecycle hooks: templates that run when an expression about a running node comes true.

Mirrors ``workflow/controller/hooks.go``; the hook named ``exit`` is in ``exit_handler``.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pinnace.workflows.exit_handler import fill_hook_arguments
from pinnace.workflows.expressions import is_true
from pinnace.workflows.names import hook_name
from pinnace.workflows.nodes import Node, fulfilled
from pinnace.workflows.operation import Call, Operation
from pinnace.workflows.problems import Problem
from pinnace.workflows.resolution import Place
from pinnace.workflows.scope import Scope
from pinnace.workflows.spec import Reference


def run_hooks(
    op: Operation, parent: Call, hooks: Mapping[str, Any], scope: Scope, prefix: str
) -> bool:
    """Run the hooks of a step or task that are due; tells whether all that ran have ended."""
    started: list[Node | None] = []
    for name, hook in hooks.items():
        if name == "exit" or not _is_due(op, hook_name(parent.node, name), hook, scope):
            continue
        node_name = hook_name(parent.node, name)
        arguments = hook.get("arguments") or {}
        if op.nodes.must(parent.node).get("outputs"):
            arguments = fill_hook_arguments(op, parent.node, hook, scope, prefix)
        call = replace(
            parent, node=node_name, reference=Reference.of(hook), arguments=arguments,
            flag={"hooked": True},
        )  # fmt: skip
        started.append(op.execute(call))
        op.nodes.add_child(parent.node, node_name)
    return all(node is not None and fulfilled(node) for node in started)


def run_workflow_hooks(op: Operation, hooks: Mapping[str, Any], place: Place) -> bool:
    """Run the workflow's own hooks that are due; tells whether all that ran have ended."""
    started: list[Node | None] = []
    for name, hook in hooks.items():
        node_name = hook_name(op.name, name)
        if name == "exit" or not _is_due(op, node_name, hook, Scope()):
            continue
        call = Call(
            node=node_name, reference=Reference.of(hook), place=place, flag={"hooked": True},
            arguments=hook.get("arguments") or {},
        )  # fmt: skip
        started.append(op.execute(call))
        op.nodes.add_child(op.name, node_name)
    return all(node is not None and fulfilled(node) for node in started)


def _is_due(op: Operation, node_name: str, hook: Mapping[str, Any], scope: Scope) -> bool:
    """Tell whether the hook's expression is true, or it has been started before."""
    if not hook.get("expression"):
        raise Problem(f"Expression required for hook {node_name}")
    if op.nodes.named(node_name) is not None:
        return True
    return is_true(hook["expression"], scope.everything(op.globals), op.ambient)
