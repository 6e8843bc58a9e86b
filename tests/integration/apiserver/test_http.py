"""What clients may send, on the wire: security, limits, watches, forms, bad input."""

import json
import random
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pinnace.apiserver import ApiServer, PortTaken
from pinnace.objects.errors import Invalid
from pinnace.objects.kinds import CONFIG_MAPS
from pinnace.objects.meta import Key
from pinnace.objects.types import Object
from pinnace.store import Store
from tests.eventually import eventually
from tests.integration.apiserver.conftest import TOKEN, Served

MAPS = "/api/v1/namespaces/default/configmaps"
JSON = {"Content-Type": "application/json"}
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"


def config_map(name: str, **data: str) -> Object:
    return {
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": {"name": name, "namespace": "default"}, "data": data,
    }  # fmt: skip


class Events:
    """The events of one watch, one at a time."""

    def __init__(self, client: httpx.Client, path: str) -> None:
        self._response = client.send(client.build_request("GET", path), stream=True)
        self._lines = self._response.iter_lines()

    def __enter__(self) -> "Events":
        return self

    def __exit__(self, *error: object) -> None:
        self._response.close()

    def next(self) -> tuple[str, Object]:
        event = json.loads(next(self._lines))
        return event["type"], event["object"]

    def rest(self) -> list[Object]:
        return [json.loads(line) for line in self._lines]


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


def test_a_watch_begins_with_what_is_there(client: httpx.Client, served: Served) -> None:
    served.store.create(config_map("a"))
    with Events(client, f"{MAPS}?watch=true&timeoutSeconds=30") as events:
        type_, obj = events.next()
        assert (type_, obj["metadata"]["name"]) == ("ADDED", "a")
        served.store.create(config_map("b"))
        assert events.next()[1]["metadata"]["name"] == "b"
        served.store.delete(Key(CONFIG_MAPS, "default", "a"))
        type_, obj = events.next()
        assert (type_, obj["metadata"]["name"]) == ("DELETED", "a")


def test_objects_enter_and_leave_the_view_of_a_selector(
    client: httpx.Client, served: Served
) -> None:
    key = Key(CONFIG_MAPS, "default", "a")

    def label(value: str) -> None:
        served.store.modify(
            key, lambda o: {**o, "metadata": {**o["metadata"], "labels": {"in": value}}}
        )

    with Events(client, f"{MAPS}?watch=1&labelSelector=in%3Dyes&timeoutSeconds=30") as events:
        eventually(lambda: True)
        served.store.create(config_map("a"))
        for value in ("yes", "yes-still", "yes"):
            label(value)
        assert [events.next()[0] for _ in range(3)] == ["ADDED", "DELETED", "ADDED"]


def test_watching_a_table(client: httpx.Client, served: Served) -> None:
    client.headers["Accept"] = TABLE
    with Events(client, f"{MAPS}?watch=1&timeoutSeconds=30") as events:
        served.store.create(config_map("a"))
        served.store.create(config_map("b"))
        first, second = events.next()[1], events.next()[1]
    assert first["columnDefinitions"] and not second["columnDefinitions"]
    assert second["rows"][0]["cells"][0] == "b"


def test_bookmarks_and_the_end_of_a_watch(client: httpx.Client, served: Served) -> None:
    served.store.create(config_map("a"))
    query = "watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan"
    path = f"{MAPS}?{query}&allowWatchBookmarks=true&timeoutSeconds=1"
    with Events(client, path) as events:
        assert events.next()[0] == "ADDED"
        type_, mark = events.next()
        assert type_ == "BOOKMARK"
        assert mark["metadata"]["annotations"] == {"k8s.io/initial-events-end": "true"}
        (last,) = events.rest()
        assert last["type"] == "BOOKMARK"
        assert int(last["object"]["metadata"]["resourceVersion"]) <= served.store.revision()


