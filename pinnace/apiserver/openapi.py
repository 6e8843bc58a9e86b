"""OpenAPI documents (v2 and v3) of what is served, from the schemas. Pure.

kubectl reads v3: whether ``fieldValidation`` is supported (then it validates here and not there),
the fields for ``explain``, and the merge keys for ``apply``.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from pinnace.apiserver.discovery import served
from pinnace.apiserver.operations import gvk, paths
from pinnace.objects.kinds import Kind
from pinnace.objects.patch.merge_keys import list_merge
from pinnace.objects.registry import Registry
from pinnace.objects.schema import Type, describe, type_named, type_of
from pinnace.objects.schema.types import SCALARS

_FAMILIES = {
    "k8s": "io.k8s.api",
    "workflow": "io.argoproj.workflow.v1alpha1",
    "events": "io.argoproj.events.v1alpha1",
    "kubeflow": "org.kubeflow.v1",
}
_SCALARS: dict[str, dict[str, Any]] = {
    "string": {"type": "string"},
    "int": {"type": "integer", "format": "int64"},
    "number": {"type": "number", "format": "double"},
    "bool": {"type": "boolean"},
    "time": {"type": "string", "format": "date-time"},
    "bytes": {"type": "string", "format": "byte"},
    "quantity": {"x-kubernetes-int-or-string": True},
    "int-or-string": {"x-kubernetes-int-or-string": True, "format": "int-or-string"},
    "any-string": {"x-kubernetes-preserve-unknown-fields": True},
    "any": {"x-kubernetes-preserve-unknown-fields": True},
}
_V2 = "#/definitions/"
_V3 = "#/components/schemas/"
_NOT_IN_V2 = frozenset({"nullable", "default", "allOf", "anyOf", "oneOf", "not"})


@lru_cache(4)
def index(kinds: Registry) -> dict[str, Any]:
    """Make ``/openapi/v3``: the documents there are, each with a hash of its content."""
    paths = {}
    for path in sorted(_documents(kinds)):
        text = json.dumps(document(kinds, path), sort_keys=True).encode()
        digest = hashlib.sha256(text).hexdigest().upper()
        paths[path] = {"serverRelativeURL": f"/openapi/v3/{path}?hash={digest}"}
    return {"paths": paths}


def _refer(prefix: str) -> Callable[[Kind], dict[str, Any]]:
    """Return what makes the reference to a kind's schema in a document."""

    def refer(kind: Kind) -> dict[str, Any]:
        of = type_of(kind) if kind.schema is None else None
        if kind.schema is None and of is None:
            return {"type": "object"}
        return {"$ref": prefix + (full_name(of.name) if of else custom_name(kind))}

    return refer


def _documents(kinds: Registry) -> dict[str, list[Kind]]:
    found: dict[str, list[Kind]] = {}
    for (group, version), members in served(kinds):
        path = f"apis/{group}/{version}" if group else f"api/{version}"
        described = [member for member in members if isinstance(member, Kind)]
        if described:
            found[path] = described
    return found


@lru_cache(64)
def document(kinds: Registry, path: str) -> dict[str, Any] | None:
    """Make ``/openapi/v3/<path>``; None when there is no such group and version."""
    members = _documents(kinds).get(path)
    if members is None:
        return None
    return {
        "openapi": "3.0.0",
        "info": {"title": "Pinnace", "version": "v1"},
        "paths": paths(members, _refer(_V3), v3=True),
        "components": {"schemas": _schemas(members, _V3)},
    }


@lru_cache(4)
def swagger(kinds: Registry) -> dict[str, Any]:
    """Make ``/openapi/v2``."""
    return {
        "swagger": "2.0",
        "info": {"title": "Pinnace", "version": "v1"},
        "paths": paths(kinds.all, _refer(_V2), v3=False),
        "definitions": _schemas(kinds.all, _V2),
    }


