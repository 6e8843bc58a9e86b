"""Real requests to the running servers: answers, limits, refusals, what is journaled."""

import hashlib
import hmac
import http.client
import json
import socket
import subprocess
import sys
from typing import Any

import httpx
import pytest

from pinnace.objects.kinds import ENDPOINTS, EVENT_SOURCES, SERVICES
from pinnace.objects.meta import Key
from pinnace.objects.types import Object
from pinnace.store.services import resolve
from tests.eventually import eventually
from tests.integration.eventsources.conftest import Plane, event_source, secret

PUSH = b'{"ref":"refs/heads/main","after":"0123456789","repository":{"id":9007199254740993}}'


def webhook(port: int, **more: Any) -> Object:
    return {"endpoint": "/train", "port": str(port), "method": "POST", "url": "", **more}


def github(port: int) -> Object:
    context = {"endpoint": "/push", "port": str(port), "method": "POST", "url": ""}
    return {
        "github": {
            "digits": {
                "repositories": [{"owner": "me", "names": ["digits"]}],
                "webhook": context,
                "events": ["push"],
                "webhookSecret": {"name": "github-webhook", "key": "secret"},
                "contentType": "json",
            }
        }
    }


def signed(body: bytes, key: str = "hush", delivery: str = "d-1") -> dict[str, str]:
    digest = hmac.new(key.encode(), body, hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/json",
        "X-GitHub-Event": "push",
        "X-GitHub-Delivery": delivery,
        "X-Hub-Signature-256": f"sha256={digest}",
    }


def test_a_post_is_an_event_with_upstreams_envelope(plane: Plane, port: int) -> None:
    plane.run(event_source("training", {"webhook": {"train": webhook(port, metadata={"a": "b"})}}))
    answer = httpx.post(plane.url("training", "/train"), json={"epochs": 3, "big": 2**63})
    assert (answer.status_code, answer.text) == (200, "success")
    (event,) = plane.events()
    assert answer.headers["X-Pinnace-Event-Id"] == event.id
    assert len(event.id) == 32 and set(event.id) <= set("0123456789abcdef")
    assert (event.source, event.type, event.subject) == ("training", "webhook", "train")
    assert event.datacontenttype == "application/json"
    data = event.as_json()["data"]
    assert list(data) == ["header", "body", "metadata"]
    assert data["body"] == {"epochs": 3, "big": 2**63}
    assert data["metadata"] == {"a": "b"}
    assert data["header"]["Content-Type"] == ["application/json"]
    assert "Host" not in data["header"]


def test_service_and_endpoints_carry_the_address(plane: Plane, port: int) -> None:
    plane.run(event_source("training", {"webhook": {"train": webhook(port)}}))
    found = resolve(plane.store, f"training-eventsource-svc:{port}", "default")
    assert found == f"127.0.0.1:{port}"
    service = plane.store.get(SERVICES, "default", "training-eventsource-svc")
    assert service["metadata"]["ownerReferences"][0]["kind"] == "EventSource"
    assert service["spec"]["ports"][0]["targetPort"] == port


def test_declared_service_ports_keep_their_names(plane: Plane, port: int) -> None:
    spec = {
        "service": {"ports": [{"name": "http", "port": 80, "targetPort": port}]},
        "webhook": {"train": webhook(port)},
    }
    plane.run(event_source("training", spec))
    assert resolve(plane.store, "training-eventsource-svc.default.svc:80", "default") == (
        f"127.0.0.1:{port}"
    )


