"""The fixed documents by path: version, health, discovery, OpenAPI. Pure."""

from typing import Any

from pinnace.apiserver import discovery, openapi
from pinnace.apiserver.discovery import AGGREGATED
from pinnace.apiserver.negotiation import JSON, NotAcceptable

_PROTOBUF_ONLY = "application/com.github.proto-openapi"


def find(path: str, accept: str, server: str) -> tuple[Any, str] | None:
    """Return a document and its media type; None when the path is none of theirs."""
    steps = [step for step in path.split("/") if step]
    match steps:
        case ["healthz" | "readyz" | "livez", *_]:
            return "ok", "text/plain"
        case []:
            return {"paths": list(_root_paths())}, JSON
        case ["version"]:
            return discovery.VERSION, JSON
        case ["api" | "apis"] if discovery.wants_aggregated(accept):
            return discovery.aggregated(core=steps == ["api"]), AGGREGATED
        case ["openapi", *rest]:
            return _openapi(rest, accept)
        case _:
            found = _legacy(steps, server)
            return None if found is None else (found, JSON)


def _legacy(steps: list[str], server: str) -> Any:
    match steps:
        case ["api"]:
            return discovery.core_versions(server)
        case ["apis"]:
            return discovery.group_list()
        case ["api", version]:
            return discovery.resource_list("", version)
        case ["apis", group]:
            return discovery.group_document(group)
        case ["apis", group, version]:
            return discovery.resource_list(group, version)
    return None


def _openapi(rest: list[str], accept: str) -> tuple[Any, str] | None:
    if _PROTOBUF_ONLY in accept and JSON not in accept and "*/*" not in accept:
        raise NotAcceptable(f"only {JSON} is served here")
    match rest:
        case ["v2"]:
            return openapi.swagger(), JSON
        case ["v3"]:
            return openapi.index(), JSON
        case ["v3", *path]:
            found = openapi.document("/".join(path))
            return None if found is None else (found, JSON)
    return None


def _root_paths() -> list[str]:
    named = [f"/apis/{group}" for group in discovery.groups()]
    return ["/api", "/api/v1", "/apis", *named, "/healthz", "/livez", "/openapi/v2",
            "/openapi/v3", "/readyz", "/version"]  # fmt: skip