def full_name(name: str) -> str:
    """Return the OpenAPI name of a type of the catalogue."""
    family, _, bare = name.partition(".")
    return f"{_FAMILIES[family]}.{bare}"


def _schemas(kinds: Iterable[Kind], prefix: str) -> dict[str, Any]:
    schemas: dict[str, Any] = {}
    for kind in kinds:
        if kind.schema is not None:
            schemas[custom_name(kind)] = _custom(kind, kind.schema, prefix, schemas)
            continue
        of = type_of(kind)
        if of is None:
            continue
        _collect(of, prefix, schemas)
        schemas[full_name(of.name)]["x-kubernetes-group-version-kind"] = [gvk(kind)]
    return schemas


def custom_name(kind: Kind) -> str:
    """Return the OpenAPI name of a kind that a CustomResourceDefinition defines."""
    return ".".join([*reversed(kind.group.split(".")), kind.version, kind.kind])


def _custom(
    kind: Kind, schema: Mapping[str, Any], prefix: str, schemas: dict[str, Any]
) -> dict[str, Any]:
    """Make the schema of a custom kind: its definition's, with the fields that all objects have."""
    own: dict[str, Any] = _as_v2(schema) if prefix == _V2 else dict(schema)
    string = {"type": "string"}
    common = {"apiVersion": string, "kind": string,
              "metadata": _schema("k8s.ObjectMeta", prefix, schemas)}  # fmt: skip
    properties = {**(own.get("properties") or {}), **common}
    return {**own, "properties": properties, "x-kubernetes-group-version-kind": [gvk(kind)]}


def _as_v2(schema: Any) -> Any:
    """Leave out what OpenAPI v2 has no words for (ToStructuralOpenAPIV2)."""
    if not isinstance(schema, Mapping):
        return schema
    kept = {key: value for key, value in schema.items() if key not in _NOT_IN_V2}
    properties = kept.get("properties")
    if properties:
        kept["properties"] = {name: _as_v2(inner) for name, inner in properties.items()}
    for word in ("items", "additionalProperties"):
        if word in kept:
            kept[word] = _as_v2(kept[word])
    return kept


def _collect(of: Type, prefix: str, schemas: dict[str, Any]) -> None:
    if full_name(of.name) in schemas:
        return
    schema = schemas[full_name(of.name)] = {"type": "object", "properties": {}}
    if words := describe(of.name):
        schema["description"] = words
    required = [field.name for field in of.fields.values() if field.required]
    if required:
        schema["required"] = required
    for field in of.fields.values():
        if field.name == "*":
            schema["x-kubernetes-preserve-unknown-fields"] = True
            continue
        inner = _schema(field.expression, prefix, schemas)
        if words := describe(f"{of.name}.{field.name}"):
            inner = {"allOf": [inner]} if "$ref" in inner else inner
            inner = {**inner, "description": words}
        schema["properties"][field.name] = {**inner, **_merge_marks(of, field.name)}


def _schema(expression: str, prefix: str, schemas: dict[str, Any]) -> dict[str, Any]:
    if expression in SCALARS:
        return dict(_SCALARS[expression])
    if expression[0] == "[":
        return {"type": "array", "items": _schema(expression[1:], prefix, schemas)}
    if expression[0] == "{":
        return {"type": "object", "additionalProperties": _schema(expression[1:], prefix, schemas)}
    _collect(type_named(expression), prefix, schemas)
    return {"$ref": prefix + full_name(expression)}


def _merge_marks(of: Type, field: str) -> dict[str, Any]:
    merge = list_merge(of, field)
    if merge is None:
        return {}
    strategy = "merge,retainKeys" if merge.retain_keys else "merge"
    marks: dict[str, Any] = {"x-kubernetes-patch-strategy": strategy}
    if merge.keys:
        marks |= {
            "x-kubernetes-patch-merge-key": merge.patch_key,
            "x-kubernetes-list-type": "map",
            "x-kubernetes-list-map-keys": list(merge.keys),
        }
    return marks
