"""Checks on leaf templates: mounts, resource actions, where output parameters come from.

Mirrors ``validateLeaf`` and ``validateOutputParameter`` of ``workflow/validate/validate.go``.
"""

from collections.abc import Mapping
from typing import Any

import yaml

from pinnace.workflows.problems import InvalidSpec
from pinnace.workflows.spec import Template, artifacts

_ACTIONS = ("get", "create", "apply", "delete", "replace", "patch")


def check_mounts(template: Template, kind: str) -> None:
    """No two things are mounted at one path."""
    name, taken = template.get("name") or "", dict[str, str]()
    for i, mount in enumerate(template[kind].get("volumeMounts") or []):
        path = mount.get("mountPath")
        if path in taken:
            raise InvalidSpec(
                f"templates.{name}.container.volumeMounts[{i}].mountPath '{path}' already mounted "
                f"in {taken[path]}"
            )
        taken[path] = f"container.volumeMounts.{mount.get('name')}"
    for i, artifact in enumerate(artifacts(template.get("inputs"))):
        path = str(artifact.get("path") or "")
        if path in taken:
            raise InvalidSpec(
                f"templates.{name}.inputs.artifacts[{i}].path '{path}' already mounted in "
                f"{taken[path]}"
            )
        if path:
            taken[path] = f"inputs.artifacts.{artifact['name']}"


def check_resource(name: str, resource: Mapping[str, Any]) -> None:
    """A resource template has a known action and a manifest."""
    action, where = str(resource.get("action") or ""), f"templates.{name}.resource"
    if "{{" not in action and action not in _ACTIONS:
        raise InvalidSpec(f"{where}.action must be one of: {', '.join(_ACTIONS)}")
    if action in ("delete", "get"):
        return
    manifest, source = resource.get("manifest"), resource.get("manifestFrom")
    if not manifest and not source:
        raise InvalidSpec(f"either {where}.manifest or {where}.manifestFrom must be specified")
    if manifest and source:
        raise InvalidSpec(
            "shouldn't have both `manifest` and `manifestFrom` specified in `Manifest` for "
            "resource template"
        )
    if manifest and "{{" not in manifest:
        try:
            yaml.safe_load(manifest)
        except yaml.YAMLError:
            raise InvalidSpec(f"{where}.manifest must be a valid yaml") from None


def check_output_parameter(parameter: Mapping[str, Any], kind: str, where: str) -> None:
    """An output parameter comes from one place, one that its template's type can have."""
    source, value = parameter.get("valueFrom"), parameter.get("value")
    if source is not None and value is not None:
        raise InvalidSpec(f"{where} has both valueFrom and value specified, choose one")
    if value is not None:
        return
    if source is None:
        raise InvalidSpec(f"{where} does not have valueFrom or value specified")
    ways = ("path", "jqFilter", "jsonPath", "parameter", "expression")
    used = [way for way in ways if source.get(way)] + ["supplied"] * ("supplied" in source)
    if len(used) > 1:
        raise InvalidSpec(
            "multiple valueFrom types specified. choose one of: path, jqFilter, jsonPath, "
            "parameter, raw"
        )
    if not used:
        raise InvalidSpec(
            "valueFrom type unspecified. choose one of: path, jqFilter, jsonPath, parameter, raw, "
            "expression"
        )
    needs = {
        "container": (("path",), f"{where}.path must be specified for Container templates"),
        "script": (("path",), f"{where}.path must be specified for Script templates"),
        "resource": (
            ("jqFilter", "jsonPath"),
            f"{where} .jqFilter or jsonPath must be specified for Resource templates",
        ),
        "dag": (
            ("parameter", "expression"),
            f"{where}.parameter or expression must be specified for DAG templates",
        ),
        "steps": (
            ("parameter", "expression"),
            f"{where}.parameter or expression must be specified for Steps templates",
        ),
    }
    if kind in needs and used[0] not in needs[kind][0]:
        raise InvalidSpec(needs[kind][1])
