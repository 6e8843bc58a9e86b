"""Paths, field masks, errors and frames of the Argo server, as tables."""

from typing import Any

import pytest

from pinnace.argoserver import routing
from pinnace.argoserver.call import Call, read_body
from pinnace.argoserver.errors import NotServed, Unimplemented, body_of, http_status, stream_error
from pinnace.argoserver.fields import parse_mask
from pinnace.argoserver.framing import framing, result
from pinnace.objects.errors import (
    AlreadyExists,
    BadRequest,
    Gone,
    Invalid,
    NotFound,
    PinnaceError,
    TooLarge,
    Unauthorized,
    Unavailable,
)


@pytest.mark.parametrize(
    ("verb", "path", "method", "variables"),
    [
        ("GET", "/api/v1/workflows/ns", "ListWorkflows", {"namespace": "ns"}),
        ("GET", "/api/v1/workflows/", "ListWorkflows", {"namespace": ""}),
        ("POST", "/api/v1/workflows/ns/lint", "LintWorkflow", {"namespace": "ns"}),
        ("GET", "/api/v1/workflows/ns/lint", "GetWorkflow", {"namespace": "ns", "name": "lint"}),
        ("GET", "/api/v1/workflows/ns/a/log", "WorkflowLogs", {"namespace": "ns", "name": "a"}),
        ("GET", "/api/v1/workflows/ns/a/p/log", "WorkflowLogs",
         {"namespace": "ns", "name": "a", "podName": "p"}),
        ("PUT", "/api/v1/cluster-workflow-templates/a", "UpdateClusterWorkflowTemplate",
         {"name": "a"}),
        ("POST", "/api/v1/cron-workflows/ns/lint", "LintCronWorkflow", {"namespace": "ns"}),
        ("GET", "/artifact-files/ns/workflows/w/n/outputs/a/b/c", "GetArtifactFile",
         {"namespace": "ns", "section": "workflows", "id": "w", "nodeId": "n",
          "direction": "outputs", "artifactName": "a", "*": "b/c"}),
    ],
)  # fmt: skip
def test_routes(verb: str, path: str, method: str, variables: dict[str, str]) -> None:
    found = routing.resolve(verb, path)
    assert (found.method, found.variables) == (method, variables)
    assert routing.serves(path)


@pytest.mark.parametrize(
    ("verb", "path", "error"),
    [
        ("DELETE", "/api/v1/workflows/ns", Unimplemented),
        ("GET", "/api/v1/workflows/ns/a/b/c", NotServed),
        ("GET", "/api/v1/sensors/ns", Unimplemented),
        ("POST", "/upload-artifacts/ns/t/a", Unimplemented),
    ],
)
def test_what_is_not_served(verb: str, path: str, error: type[PinnaceError]) -> None:
    assert routing.serves(path)
    with pytest.raises(error):
        routing.resolve(verb, path)


@pytest.mark.parametrize(
    "path",
    ["/api/v1/pods", "/api/v1/events", "/api/v1/namespaces/workflows/pods", "/apis", "/", "",
     "/api/v1", "/version", "/api", "/healthz"],
)  # fmt: skip
def test_the_kubernetes_api_keeps_its_paths(path: str) -> None:
    assert not routing.serves(path)


VALUE: dict[str, Any] = {
    "metadata": {"name": "a", "labels": {"x": "y"}},
    "status": {"phase": "Failed", "nodes": {"n": {"id": "n"}}},
    "items": [{"spec": {}, "metadata": {"name": "b"}}],
}


@pytest.mark.parametrize(
    ("mask", "expected"),
    [
        ("", VALUE),
        ("metadata.name", {"metadata": {"name": "a"}}),
        ("status", {"status": VALUE["status"]}),
        ("items.metadata,status.phase",
         {"status": {"phase": "Failed"}, "items": [{"metadata": {"name": "b"}}]}),
        ("-status.nodes,items", {"metadata": VALUE["metadata"], "status": {"phase": "Failed"}}),
    ],
)  # fmt: skip
def test_field_masks(mask: str, expected: dict[str, Any]) -> None:
    assert parse_mask(mask).apply(VALUE) == expected


def test_a_mask_of_a_stream_is_one_of_its_objects() -> None:
    mask = parse_mask("result.object.metadata.name,result.type").without_prefix("result.object.")
    assert mask.apply(VALUE) == {"metadata": {"name": "a"}}


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (NotFound("workflows.argoproj.io", "a"), 404, 5),
        (AlreadyExists("workflows.argoproj.io", "a"), 409, 6),
        (Invalid("wrong"), 400, 3),
        (BadRequest("wrong"), 400, 3),
        (Gone("old"), 400, 3),
        (Unauthorized("no"), 401, 16),
        (TooLarge("big"), 413, 8),
        (Unavailable("later"), 503, 14),
        (Unimplemented("not here"), 501, 12),
        (PinnaceError("ours"), 500, 13),
        (None, 500, 13),
    ],
)
def test_errors(error: PinnaceError | None, status: int, code: int) -> None:
    assert (http_status(error), body_of(error)["code"]) == (status, code)


def test_our_own_mistakes_tell_nothing() -> None:
    assert body_of(None)["message"] == "internal error: see the server's log"


def test_the_end_of_a_stream_that_fails() -> None:
    assert stream_error(410, "old") == {
        "grpc_code": 3, "http_code": 400, "message": "old", "http_status": "Bad Request",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("accept", "media", "frame"),
    [
        ("text/event-stream", "text/event-stream", b'data: {"result":{}}\n\n'),
        ("", "application/json", b'{"result":{}}\n'),
        ("*/*", "application/json", b'{"result":{}}\n'),
    ],
)
def test_frames(accept: str, media: str, frame: bytes) -> None:
    found, make = framing({"accept": accept})
    assert (found, make(result(b"{}"))) == (media, frame)


def test_a_message_is_read_from_path_query_and_body() -> None:
    call = Call(
        variables={"namespace": "ns", "name": "a"},
        query={"listOptions.limit": "3", "force": "true", "name": "other"},
        body={"memoized": True, "parameters": ["a=b"], "message": "m", "name": "third"},
    )
    assert (call.namespace, call.name) == ("ns", "a")
    assert call.options("listOptions") == {"limit": "3"}
    assert call.flag("force")
    assert call.flag("memoized")
    assert not call.flag("serverDryRun")
    assert call.texts("parameters") == ["a=b"]
    assert call.text("message") == "m"


@pytest.mark.parametrize(
    ("body", "read"),
    [
        ({"memoized": "yes"}, lambda call: call.flag("memoized")),
        ({"parameters": "a=b"}, lambda call: call.texts("parameters")),
        ({"parameters": [1]}, lambda call: call.texts("parameters")),
        ({"message": 1}, lambda call: call.text("message")),
        ({"workflow": []}, lambda call: call.object("workflow")),
    ],
)
def test_fields_of_the_wrong_type(body: dict[str, Any], read: Any) -> None:
    with pytest.raises(BadRequest, match="expected"):
        read(Call(variables={}, body=body))


@pytest.mark.parametrize(("body", "expected"), [(b"", {}), (b"null", {}), (b'{"a":1}', {"a": 1})])
def test_bodies(body: bytes, expected: dict[str, Any]) -> None:
    assert read_body(body) == expected


@pytest.mark.parametrize("body", [b"[]", b"1", b"{", b'"x"'])
def test_bodies_that_are_no_message(body: bytes) -> None:
    with pytest.raises(BadRequest):
        read_body(body)