def test_health_unknown_path_and_wrong_method(plane: Plane, port: int) -> None:
    plane.run(event_source("training", {"webhook": {"train": webhook(port)}}))
    assert httpx.get(plane.url("training", "/health")).text == "OK"
    assert httpx.post(plane.url("training", "/else"), json={}).status_code == 404
    refused = httpx.get(plane.url("training", "/train"))
    assert (refused.status_code, refused.text) == (400, "http method does not match\n")
    assert plane.events() == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{not json", 400),
        (b"", 400),
        (b'{"a": NaN}', 400),
        (b"\xff\xfe", 400),
        (b"[" * 10_000 + b"]" * 10_000, 400),
        (b'"' + b"x" * 300 + b'"', 413),
        (b'{"a": 1, "a": 2}', 200),
        (b"null", 200),
    ],
)  # fmt: skip
def test_bodies(plane: Plane, port: int, body: bytes, status: int) -> None:
    limit = 300 if status == 413 else 1_000_000
    spec = webhook(port, maxPayloadSize=limit)
    plane.run(event_source("training", {"webhook": {"train": spec}}))
    answer = httpx.post(plane.url("training", "/train"), content=body)
    assert answer.status_code == status, answer.text
    assert len(plane.events()) == (1 if status == 200 else 0)
    assert len(plane.journal.rejections()) == (0 if status == 200 else 1)


def test_a_chunked_body_over_the_limit_is_refused_on_the_way(plane: Plane, port: int) -> None:
    spec = webhook(port, maxPayloadSize=1000)
    plane.run(event_source("training", {"webhook": {"train": spec}}))
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("POST", "/train", body=iter([b"x" * 900, b"x" * 900]), encode_chunked=True,
                       headers={"Transfer-Encoding": "chunked"})  # fmt: skip
    assert connection.getresponse().status == 413
    assert plane.events() == []


def test_the_token_is_required_and_masked(plane: Plane, port: int) -> None:
    plane.store.create(secret("webhook-token", token="s3cret\n"))
    spec = webhook(port, authSecret={"name": "webhook-token", "key": "token"})
    plane.run(event_source("training", {"webhook": {"train": spec}}))
    url = plane.url("training", "/train")
    for wrong in ({}, {"Authorization": "Bearer other"}, {"Authorization": "s3cret"}):
        assert httpx.post(url, json={}, headers=wrong).status_code == 401
    assert plane.events() == []
    assert [r.status for r in plane.journal.rejections()] == [401, 401, 401]
    assert plane.journal.rejections()[0].remote.startswith("127.0.0.1:")
    answer = httpx.post(url, json={}, headers={"Authorization": "Bearer s3cret"})
    assert answer.status_code == 200
    assert plane.data()[0]["header"]["Authorization"] == ["*** Masked Auth Secret ***"]


def test_a_missing_token_secret_shows_in_the_status_until_it_is_there(
    plane: Plane, port: int
) -> None:
    spec = webhook(port, authSecret={"name": "webhook-token", "key": "token"})
    plane.store.create(event_source("training", {"webhook": {"train": spec}}))
    eventually(lambda: "webhook-token" in plane.condition("training").get("message", ""))
    assert plane.condition("training")["status"] == "False"
    assert httpx.post(plane.url("training", "/train"), json={}).status_code == 500
    plane.store.create(secret("webhook-token", token="s3cret"))
    plane.listening("training")


def test_github_deliveries(plane: Plane, port: int) -> None:
    plane.store.create(secret("github-webhook", secret="hush"))
    plane.run(event_source("github", github(port)))
    url = plane.url("github", "/push")
    assert httpx.post(url, content=PUSH, headers=signed(PUSH, "wrong")).status_code == 401
    unsigned = {k: v for k, v in signed(PUSH).items() if not k.startswith("X-Hub")}
    assert httpx.post(url, content=PUSH, headers=unsigned).status_code == 401
    assert plane.events() == []
    first = httpx.post(url, content=PUSH, headers=signed(PUSH))
    again = httpx.post(url, content=PUSH, headers=signed(PUSH))
    assert (first.status_code, again.status_code) == (200, 200)
    assert (first.text, again.text) == ("success", "success")
    assert first.headers["X-Pinnace-Event-Id"] == again.headers["X-Pinnace-Event-Id"]
    assert again.headers["X-Pinnace-Outcome"] == "duplicate"
    (data,) = plane.data()
    assert data["body"]["X-GitHub-Event"] == "push"
    assert data["body"]["X-GitHub-Delivery"] == "d-1"
    assert data["body"]["repository"]["id"] == 9007199254740993
    assert data["headers"]["X-Github-Event"] == ["push"]
    other = httpx.post(url, content=PUSH, headers=signed(PUSH, delivery="d-2"))
    assert other.status_code == 200 and len(plane.events()) == 2


