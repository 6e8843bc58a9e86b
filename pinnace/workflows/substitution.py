"""Filling variables into templates, in upstream's passes.

A thin face on ``pinnace.languages.tags``: data in, data out, and every failure a Problem.
Mirrors ``ProcessArgs`` and ``SubstituteParams`` of ``workflow/common/util.go``.
"""

import json
from collections.abc import Mapping
from typing import Any

from pinnace.languages import tags
from pinnace.languages.ambient import STILL, Ambient
from pinnace.languages.errors import LanguageError, MissingVariable
from pinnace.workflows.constants import ABSENT_OPTIONAL
from pinnace.workflows.problems import Problem, Unresolved
from pinnace.workflows.scope import Values, argument
from pinnace.workflows.spec import Template, artifacts, has_location, named, parameters, text

Lookup = Mapping[str, str | None]
ConfigMaps = Mapping[str, Mapping[str, Any]]


def fill(value: Any, values: Lookup, ambient: Ambient = STILL) -> Any:
    """Fill in what is known; what is not stays as it is, for a later pass."""
    return _filled(value, values, (), ambient)


def fill_strictly(
    value: Any, values: Lookup, *, prefixes: tuple[str, ...] | None, ambient: Ambient = STILL
) -> Any:
    """Fill in; raises Unresolved when a name with such a prefix (None: any name) is not known."""
    return _filled(value, values, prefixes, ambient)


def _filled(value: Any, values: Lookup, prefixes: tuple[str, ...] | None, ambient: Ambient) -> Any:
    try:
        return tags.substitute_value(
            value, values, strict_prefixes=prefixes or (), allow_unresolved=prefixes is not None,
            ambient=ambient,
        )  # fmt: skip
    except MissingVariable as problem:
        kind = Unresolved if prefixes is not None else Problem
        raise kind(problem.expected) from None
    except LanguageError as problem:
        raise Problem(problem.expected) from None


def unresolved_tags(value: Any, values: Lookup) -> list[str]:
    """Return the simple tags in a value that nothing known fills in."""
    found = tags.find_tags(json.dumps(value))
    return [tag.name for tag in found if not tag.expression and tag.name not in values]


def process_arguments(
    template: Template,
    arguments: Mapping[str, Any],
    known: Mapping[str, str],
    config_maps: ConfigMaps,
    ambient: Ambient = STILL,
) -> Template:
    """Return the template with its inputs supplied and every variable filled in that can be."""
    inputs = template.get("inputs") or {}
    if inputs.get("parameters") or inputs.get("artifacts"):
        supplied = dict(inputs)
        if inputs.get("parameters"):
            supplied["parameters"] = [
                _input(each, arguments, known, config_maps) for each in parameters(inputs)
            ]
        if inputs.get("artifacts"):
            supplied["artifacts"] = [_artifact(each, arguments) for each in artifacts(inputs)]
        template = {**template, "inputs": supplied}
    return substitute(template, known, ambient)


def substitute(template: Template, known: Mapping[str, str], ambient: Ambient = STILL) -> Template:
    """Fill in globals and locals first (inputs may use them), then the inputs and paths."""
    first: Template = fill(template, known, ambient)
    values: Values = dict(known)
    inputs, outputs = first.get("inputs") or {}, first.get("outputs") or {}
    for parameter in parameters(inputs):
        if parameter.get("value") is not None:
            values[f"inputs.parameters.{parameter['name']}"] = text(parameter["value"])
    values["inputs.parameters"] = json.dumps(
        parameters(inputs), separators=(",", ":"), ensure_ascii=False
    )
    for section, name in ((inputs, "inputs"), (outputs, "outputs")):
        for artifact in artifacts(section):
            if artifact.get("path"):
                values[f"{name}.artifacts.{artifact['name']}.path"] = artifact["path"]
    for parameter in parameters(outputs):
        path = (parameter.get("valueFrom") or {}).get("path")
        if path:
            values[f"outputs.parameters.{parameter['name']}.path"] = path
    filled: Template = fill(first, values, ambient)
    return filled


def _input(
    parameter: dict[str, Any],
    arguments: Mapping[str, Any],
    known: Mapping[str, str],
    config_maps: ConfigMaps,
) -> dict[str, Any]:
    """Return an input with its value: the argument's, its own, its default or a ConfigMap's."""
    name = parameter["name"]
    own = parameter.get("value")
    value = parameter.get("default") if own is None else own
    source = parameter.get("valueFrom")
    given = argument(arguments, name)
    if given is not None and text(given.get("value")) == ABSENT_OPTIONAL:
        if value is None and source is None:
            raise Problem(
                f"inputs.parameters.{name}: argument references an absent optional "
                "(skipped/omitted node output with no default)"
            )
    elif given is not None:
        value = given["value"] if given.get("value") is not None else value
        source = given.get("valueFrom") or source
    reference = (source or {}).get("configMapKeyRef")
    if reference is not None and (given is None or given.get("value") is None):
        value = _from_config_map(name, source or {}, known, config_maps)
    if value is None and source is None:
        raise Problem(f"inputs.parameters.{name} was not supplied")
    if value is None:
        return parameter
    kept = {key: each for key, each in parameter.items() if key != "valueFrom"}
    return {**kept, "value": text(value)}


def _from_config_map(
    name: str, source: Mapping[str, Any], known: Mapping[str, str], config_maps: ConfigMaps
) -> str:
    reference = fill(source["configMapKeyRef"], known)
    data = (config_maps.get(reference["name"]) or {}).get("data")
    if data is not None and reference["key"] in data:
        return str(data[reference["key"]])
    if source.get("default") is not None:
        return text(source["default"])
    missing = (
        f"ConfigMap '{reference['name']}' does not exist. Please make sure it has the label "
        "workflows.argoproj.io/configmap-type: Parameter to be detectable by the controller"
        if data is None
        else f"ConfigMap '{reference['name']}' does not have the key '{reference['key']}'"
    )
    raise Problem(f"unable to retrieve inputs.parameters.{name} from ConfigMap: {missing}")


def _artifact(artifact: dict[str, Any], arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return an input artifact with the place the argument gives, and its own path and mode."""
    name = artifact["name"]
    given = named(artifacts(arguments), name)
    if not artifact.get("optional") and not has_location(artifact):
        if given is None:
            raise Problem(f"inputs.artifacts.{name} was not supplied")
        if not has_location(given):
            raise Problem(f"inputs.artifacts.{name} missing location information")
    if given is None:
        return artifact
    own: dict[str, Any] = {
        key: artifact[key] for key in ("path", "mode", "recurseMode") if key in artifact
    }
    kept = {key: value for key, value in given.items() if key not in ("path", "mode")}
    optional = {"optional": True} if artifact.get("optional") else {}
    return {**kept, **own, **optional}
