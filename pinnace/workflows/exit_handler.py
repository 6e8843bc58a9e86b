"""Exit handlers of steps and tasks: what runs after they end, however they end.

Mirrors ``workflow/controller/exit_handler.go``. The workflow's own is in ``finish``.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pinnace.workflows.expressions import is_true
from pinnace.workflows.names import on_exit_name
from pinnace.workflows.nodes import fulfilled
from pinnace.workflows.operation import Call, Operation
from pinnace.workflows.outputs import resolve_artifact
from pinnace.workflows.problems import Problem
from pinnace.workflows.scope import Scope, last_attempt
from pinnace.workflows.spec import Reference, artifacts, parameters
from pinnace.workflows.substitution import fill


def run_on_exit(
    op: Operation, parent: Call, hook: Mapping[str, Any] | None, scope: Scope, prefix: str
) -> bool:
    """Run the exit handler of an ended node, if it has one; tells whether nothing is left to do.

    ``parent`` is the call that made the node (its name, place and boundary); ``prefix`` is what
    the handler's arguments call it: ``steps.x`` or ``tasks.x``.
    """
    if hook is None or not op.may_run(on_exit=True):
        return True
    if hook.get("expression") and not is_true(
        hook["expression"], scope.everything(op.globals), op.ambient
    ):
        return True
    name = on_exit_name(parent.node)
    arguments = fill_hook_arguments(op, parent.node, hook, scope, prefix)
    node = op.execute(replace(
        parent, node=name, reference=Reference.of(hook), arguments=arguments, on_exit=True,
        flag={"hooked": True},
    ))  # fmt: skip
    if op.nodes.named(name) is not None:
        op.nodes.add_child(parent.node, name)
    return node is not None and fulfilled(node)


def fill_hook_arguments(
    op: Operation, node: str, hook: Mapping[str, Any], scope: Scope, prefix: str
) -> dict[str, Any]:
    """Return a hook's arguments with what its own step or task made filled in."""
    arguments = dict(hook.get("arguments") or {})
    if not parameters(arguments) and not artifacts(arguments):
        return arguments
    scope.add_outputs(prefix, last_attempt(op.nodes, op.nodes.must(node)).get("outputs") or {})
    filled: dict[str, Any] = fill(scope.mark_absent(arguments), scope.merged(op.globals))
    if artifacts(filled):
        filled["artifacts"] = [_resolved(op, each, scope) for each in artifacts(filled)]
    return filled


def _resolved(op: Operation, artifact: dict[str, Any], scope: Scope) -> dict[str, Any]:
    if not artifact.get("from") and not artifact.get("fromExpression"):
        return artifact
    try:
        return {**resolve_artifact(artifact, scope, op.globals), "name": artifact["name"]}
    except Problem as problem:
        if artifact.get("optional"):
            return artifact
        raise Problem(f"unable to resolve references: {problem}") from None
