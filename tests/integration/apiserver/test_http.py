"""What clients may send, on the wire: limits, forms, media types, bad input, writes."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from pinnace.apiserver import ApiServer, PortTaken
from pinnace.objects.errors import Invalid
from pinnace.objects.types import Object
from pinnace.store import Store
from tests.integration.apiserver.conftest import TOKEN, Served
from tests.integration.apiserver.wire import JSON, MAPS, TABLE, config_map


def test_plain_http_and_tls_on_one_port(served: Served, client: httpx.Client) -> None:
    plain = httpx.get(f"{served.plain}/version", headers={"Authorization": f"Bearer {TOKEN}"})
    assert plain.json() == client.get("/version").json()


def test_a_body_over_the_limit_is_413(client: httpx.Client) -> None:
    large = b'{"a":"' + b"x" * (3 * 1024 * 1024) + b'"}'
    assert client.post(MAPS, content=large, headers=JSON).status_code == 413

    def parts() -> Iterator[bytes]:
        for _ in range(40):
            yield b"x" * 100_000

    assert client.post(MAPS, content=parts(), headers=JSON).status_code == 413
    assert client.get("/version").status_code == 200


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{n}: &{n} [{','.join([f'*{p}'] * 9)}]\n" for p, n in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("content", "media"),
    [
        (b"", "application/json"),
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b"null", "application/json"),
        (b'"text"', "application/json"),
        (b"[" * 100_000, "application/json"),
        (b'{"a":' * 5000 + b"1" + b"}" * 5000, "application/json"),
        (b'{"metadata": 5}', "application/json"),
        (b'{"metadata": {"name": 5}}', "application/json"),
        (b'{"metadata": {"name": "\\ud800"}}', "application/json"),
        (b'{"metadata": {"name": "x", "labels": []}}', "application/json"),
        (b'{"metadata": {"name": "x"}, "data": {"a": 1}}', "application/json"),
        (b'{"metadata": {"name": "x"}, "apiVersion": "v2"}', "application/json"),
        (b'{"metadata": {"name": "x"}, "kind": "Pod"}', "application/json"),
        (b'{"metadata": {"name": "x", "namespace": "other"}}', "application/json"),
        (b"\xff\xfe", "application/json"),
        (b"\xff\xfe", "application/yaml"),
        (b"a: [", "application/yaml"),
        (b"a: 1\n---\nb: 2\n", "application/yaml"),
        (BOMB.encode(), "application/yaml"),
        (b"[" * 50_000, "application/yaml"),
        (b'a: "\\uD800"', "application/yaml"),
        (b"a: .nan", "application/yaml"),
        (b"a: 99999999999999999999999", "application/yaml"),
        (b"!!python/object/apply:os.system [id]", "application/yaml"),
        (b"k8s\x00\xff\xff\xff", "application/vnd.kubernetes.protobuf"),
        (b"no magic", "application/vnd.kubernetes.protobuf"),
    ],
)
def test_bodies_that_make_no_sense_are_400(
    client: httpx.Client, content: bytes, media: str
) -> None:
    found = client.post(MAPS, content=content, headers={"Content-Type": media})
    assert found.status_code == 400, found.text
    assert found.json()["kind"] == "Status"
    assert found.json()["reason"] == "BadRequest"


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/api/v1/namespaces/default/nothings", 404),
        ("GET", "/api/v2/pods", 404),
        ("GET", "/apis/argoproj.io/v1alpha1/namespaces/default/workflows/x", 404),
        ("GET", "/apis/argoproj.io/v1alpha1/namespaces/default/workflows/x/status", 404),
        ("GET", "/api/v1/namespaces/default/pods/x/log", 404),
        ("GET", "/api/v1/namespaces/default/namespaces", 404),
        ("GET", "/api/v1/nodes/x/y/z", 404),
        ("POST", "/api/v1/pods", 405),
        ("DELETE", "/api/v1/pods", 405),
        ("PUT", MAPS, 405),
        ("POST", f"{MAPS}/x", 405),
        ("OPTIONS", MAPS, 405),
        ("GET", f"{MAPS}?limit=x", 400),
        ("GET", f"{MAPS}?limit=-1", 400),
        ("GET", f"{MAPS}?continue=x", 400),
        ("GET", f"{MAPS}?labelSelector=((", 400),
        ("GET", f"{MAPS}?fieldSelector=x", 400),
        ("GET", f"{MAPS}?watch=maybe", 400),
        ("GET", f"{MAPS}?watch=1&resourceVersion=x", 400),
        ("GET", "/openapi/v3/apis/none/v1", 404),
        ("POST", "/version", 405),
    ],
)
def test_paths_and_queries(client: httpx.Client, method: str, path: str, code: int) -> None:
    found = client.request(method, path)
    assert found.status_code == code, found.text
    assert found.json()["status"] == "Failure"


def test_media_types(client: httpx.Client) -> None:
    yaml = "metadata: {name: y}\ndata: {time: 12:30, day: '2026-01-31'}\n"
    made = client.post(MAPS, content=yaml, headers={"Content-Type": "application/yaml"})
    assert made.status_code == 201
    assert made.json()["data"] == {"time": "12:30", "day": "2026-01-31"}
    assert client.post(MAPS, content=yaml, headers={"Content-Type": "text/csv"}).status_code == 415
    assert client.patch(f"{MAPS}/y", json={}).status_code == 415
    back = client.get(f"{MAPS}/y", headers={"Accept": "application/yaml"})
    assert "kind: ConfigMap" in back.text
    protobuf = {"Accept": "application/vnd.kubernetes.protobuf"}
    assert client.get(f"{MAPS}/y", headers=protobuf).status_code == 406
    refused = client.post(MAPS, json={"metadata": {"name": "z"}}, headers=protobuf)
    assert refused.status_code == 406
    assert client.get(f"{MAPS}/z").status_code == 404  # settled before anything is written
    both = {"Accept": "application/vnd.kubernetes.protobuf,application/json"}
    assert client.get(f"{MAPS}/y", headers=both).json()["kind"] == "ConfigMap"


def test_tables_and_partial_metadata(client: httpx.Client, served: Served) -> None:
    served.store.create(config_map("a", x="1", y="2"))
    table = client.get(MAPS, headers={"Accept": TABLE}).json()
    assert [column["name"] for column in table["columnDefinitions"]] == ["Name", "Data", "Age"]
    assert table["rows"][0]["cells"][:2] == ["a", 2]
    assert table["rows"][0]["object"]["kind"] == "PartialObjectMetadata"
    partial = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"
    found = client.get(MAPS, headers={"Accept": partial}).json()
    assert found["kind"] == "PartialObjectMetadataList"
    assert "data" not in found["items"][0]


def test_preconditions_and_propagation(client: httpx.Client, served: Served) -> None:
    served.store.create(config_map("a"))
    wrong = {"preconditions": {"uid": "other"}}
    assert client.request("DELETE", f"{MAPS}/a", json=wrong).status_code == 409
    assert client.request("DELETE", f"{MAPS}/a", json={"propagationPolicy": "x"}).status_code == 422
    assert (
        client.request("DELETE", f"{MAPS}/a", json={"gracePeriodSeconds": "x"}).status_code == 400
    )
    done = client.request("DELETE", f"{MAPS}/a", json={"propagationPolicy": "Foreground"})
    assert done.json()["status"] == "Success"
    assert done.json()["details"]["kind"] == "configmaps"
    for name in ("b", "c"):
        served.store.create(config_map(name))
    assert len(client.request("DELETE", MAPS).json()["items"]) == 2


def test_server_side_apply_keeps_track_of_who_owns_what(client: httpx.Client) -> None:
    media = {"Content-Type": "application/apply-patch+yaml"}

    def apply(manager: str, force: bool = False, **data: str) -> httpx.Response:
        query = f"fieldManager={manager}&force={str(force).lower()}"
        body = json.dumps(config_map("a", **data))
        return client.patch(f"{MAPS}/a?{query}", content=body, headers=media)

    assert apply("one", x="1", y="1").status_code == 201
    assert apply("two", z="1").json()["data"] == {"x": "1", "y": "1", "z": "1"}
    refused = apply("two", x="2", z="1")
    assert refused.status_code == 409
    assert 'conflict with "one": .data.x' in refused.json()["message"]
    assert apply("two", force=True, x="2", z="1").json()["data"] == {"x": "2", "y": "1", "z": "1"}
    assert apply("one").json()["data"] == {"x": "2", "z": "1"}
    found = client.get(f"{MAPS}/a").json()
    managers = {entry["manager"]: entry for entry in found["metadata"]["managedFields"]}
    assert managers["two"]["fieldsV1"] == {"f:data": {"f:x": {}, "f:z": {}}}


def test_admission_hooks_refuse_and_see_the_old_object(store: Store) -> None:
    seen: list[tuple[Object, Object | None]] = []

    def admit(new: Object, old: Object | None) -> None:
        seen.append((new, old))
        if "no" in new.get("data", {}):
            raise Invalid("Invalid value: no", kind="ConfigMap", field="data.no")

    store.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}})
    server = ApiServer(store, token=TOKEN, logs=lambda *_: iter(()), admission=[admit])
    server.start()
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with httpx.Client(base_url=server.url, headers=headers) as client:
        assert client.post(MAPS, json=config_map("a")).status_code == 201
        refused = client.post(MAPS, json=config_map("b", no="x"))
        merge = {"Content-Type": "application/merge-patch+json"}
        patch = client.patch(f"{MAPS}/a", content='{"data":{"no":"x"}}', headers=merge)
    server.stop()
    assert (refused.status_code, patch.status_code) == (422, 422)
    assert refused.json()["message"] == 'ConfigMap "b" is invalid: data.no: Invalid value: no'
    assert seen[-1][1] is not None


def test_a_taken_port_names_its_holder(store: Store) -> None:
    program = "import socket;s=socket.socket();s.bind(('127.0.0.1',0));s.listen();" \
              "print(s.getsockname()[1],flush=True);input()"  # fmt: skip
    other = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout and other.stdin
    port = int(other.stdout.readline())
    with pytest.raises(PortTaken) as error:
        ApiServer(store, token=TOKEN, logs=lambda *_: iter(()), port=port).start()
    assert f"port {port}" in str(error.value)
    assert f"process {other.pid}" in str(error.value)
    other.stdin.close()
    other.wait(10)


def test_the_certificate_stays_until_it_ages(served: Served, tmp_path: Path) -> None:
    assert (tmp_path / "tls" / "tls.key").stat().st_mode & 0o777 == 0o600
    assert "certificate-authority-data" in served.config.read_text()
