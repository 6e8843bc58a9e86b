"""Outputs of steps and dag templates, and artifacts that refer to other artifacts.

Mirrors ``getTemplateOutputsFromScope`` and ``resolveArtifact``.
"""

import json
from collections.abc import Mapping
from typing import Any

from pinnace.workflows.expressions import evaluate
from pinnace.workflows.problems import Problem
from pinnace.workflows.scope import Scope
from pinnace.workflows.spec import Template, artifacts, has_outputs, parameters, text
from pinnace.workflows.substitution import fill


def from_scope(
    template: Template, scope: Scope, workflow_values: Mapping[str, str]
) -> dict[str, Any] | None:
    """Return what a steps or dag template puts out, or None when it declares nothing."""
    declared = template.get("outputs") or {}
    if not has_outputs(declared):
        return None
    outputs: dict[str, Any] = {}
    if parameters(declared):
        outputs["parameters"] = [_parameter(each, scope) for each in parameters(declared)]
    found = [
        artifact
        for each in artifacts(declared)
        if (artifact := _artifact(each, scope, workflow_values)) is not None
    ]
    if artifacts(declared):
        outputs["artifacts"] = found
    return outputs


def _parameter(parameter: dict[str, Any], scope: Scope) -> dict[str, Any]:
    source = parameter.get("valueFrom")
    if source is None:
        if parameter.get("value") is not None:
            return {**parameter, "value": text(parameter["value"])}
        raise Problem("output parameters must have a valueFrom specified")
    default = source.get("default")
    try:
        value = _value(source, scope)
    except Problem:
        if default is None:
            raise
        value = default
    if value is None:
        value = default
    if value is None:
        raise Problem(
            f'output parameter "{parameter["name"]}": "{source.get("parameter", "")}" is an absent '
            "optional (skipped/omitted node output with no default)"
        )
    kept = {key: each for key, each in parameter.items() if key != "valueFrom"}
    return {**kept, "value": _as_text(value)}


def _value(source: Mapping[str, Any], scope: Scope) -> Any:
    if source.get("expression"):
        result = evaluate(source["expression"], scope.everything())
        if result is None:
            raise Problem(f'failed to evaluate expression "{source["expression"]}"')
        return result
    if source.get("parameter"):
        return _look_up(str(source["parameter"]), scope.everything())
    return ""


def _look_up(tag: str, known: Mapping[str, Any]) -> Any:
    """Return what ``{{name}}`` (or ``{{=expression}}``) stands for."""
    name = tag.removeprefix("{{").removesuffix("}}").strip()
    if name.startswith("="):
        return evaluate(name[1:], known)
    if name not in known:
        raise Problem(f'Unable to resolve: "{name}"')
    return known[name]


def _as_text(value: Any) -> str:
    return json.dumps(value) if isinstance(value, dict | list) else text(value)


def _artifact(
    artifact: dict[str, Any], scope: Scope, workflow_values: Mapping[str, str]
) -> dict[str, Any] | None:
    if not artifact.get("from") and not artifact.get("fromExpression"):
        return None
    try:
        resolved = resolve_artifact(artifact, scope, workflow_values)
    except Problem as problem:
        if artifact.get("optional") and "Unable to resolve" in str(problem):
            return None
        raise Problem(f"unable to resolve outputs from scope: {problem}") from None
    named = {**resolved, "name": artifact["name"]}
    return {**named, "globalName": artifact["globalName"]} if artifact.get("globalName") else named


def resolve_artifact(
    artifact: Mapping[str, Any], scope: Scope, workflow_values: Mapping[str, str]
) -> dict[str, Any]:
    """Return the artifact that ``from`` or ``fromExpression`` names, with ``subPath`` applied."""
    known = scope.everything()
    if artifact.get("fromExpression"):
        found = evaluate(artifact["fromExpression"], known)
    else:
        found = _look_up(str(artifact["from"]), known)
    if not isinstance(found, dict):
        raise Problem(f"Variable {{{{{artifact.get('from')}}}}} is not an artifact")
    if not artifact.get("subPath"):
        return dict(found)
    sub_path = fill(artifact["subPath"], scope.merged(workflow_values))
    return append_to_key(found, str(sub_path))


def append_to_key(artifact: Mapping[str, Any], sub_path: str) -> dict[str, Any]:
    """Return the artifact that lies below another one in the same place."""
    for kind in ("s3", "gcs", "oss", "azure"):
        place = artifact.get(kind)
        if place and place.get("key"):
            return {**artifact, kind: {**place, "key": f"{place['key'].rstrip('/')}/{sub_path}"}}
    raise Problem(f"artifact {artifact.get('name', '')} has no key that subPath could extend")
