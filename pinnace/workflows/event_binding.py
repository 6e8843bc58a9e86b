"""WorkflowEventBindings: does an event concern a binding, and which workflow is it then?

Pure. Mirrors ``server/event/dispatch/operation.go``.
"""

import json
from collections.abc import Mapping
from typing import Any

from pinnace.languages import expr
from pinnace.languages.errors import LanguageError
from pinnace.languages.expr.environment import functions
from pinnace.objects.meta import name_of, namespace_of
from pinnace.objects.types import Object
from pinnace.workflows import constants as words
from pinnace.workflows.problems import Problem
from pinnace.workflows.spec import parameters, text
from pinnace.workflows.submission import from_template

Environment = Mapping[str, Any]


def event_environment(
    namespace: str, discriminator: str, headers: Mapping[str, str], payload: Any
) -> dict[str, Any]:
    """Return what expressions see. Of the headers only ``x-…``: others may be secrets."""
    metadata = {
        name.lower(): [value] for name, value in headers.items() if name.lower().startswith("x-")
    }
    return {
        "namespace": namespace, "discriminator": discriminator, "metadata": metadata,
        "payload": payload,
    }  # fmt: skip


def matches(binding: Object, env: Environment) -> bool:
    """Tell whether a binding's selector chooses the event; raises Problem when it is wrong."""
    selector = str(((binding.get("spec") or {}).get("event") or {}).get("selector") or "")
    try:
        return expr.evaluate_bool(selector, dict(env))
    except LanguageError as problem:
        raise Problem(
            f"failed to evaluate workflow template expression {selector!r}: {problem.expected}"
        ) from None


def reference(binding: Object) -> tuple[str, bool] | None:
    """Return the name of the template that is submitted, and whether it is cluster-wide."""
    submit = (binding.get("spec") or {}).get("submit")
    if submit is None:
        return None
    ref = submit.get("workflowTemplateRef") or {}
    return str(ref.get("name") or ""), bool(ref.get("clusterScope"))


def workflow_of(binding: Object, template: Object, env: Environment) -> Object:
    """Make the workflow that a binding submits for an event; raises Problem."""
    submit = binding["spec"]["submit"]
    workflow = from_template(name_of(template), cluster_scope="ClusterWorkflow" in template["kind"])
    metadata = workflow["metadata"]
    metadata["namespace"] = namespace_of(binding)
    extra = (template.get("spec") or {}).get("workflowMetadata") or {}
    given = submit.get("metadata") or {}
    for part in ("labels", "annotations"):
        own = {key: _string(value, env, f'{part} "{key}"')
               for key, value in (given.get(part) or {}).items()}  # fmt: skip
        metadata[part] = {**metadata[part], **(extra.get(part) or {}), **own}
    for part in ("name", "generateName"):
        if given.get(part):
            metadata[part] = _string(given[part], env, part)
    metadata["labels"][words.LABEL_EVENT_BINDING] = name_of(binding)
    values = [_parameter(each, env) for each in parameters(submit.get("arguments"))]
    if values:
        workflow["spec"]["arguments"] = {"parameters": values}
    return workflow


def _parameter(parameter: Mapping[str, Any], env: Environment) -> dict[str, str]:
    name, source = parameter["name"], parameter.get("valueFrom")
    if source is None:
        raise Problem(f'malformed workflow template parameter "{name}": valueFrom is nil')
    value = _evaluated(str(source.get("event") or ""), dict(env), f"template parameter {name}")
    try:
        json.dumps(value)
    except (TypeError, ValueError) as problem:
        raise Problem(f'failed to convert result to JSON "{name}": {problem}') from None
    return {"name": name, "value": "null" if value is None else text(value)}


def _string(expression: Any, env: Environment, what: str) -> str:
    value = _evaluated(str(expression), {**env, **functions()}, what)
    if not isinstance(value, str):
        raise Problem(
            f"workflow {what} expression must evaluate to a string, not {type(value).__name__}"
        )
    return value


def _evaluated(expression: str, env: dict[str, Any], what: str) -> Any:
    try:
        return expr.evaluate(expression, env)
    except LanguageError as problem:
        raise Problem(
            f"failed to evaluate workflow {what} expression: {problem.expected}"
        ) from None