def test_github_events_that_were_not_asked_for_are_ignored(plane: Plane, port: int) -> None:
    plane.store.create(secret("github-webhook", secret="hush"))
    plane.run(event_source("github", github(port)))
    headers = {**signed(b"{}"), "X-GitHub-Event": "ping"}
    answer = httpx.post(plane.url("github", "/push"), content=b"{}", headers=headers)
    assert (answer.status_code, answer.headers["X-Pinnace-Outcome"]) == (200, "ignored")
    assert plane.events() == []


def test_a_taken_port_is_told_and_another_one_serves(plane: Plane) -> None:
    program = (
        "import socket,sys; s=socket.create_server(('127.0.0.1',0)); "
        "print(s.getsockname()[1],flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdin and holder.stdout
        taken = int(holder.stdout.readline())
        plane.run(event_source("training", {"webhook": {"train": webhook(taken)}}))
        message = plane.condition("training")["message"]
        url = plane.url("training", "/train")
        assert f"port {taken} is taken by pid {holder.pid}" in message
        assert url.removeprefix("http://").removesuffix("/train") in message
        assert resolve(plane.store, f"training-eventsource-svc:{taken}", "default") in url
        assert httpx.post(url, json={}).status_code == 200
        assert any(n["reason"] == "PortTaken" and n["type"] == "Warning" for n in plane.notes())
        plane.restart()
        plane.listening("training")
        assert plane.url("training", "/train") == url  # the free port is kept while it can be
        holder.stdin.close()


def test_two_event_sources_share_a_port_and_one_endpoint_twice_does_not(
    plane: Plane, port: int
) -> None:
    plane.run(event_source("one", {"webhook": {"train": webhook(port)}}))
    plane.run(event_source("two", {"webhook": {"other": webhook(port, endpoint="/other")}}))
    assert plane.url("one") == plane.url("two")
    plane.run(event_source("three", {"webhook": {"train": webhook(port)}}))
    assert plane.url("three") != plane.url("one")
    assert "default/one" in plane.condition("three")["message"]
    assert httpx.post(plane.url("three", "/train"), json={}).status_code == 200
    assert plane.events()[0].source == "three"


def test_two_events_of_one_object_on_one_endpoint_is_a_problem_not_silence(
    plane: Plane, port: int
) -> None:
    spec = {"webhook": {"a": webhook(port), "b": webhook(port), "c": webhook(port, endpoint="/c")}}
    plane.run(event_source("training", spec))
    problem = plane.condition("training", "SourcesProvided")
    assert problem["status"] == "False"
    assert "spec.webhook.b.endpoint" in problem["message"]
    assert "spec.webhook.a has" in problem["message"]
    assert httpx.post(plane.url("training", "/c"), json={}).status_code == 200


def test_an_unsupported_type_is_named_and_the_rest_runs(plane: Plane, port: int) -> None:
    spec = {"webhook": {"train": webhook(port)}, "storageGrid": {"chat": {}}}
    plane.run(event_source("training", spec))
    problem = plane.condition("training", "SourcesProvided")
    assert (problem["status"], problem["reason"]) == ("False", "InvalidEventSource")
    assert "'storageGrid' is not supported here" in problem["message"]
    assert "webhook" in problem["message"]
    assert httpx.post(plane.url("training", "/train"), json={}).status_code == 200


def test_a_changed_spec_moves_only_what_changed(plane: Plane, port: int) -> None:
    spec = {"webhook": {"a": webhook(port), "b": webhook(port, endpoint="/b")}}
    plane.run(event_source("training", spec))
    with httpx.Client() as client:  # one connection, kept alive across the change
        assert client.post(plane.url("training", "/b"), json={}).status_code == 200

        def change(obj: Object) -> Object:
            obj["spec"]["webhook"]["a"]["endpoint"] = "/moved"
            return obj

        plane.replace("training", change)
        url = plane.url("training", "/moved")
        eventually(lambda: client.post(url, json={}).status_code == 200)
        assert client.post(plane.url("training", "/train"), json={}).status_code == 404
        assert client.post(plane.url("training", "/b"), json={}).status_code == 200


def test_a_deleted_event_source_gives_its_port_back(plane: Plane, port: int) -> None:
    plane.run(event_source("training", {"webhook": {"train": webhook(port)}}))
    plane.store.delete(Key(EVENT_SOURCES, "default", "training"))

    def refused() -> bool:
        with socket.socket() as sock:
            return sock.connect_ex(("127.0.0.1", port)) != 0

    eventually(refused)
    eventually(lambda: plane.store.find(ENDPOINTS, "default", "training-eventsource-svc") is None)


def test_nothing_is_written_when_nothing_changed(plane: Plane, port: int) -> None:
    plane.run(event_source("training", {"webhook": {"train": webhook(port)}}))
    plane.restart()
    plane.listening("training")
    before = plane.store.revision()
    plane.store.create(secret("unrelated", key="x"))
    assert httpx.post(plane.url("training", "/train"), json={}).status_code == 200
    assert plane.store.revision() == before + 1


def test_header_floods_are_refused(plane: Plane, port: int) -> None:
    plane.run(event_source("training", {"webhook": {"train": webhook(port)}}))
    with socket.create_connection(("127.0.0.1", port), timeout=10) as sock:
        sock.sendall(b"POST /train HTTP/1.1\r\nHost: x\r\n" + b"X-Flood: y\r\n" * 20_000)
        sock.settimeout(10)
        answer = sock.recv(200)
    assert answer.startswith(b"HTTP/1.1 4")
    assert plane.events() == []


def test_a_sender_that_never_ends_its_headers_is_dropped(
    plane: Plane, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pinnace.eventsources.http.server.HEADER_SECONDS", 0.3)
    plane.run(event_source("training", {"webhook": {"train": webhook(port)}}))
    with socket.create_connection(("127.0.0.1", port), timeout=10) as sock:
        sock.sendall(b"POST /train HTTP/1.1\r\nHost: x\r\n")
        with pytest.raises(ConnectionError):
            if sock.recv(100) == b"":
                raise ConnectionResetError


def test_a_body_that_comes_too_slowly_is_refused(
    plane: Plane, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pinnace.eventsources.http.desk.BODY_SECONDS", 0.3)
    plane.run(event_source("training", {"webhook": {"train": webhook(port)}}))
    with socket.create_connection(("127.0.0.1", port), timeout=10) as sock:
        sock.sendall(b"POST /train HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{")
        assert sock.recv(100).startswith(b"HTTP/1.1 408")
    assert plane.events() == []


def test_a_filter_drops_with_200_and_an_error_in_it_leaves_a_record(
    plane: Plane, port: int
) -> None:
    spec = webhook(port, filter={"expression": "body.epochs > 2"})
    plane.run(event_source("training", {"webhook": {"train": spec}}))
    url = plane.url("training", "/train")
    for epochs, outcome in ((1, "filtered"), (3, "published"), ("many", "filtered")):
        answer = httpx.post(url, content=json.dumps({"epochs": epochs}))
        assert (answer.status_code, answer.headers["X-Pinnace-Outcome"]) == (200, outcome)
    assert [data["body"]["epochs"] for data in plane.data()] == [3]
    assert "filter.expression" in plane.journal.rejections()[0].reason
