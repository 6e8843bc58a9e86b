"""The fixed documents by path: version, health, discovery, OpenAPI. Pure."""

from typing import Any

from pinnace.apiserver import discovery, openapi
from pinnace.apiserver.discovery import AGGREGATED
from pinnace.apiserver.negotiation import JSON, NotAcceptable
from pinnace.objects.registry import Registry

#: kubectl asks for it where v3 does not have a kind. No bytes are an empty document, and that says
#: what is so: the kind is not known here. kubectl then goes on to "no matches for kind".
_PROTOBUF_V2 = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"
_PROTOBUF_ONLY = "application/com.github.proto-openapi"


def find(path: str, accept: str, server: str, kinds: Registry) -> tuple[Any, str] | None:
    """Return a document and its media type; None when the path is none of theirs."""
    steps = [step for step in path.split("/") if step]
    match steps:
        case ["healthz" | "readyz" | "livez", *_]:
            return "ok", "text/plain"
        case []:
            return {"paths": list(_root_paths(kinds))}, JSON
        case ["version"]:
            return discovery.VERSION, JSON
        case ["api" | "apis"] if discovery.wants_aggregated(accept):
            return discovery.aggregated(kinds, core=steps == ["api"]), AGGREGATED
        case ["openapi", *rest]:
            return _openapi(kinds, rest, accept)
        case _:
            found = _legacy(kinds, steps, server)
            return None if found is None else (found, JSON)


def _legacy(kinds: Registry, steps: list[str], server: str) -> Any:
    match steps:
        case ["api"]:
            return discovery.core_versions(server)
        case ["apis"]:
            return discovery.group_list(kinds)
        case ["api", version]:
            return discovery.resource_list(kinds, "", version)
        case ["apis", group]:
            return discovery.group_document(kinds, group)
        case ["apis", group, version]:
            return discovery.resource_list(kinds, group, version)
    return None


def _openapi(kinds: Registry, rest: list[str], accept: str) -> tuple[Any, str] | None:
    if _PROTOBUF_ONLY in accept and JSON not in accept and "*/*" not in accept:
        if rest == ["v2"] and _PROTOBUF_V2 in accept:
            return "", _PROTOBUF_V2.replace("@", ".")  # as Kubernetes: "@" is no media type
        raise NotAcceptable(f"only {JSON} is served here")
    match rest:
        case ["v2"]:
            return openapi.swagger(kinds), JSON
        case ["v3"]:
            return openapi.index(kinds), JSON
        case ["v3", *path]:
            found = openapi.document(kinds, "/".join(path))
            return None if found is None else (found, JSON)
    return None


def _root_paths(kinds: Registry) -> list[str]:
    named = [f"/apis/{group}" for group in discovery.groups(kinds)]
    return ["/api", "/api/v1", "/apis", *named, "/healthz", "/livez", "/openapi/v2",
            "/openapi/v3", "/readyz", "/version"]  # fmt: skip
