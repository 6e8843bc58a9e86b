"""OpenAPI documents (v2 and v3) of what is served, from the schemas. Pure.

kubectl reads v3: whether ``fieldValidation`` is supported (then it validates here and not there),
the fields for ``explain``, and the merge keys for ``apply``.
"""

import hashlib
import json
from collections.abc import Iterable
from functools import cache
from typing import Any

from pinnace.apiserver.discovery import served
from pinnace.objects.kinds import KINDS, Kind
from pinnace.objects.patch.merge_keys import list_merge
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
_WRITES = ("post", "put", "patch")
_QUERY = (
    "dryRun", "fieldManager", "fieldValidation", "force", "pretty", "labelSelector",
    "fieldSelector", "limit", "continue", "resourceVersion", "watch", "timeoutSeconds",
)  # fmt: skip
_PATCHES = (
    "application/apply-patch+yaml",
    "application/json-patch+json",
    "application/merge-patch+json",
    "application/strategic-merge-patch+json",
)
_ACTIONS = {"get": "get", "post": "post", "put": "put", "patch": "patch", "delete": "delete"}


@cache
def index() -> dict[str, Any]:
    """Make ``/openapi/v3``: the documents there are, each with a hash of its content."""
    paths = {}
    for path in sorted(_documents()):
        text = json.dumps(document(path), sort_keys=True).encode()
        digest = hashlib.sha256(text).hexdigest().upper()
        paths[path] = {"serverRelativeURL": f"/openapi/v3/{path}?hash={digest}"}
    return {"paths": paths}


def _documents() -> dict[str, list[Kind]]:
    found: dict[str, list[Kind]] = {}
    for (group, version), members in served():
        path = f"apis/{group}/{version}" if group else f"api/{version}"
        kinds = [member for member in members if isinstance(member, Kind)]
        if kinds:
            found[path] = kinds
    return found


@cache
def document(path: str) -> dict[str, Any] | None:
    """Make ``/openapi/v3/<path>``; None when there is no such group and version."""
    kinds = _documents().get(path)
    if kinds is None:
        return None
    return {
        "openapi": "3.0.0",
        "info": {"title": "Pinnace", "version": "v1"},
        "paths": _paths(kinds, v3=True),
        "components": {"schemas": _schemas(kinds, "#/components/schemas/")},
    }


@cache
def swagger() -> dict[str, Any]:
    """Make ``/openapi/v2``."""
    return {
        "swagger": "2.0",
        "info": {"title": "Pinnace", "version": "v1"},
        "paths": _paths(KINDS, v3=False),
        "definitions": _schemas(KINDS, "#/definitions/"),
    }


def _paths(kinds: Iterable[Kind], *, v3: bool) -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for kind in kinds:
        root = f"/apis/{kind.api_version}" if kind.group else f"/api/{kind.version}"
        place = f"{root}/namespaces/{{namespace}}" if kind.namespaced else root
        collection, single = f"{place}/{kind.plural}", f"{place}/{kind.plural}/{{name}}"
        if kind.namespaced:
            paths[f"{root}/{kind.plural}"] = _operations(kind, ("get",), v3=v3)
        paths[collection] = _operations(kind, ("get", "post", "delete"), v3=v3)
        paths[single] = _operations(kind, ("get", "put", "patch", "delete"), v3=v3)
    return paths


def _operations(kind: Kind, methods: tuple[str, ...], *, v3: bool) -> dict[str, Any]:
    return {method: _operation(kind, method, v3=v3) for method in methods}


def _operation(kind: Kind, method: str, *, v3: bool) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    operation: dict[str, Any] = {
        "operationId": f"{method}{kind.kind}",
        "x-kubernetes-action": _ACTIONS[method],
        "x-kubernetes-group-version-kind": _gvk(kind),
        "parameters": [
            {"name": name, "in": "query", **({"schema": schema} if v3 else schema)}
            for name in _QUERY
        ],
        "responses": {"200": {"description": "OK"}, "401": {"description": "Unauthorized"}},
    }
    if method in _WRITES and v3:
        types = _PATCHES if method == "patch" else ("application/json", "application/yaml")
        operation["requestBody"] = {
            "content": {media: {"schema": {"type": "object"}} for media in types}
        }
    elif method in _WRITES:
        body = {"name": "body", "in": "body", "required": True, "schema": {"type": "object"}}
        operation["parameters"].append(body)
        operation["consumes"] = list(_PATCHES) if method == "patch" else ["application/json"]
    return operation


def _gvk(kind: Kind) -> dict[str, str]:
    return {"group": kind.group, "version": kind.version, "kind": kind.kind}


def full_name(name: str) -> str:
    """Return the OpenAPI name of a type of the catalogue."""
    family, _, bare = name.partition(".")
    return f"{_FAMILIES[family]}.{bare}"


def _schemas(kinds: Iterable[Kind], prefix: str) -> dict[str, Any]:
    schemas: dict[str, Any] = {}
    for kind in kinds:
        of = type_of(kind)
        if of is None:
            continue
        _collect(of, prefix, schemas)
        schemas[full_name(of.name)]["x-kubernetes-group-version-kind"] = [_gvk(kind)]
    return schemas


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
