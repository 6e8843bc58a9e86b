"""Routing, negotiation, discovery, security, protobuf and logs: the pure parts of a request."""

import base64
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from pinnace.apiserver import certificate, discovery, documents, kubeconfig, openapi
from pinnace.apiserver.negotiation import Form, NotAcceptable, accepted
from pinnace.apiserver.options import flag, number, write_options
from pinnace.apiserver.podlogs import choose_container, log_options
from pinnace.apiserver.protobuf import decode
from pinnace.apiserver.routing import NoSuchPath, resolve
from pinnace.apiserver.security import WrongHost, check_host
from pinnace.apiserver.statuses import of_error
from pinnace.objects.errors import AlreadyExists, BadRequest, Invalid, NotFound
from pinnace.objects.kinds import KINDS, PODS, WORKFLOWS
from pinnace.objects.registry import BUILT_IN

NOW = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/api/v1/pods", ("pods", None, "", "")),
        ("/api/v1/namespaces", ("namespaces", None, "", "")),
        ("/api/v1/namespaces/x", ("namespaces", None, "x", "")),
        ("/api/v1/namespaces/x/finalize", ("namespaces", None, "x", "finalize")),
        ("/api/v1/namespaces/x/pods", ("pods", "x", "", "")),
        ("/api/v1/namespaces/x/pods/p/log", ("pods", "x", "p", "log")),
        ("/api/v1/nodes/n", ("nodes", None, "n", "")),
        ("/apis/argoproj.io/v1alpha1/namespaces/x/workflows/w", ("workflows", "x", "w", "")),
        ("/apis/kubeflow.org/v1/tfjobs", ("tfjobs", None, "", "")),
        ("/apis/argoproj.io/v1alpha1/clusterworkflowtemplates/c",
         ("clusterworkflowtemplates", None, "c", "")),
    ],
)  # fmt: skip
def test_paths_that_name_something(path: str, expected: tuple[Any, ...]) -> None:
    found = resolve(path, BUILT_IN)
    assert (found.kind.plural, found.namespace, found.name, found.subresource) == expected


@pytest.mark.parametrize(
    "path",
    ["/api", "/api/v1/", "/api/v1//pods", "/api/v2/pods", "/api/v1/pods/p", "/x/y/z",
     "/api/v1/namespaces/x/nodes", "/apis/argoproj.io/v1/workflows", "/api/v1/nodes/n/a/b",
     "/api/v1/namespaces/x/pods/p/log/more", "/apis//v1/pods", ""],
)  # fmt: skip
def test_paths_that_name_nothing(path: str) -> None:
    with pytest.raises(NoSuchPath):
        resolve(path, BUILT_IN)


@pytest.mark.parametrize(
    ("header", "form", "media"),
    [
        ("", Form.OBJECT, "application/json"),
        ("*/*", Form.OBJECT, "application/json"),
        ("application/yaml", Form.OBJECT, "application/yaml"),
        ("application/vnd.kubernetes.protobuf, application/json", Form.OBJECT, "application/json"),
        ("application/json;as=Table;v=v1;g=meta.k8s.io", Form.TABLE, "application/json"),
        ("application/json;as=Table;v=v9;g=meta.k8s.io,application/json", Form.OBJECT,
         "application/json"),
        ("application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1", Form.PARTIAL,
         "application/json"),
    ],
)  # fmt: skip
def test_accepted_forms(header: str, form: Form, media: str) -> None:
    found = accepted(header)
    assert (found.form, found.media) == (form, media)


def test_nothing_acceptable() -> None:
    with pytest.raises(NotAcceptable):
        accepted("text/html")


def test_discovery_has_every_kind_in_both_forms() -> None:
    names = set()
    for core in (True, False):
        for group in discovery.aggregated(BUILT_IN, core=core)["items"]:
            for version in group["versions"]:
                names |= {resource["responseKind"]["kind"] for resource in version["resources"]}
    assert {kind.kind for kind in KINDS} <= names
    argo = discovery.resource_list(BUILT_IN, "argoproj.io", "v1alpha1")
    assert argo is not None
    workflows = next(entry for entry in argo["resources"] if entry["name"] == "workflows")
    assert workflows["shortNames"] == ["wf"] and workflows["namespaced"]
    assert discovery.resource_list(BUILT_IN, "none", "v1") is None


def test_openapi_tells_that_field_validation_is_here_and_how_lists_merge() -> None:
    found = openapi.document(BUILT_IN, "apis/argoproj.io/v1alpha1")
    assert found is not None
    path = "/apis/argoproj.io/v1alpha1/namespaces/{namespace}/workflows/{name}"
    patch = found["paths"][path]["patch"]
    assert patch["x-kubernetes-group-version-kind"]["kind"] == "Workflow"
    assert "fieldValidation" in {parameter["name"] for parameter in patch["parameters"]}
    core = openapi.document(BUILT_IN, "api/v1")
    assert core is not None
    containers = core["components"]["schemas"]["io.k8s.api.PodSpec"]["properties"]["containers"]
    assert containers["x-kubernetes-patch-merge-key"] == "name"
    assert set(openapi.index(BUILT_IN)["paths"]) >= {"api/v1", "apis/kubeflow.org/v1"}


def test_fixed_documents() -> None:
    assert documents.find("/healthz", "", "", BUILT_IN) == ("ok", "text/plain")
    assert documents.find("/apis/none", "", "", BUILT_IN) is None
    assert documents.find("/api/v1/pods", "", "", BUILT_IN) is None
    v2 = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"
    assert documents.find("/openapi/v2", v2, "", BUILT_IN) == ("", v2.replace("@", "."))
    with pytest.raises(NotAcceptable):
        documents.find("/openapi/v3/api/v1", v2.replace("v2", "v3"), "", BUILT_IN)