def test_a_revision_that_is_no_longer_kept_is_gone(client: httpx.Client, served: Served) -> None:
    served.store.create(config_map("a"))

    def bump(obj: Object) -> Object:
        return {**obj, "data": {"n": str(random.random())}}

    key = Key(CONFIG_MAPS, "default", "a")

    def many(tx: Any) -> None:
        for _ in range(9000):
            tx.update(bump(tx.get(key.kind, key.namespace, key.name)))

    served.store.write(many)
    with Events(client, f"{MAPS}?watch=1&resourceVersion=2") as events:
        type_, status = events.next()
    assert (type_, status["code"], status["reason"]) == ("ERROR", 410, "Expired")


def test_a_watcher_that_does_not_read_holds_up_nobody(client: httpx.Client, served: Served) -> None:
    port = int(served.url.rpartition(":")[2])
    slow = socket.create_connection(("127.0.0.1", port))
    slow.sendall(
        f"GET {MAPS}?watch=1 HTTP/1.1\r\nHost: localhost\r\n"
        f"Authorization: Bearer {TOKEN}\r\n\r\n".encode()
    )
    with Events(client, f"{MAPS}?watch=1&timeoutSeconds=60") as events:
        for number in range(200):
            served.store.create(config_map(f"c{number}", text="x" * 50_000))
            assert events.next()[1]["metadata"]["name"] == f"c{number}"
    slow.close()


def test_stopping_ends_watches(client: httpx.Client, served: Served) -> None:
    with Events(client, f"{MAPS}?watch=1&timeoutSeconds=60") as events:
        served.server.stop()
        assert events.rest() == []


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


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


PATCHES = (
    "application/json-patch+json",
    "application/merge-patch+json",
    "application/strategic-merge-patch+json",
    "application/apply-patch+yaml",
)
PLACES = (
    MAPS,
    "/api/v1/namespaces/default/pods",
    "/apis/kubeflow.org/v1/namespaces/default/tfjobs",
)
OPERATIONS = st.lists(
    st.fixed_dictionaries(
        {"op": st.sampled_from(["add", "remove", "replace", "move", "copy", "test"]),
         "path": st.sampled_from(["", "/metadata", "/metadata/labels", "/data/a", "/spec/-"]),
         "from": st.sampled_from(["", "/metadata", "/data"]), "value": VALUES}
    ), max_size=3,
)  # fmt: skip


@settings(
    max_examples=150, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(
    content=st.fixed_dictionaries(
        {"metadata": st.fixed_dictionaries({"name": st.just("x")}, optional={"labels": VALUES})},
        optional={"spec": VALUES, "data": VALUES, "status": VALUES},
    ),
    operations=OPERATIONS,
    method=st.sampled_from(["POST", "PUT", "PATCH", "PATCH", "DELETE"]),
    media=st.sampled_from(PATCHES),
    place=st.sampled_from(PLACES),
    sub=st.sampled_from(["", "", "/status"]),
)
def test_random_requests_never_break_it(
    client: httpx.Client,
    content: Any,
    operations: Any,
    method: str,
    media: str,
    place: str,
    sub: str,
) -> None:
    path = place if method == "POST" else f"{place}/x{sub}"
    body = operations if (method, media) == ("PATCH", PATCHES[0]) else content
    if media == PATCHES[3]:
        kind = {"configmaps": "ConfigMap", "pods": "Pod"}.get(place.rpartition("/")[2], "TFJob")
        body = {
            **content,
            "apiVersion": "v1" if kind != "TFJob" else "kubeflow.org/v1",
            "kind": kind,
        }
    found = client.request(
        method,
        path,
        params={"fieldManager": "fuzz"},
        content=json.dumps(body).encode(),
        headers={"Content-Type": media if method == "PATCH" else "application/json"},
    )
    assert found.status_code < 500, found.text
    table = client.get(place, headers={"Accept": TABLE})
    assert table.status_code == 200, table.text
