"""The ``paths`` of the OpenAPI documents: which requests there are, with which parameters. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from pinnace.apiserver.discovery import subresources
from pinnace.objects.kinds import Kind

_READ = ("pretty",)
_LIST = ("labelSelector", "fieldSelector", "limit", "continue", "resourceVersion",
         "resourceVersionMatch", "sendInitialEvents", "allowWatchBookmarks", "watch",
         "timeoutSeconds", "pretty")  # fmt: skip
_WRITE = ("dryRun", "fieldManager", "fieldValidation", "pretty")
_DELETE = ("dryRun", "gracePeriodSeconds", "propagationPolicy", "pretty")
_LOG = ("container", "follow", "previous", "sinceSeconds", "tailLines", "timestamps", "limitBytes")
_PARAMETERS: dict[str, tuple[str, ...]] = {
    "get": _READ, "list": _LIST, "post": _WRITE, "put": _WRITE, "patch": (*_WRITE, "force"),
    "delete": _DELETE, "deletecollection": (*_DELETE, "labelSelector", "fieldSelector"),
    "log": _LOG,
}  # fmt: skip
_TYPES = {
    **dict.fromkeys(("limit", "timeoutSeconds", "gracePeriodSeconds", "sinceSeconds", "tailLines",
                     "limitBytes"), "integer"),
    **dict.fromkeys(("watch", "allowWatchBookmarks", "sendInitialEvents", "force", "follow",
                     "previous", "timestamps"), "boolean"),
}  # fmt: skip
_BODIES = ("application/json", "application/yaml")
_PATCHES = ("application/apply-patch+yaml", "application/json-patch+json",
            "application/merge-patch+json")  # fmt: skip
_STRATEGIC = "application/strategic-merge-patch+json"


@dataclass(frozen=True, kw_only=True)
class _Place:
    """One path, and the operations on it: method to what it does."""

    path: str
    operations: dict[str, str]
    kind: Kind
    subresource: str = ""


_COLLECTION = {"get": "list", "post": "post", "delete": "deletecollection"}
_SINGLE = {"get": "get", "put": "put", "patch": "patch", "delete": "delete"}
_BELOW = {"get": "get", "put": "put", "patch": "patch"}


def _places(kind: Kind) -> Iterable[_Place]:
    root = f"/apis/{kind.api_version}" if kind.group else f"/api/{kind.version}"
    place = f"{root}/namespaces/{{namespace}}" if kind.namespaced else root
    if kind.namespaced:
        yield _Place(path=f"{root}/{kind.plural}", operations={"get": "list"}, kind=kind)
    yield _Place(path=f"{place}/{kind.plural}", operations=_COLLECTION, kind=kind)
    single = f"{place}/{kind.plural}/{{name}}"
    yield _Place(path=single, operations=_SINGLE, kind=kind)
    for one in subresources(kind):
        below = _BELOW if "patch" in one.verbs else {"get": "log" if one.name == "log" else "get"}
        yield _Place(path=f"{single}/{one.name}", operations=below, kind=kind, subresource=one.name)


def paths(
    kinds: Iterable[Kind], refer: Callable[[Kind], dict[str, Any]], *, v3: bool
) -> dict[str, Any]:
    """Return the ``paths`` of these kinds, in the form of OpenAPI v2 or v3.

    ``refer`` makes the reference to a kind's schema.
    """
    return {
        place.path: {
            **_path_parameters(place.path, v3=v3),
            **{
                method: _operation(place, method, action, refer(place.kind), v3=v3)
                for method, action in place.operations.items()
            },
        }
        for kind in kinds
        for place in _places(kind)
    }


def _path_parameters(path: str, *, v3: bool) -> dict[str, Any]:
    names = [name for name in ("namespace", "name") if f"{{{name}}}" in path]
    found = [{**_parameter(name, v3=v3), "in": "path", "required": True} for name in names]
    return {"parameters": found} if found else {}


def _parameter(name: str, *, v3: bool) -> dict[str, Any]:
    schema = {"type": _TYPES.get(name, "string")}
    return {"name": name, "in": "query", **({"schema": schema} if v3 else schema)}


def _operation(
    place: _Place, method: str, action: str, whole: dict[str, Any], *, v3: bool
) -> dict[str, Any]:
    kind = place.kind
    across = "ForAllNamespaces" if kind.namespaced and "{namespace}" not in place.path else ""
    group = "".join(part.capitalize() for part in kind.api_version.replace("/", ".").split("."))
    operation: dict[str, Any] = {
        "operationId": f"{action}{group}{kind.kind}{place.subresource.capitalize()}{across}",
        "x-kubernetes-action": action,
        "x-kubernetes-group-version-kind": gvk(kind),
        "parameters": [_parameter(name, v3=v3) for name in _PARAMETERS[action]],
        "responses": {"200": {"description": "OK"}, "401": {"description": "Unauthorized"}},
    }
    if method in ("post", "put", "patch"):
        is_whole = method != "patch" and place.subresource != "scale"
        types = _BODIES if method != "patch" else _PATCHES
        if method == "patch" and kind.built_in:
            types = (*types, _STRATEGIC)
        _add_body(operation, types, whole if is_whole else {"type": "object"}, v3=v3)
    return operation


def _add_body(
    operation: dict[str, Any], types: tuple[str, ...], schema: dict[str, Any], *, v3: bool
) -> None:
    if v3:
        content = {media: {"schema": schema} for media in types}
        operation["requestBody"] = {"content": content, "required": True}
        return
    body = {"name": "body", "in": "body", "required": True, "schema": schema}
    operation["parameters"].append(body)
    operation["consumes"] = list(types)


def gvk(kind: Kind) -> dict[str, str]:
    """Return how OpenAPI names a kind."""
    return {"group": kind.group, "version": kind.version, "kind": kind.kind}