@pytest.mark.parametrize("host", ["127.0.0.1:1", "localhost", "[::1]:8", "LOCALHOST:9", "10.0.0.1"])
def test_own_hosts(host: str) -> None:
    check_host(host, {"10.0.0.1"})


@pytest.mark.parametrize("host", ["", "evil.example", "evil.example:80", "127.0.0.1.evil.example"])
def test_other_hosts(host: str) -> None:
    with pytest.raises(WrongHost):
        check_host(host, {"127.0.0.1"})


def test_options() -> None:
    assert write_options({}, "kubectl/v1 (x)").manager == "kubectl"
    assert write_options({"dryRun": "All"}, "").dry_run
    with pytest.raises(BadRequest):
        write_options({"dryRun": "Some"}, "")
    assert number({"n": "12"}, "n") == 12 and number({}, "n") is None
    with pytest.raises(BadRequest):
        number({"n": "²"}, "n")
    assert flag({"f": "1"}, "f") and not flag({}, "f")


def _field(number: int, content: bytes) -> bytes:
    return bytes([number << 3 | 2, len(content)]) + content


def test_protobuf_of_a_config_map() -> None:
    meta = _field(1, b"settings") + _field(8, b"") + _field(11, _field(1, b"a") + _field(2, b"b"))
    message = _field(1, meta) + _field(2, _field(1, b"k") + _field(2, b"v"))
    message += _field(3, _field(1, b"bin") + _field(2, b"\x00\xff"))
    envelope = _field(1, _field(1, b"v1") + _field(2, b"ConfigMap")) + _field(2, message)
    assert decode(b"k8s\x00" + envelope) == {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "settings", "labels": {"a": "b"}},
        "data": {"k": "v"},
        "binaryData": {"bin": base64.b64encode(b"\x00\xff").decode()},
    }


@pytest.mark.parametrize(
    "body",
    [b"", b"k8s\x00", b"k8s\x00\x0a\xff", b"k8s\x00" + b"\x80" * 11, b"k8s\x00\x0f",
     b"k8s\x00" + _field(1, _field(1, b"v1") + _field(2, b"None"))],
)  # fmt: skip
def test_protobuf_that_can_not_be_read(body: bytes) -> None:
    with pytest.raises(BadRequest):
        decode(body)


POD = {
    "metadata": {"name": "p"},
    "spec": {"initContainers": [{"name": "init"}],
             "containers": [{"name": "wait"}, {"name": "main"}]},
}  # fmt: skip


def test_which_container_a_log_is_of() -> None:
    assert choose_container(POD, "init") == "init"
    assert choose_container({"spec": {"containers": [{"name": "only"}]}}, "") == "only"
    with pytest.raises(BadRequest) as error:
        choose_container(POD, "")
    assert str(error.value) == (
        "a container name must be specified for pod p, choose one of: [wait main] "
        "or one of the init containers: [init]"
    )
    with pytest.raises(BadRequest, match="container x is not valid for pod p"):
        choose_container(POD, "x")


def test_log_options() -> None:
    found = log_options({"sinceSeconds": "60", "tailLines": "5", "follow": "true"}, NOW)
    assert (found.since, found.tail, found.follow) == (NOW - timedelta(seconds=60), 5, True)
    assert log_options({"sinceTime": "2026-01-31T12:00:00Z"}, NOW).since == NOW
    for query in ({"sinceTime": "x"}, {"sinceSeconds": "1", "sinceTime": "2026-01-31T12:00:00Z"}):
        with pytest.raises(BadRequest):
            log_options(query, NOW)


def test_statuses() -> None:
    missing = of_error(NotFound("pods", "x"))
    assert (missing["message"], missing["code"]) == ('pods "x" not found', 404)
    twice = of_error(AlreadyExists("workflows.argoproj.io", "x"))
    assert twice["message"] == 'workflows.argoproj.io "x" already exists'
    assert twice["details"] == {"name": "x", "group": "argoproj.io", "kind": "workflows"}
    wrong = Invalid("Required value", kind="Pod", name="x", field="spec.containers")
    found = of_error(wrong, PODS, "x")
    assert found["message"] == 'Pod "x" is invalid: spec.containers: Required value'
    assert found["details"]["causes"] == [
        {"reason": "FieldValueRequired", "message": "Required value", "field": "spec.containers"}
    ]
    assert of_error(wrong, WORKFLOWS, "x")["message"].startswith('Workflow.argoproj.io "x"')


def test_kubeconfig_names_server_token_and_authority() -> None:
    found = yaml.safe_load(kubeconfig("https://127.0.0.1:1", "secret", b"pem"))
    cluster = found["clusters"][0]["cluster"]
    assert cluster["server"] == "https://127.0.0.1:1"
    assert base64.b64decode(cluster["certificate-authority-data"]) == b"pem"
    assert found["users"][0]["user"] == {"token": "secret"}


def test_certificates_are_kept_and_renewed(tmp_path: Path) -> None:
    first = certificate(tmp_path, "127.0.0.1", NOW)
    assert certificate(tmp_path, "127.0.0.1", NOW).authority == first.authority
    assert certificate(tmp_path, "10.0.0.1", NOW).authority != first.authority
    later = certificate(tmp_path, "10.0.0.1", NOW + timedelta(days=790))
    assert later.authority != certificate(tmp_path, "10.0.0.2", NOW).authority
    (tmp_path / "tls.crt").write_text("broken")
    assert certificate(tmp_path, "127.0.0.1", NOW).authority
