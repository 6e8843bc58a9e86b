"""Filling a step or task with what earlier ones made, before it is expanded and executed.

``when`` first: a step that will not run may refer to things that do not exist. Mirrors
``resolveReferences`` (steps.go) and ``resolveDependencyReferences`` (dag.go).
"""

from typing import Any

from pinnace.workflows.conditions import should_execute
from pinnace.workflows.operation import Operation
from pinnace.workflows.outputs import resolve_artifact
from pinnace.workflows.problems import Problem
from pinnace.workflows.scope import Scope, Values
from pinnace.workflows.spec import artifacts, expands
from pinnace.workflows.substitution import fill, fill_strictly

_STRICT = ("steps.", "tasks.")


def resolve_step(op: Operation, step: dict[str, Any], scope: Scope) -> dict[str, Any]:
    """Return the step with references filled in; raises Unresolved when one is not there yet."""
    op.volumes = fill(op.volumes, {k: v for k, v in scope.values.items() if v is not None})
    values = scope.merged(op.globals)
    hooks = step.get("hooks")
    body = {key: value for key, value in step.items() if key != "hooks"}
    when = _resolve_when(op, body, values)
    if when is not None:
        return {**step, "when": when}
    if body.get("arguments"):
        body["arguments"] = scope.mark_absent(body["arguments"])
    body = dict(fill_strictly(body, values, prefixes=_STRICT, ambient=op.ambient))
    arguments = body.get("arguments") or {}
    if artifacts(arguments):
        body["arguments"] = {**arguments, "artifacts": resolve_artifacts(op, arguments, scope)}
    if hooks is not None:
        body["hooks"] = hooks
    return body


def _resolve_when(op: Operation, body: dict[str, Any], values: Values) -> str | None:
    """Return the filled-in ``when`` if it is false, so that nothing else need resolve."""
    if not body.get("when"):
        return None
    when = str(fill_strictly(body["when"], values, prefixes=_STRICT, ambient=op.ambient))
    try:
        return None if should_execute(when) else when
    except Problem:
        if expands(body):  # it may still wait for {{item}}
            return None
        raise


def resolve_artifacts(
    op: Operation, arguments: dict[str, Any], scope: Scope
) -> list[dict[str, Any]]:
    """Return the artifact arguments with ``from`` replaced by where the artifact is kept."""
    found = []
    for artifact in artifacts(arguments):
        if not artifact.get("from") and not artifact.get("fromExpression"):
            found.append(artifact)
            continue
        try:
            resolved = resolve_artifact(artifact, scope, op.globals)
        except Problem as problem:
            if artifact.get("optional"):
                continue
            raise Problem(f"unable to resolve references: {problem}") from None
        found.append({**resolved, "name": artifact["name"]})
    return found
