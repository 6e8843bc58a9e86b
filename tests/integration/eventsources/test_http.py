"""Real requests to the running servers: answers, limits, refusals, what is journaled."""

import json

import httpx

from pinnace.objects.kinds import SERVICES
from pinnace.store.services import resolve
from tests.eventually import eventually
from tests.integration.eventsources.conftest import Plane, event_source, secret
from tests.integration.eventsources.http_requests import PUSH, github, signed, webhook


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


def test_an_unsupported_type_is_named_and_the_rest_runs(plane: Plane, port: int) -> None:
    spec = {"webhook": {"train": webhook(port)}, "storageGrid": {"chat": {}}}
    plane.run(event_source("training", spec))
    problem = plane.condition("training", "SourcesProvided")
    assert (problem["status"], problem["reason"]) == ("False", "InvalidEventSource")
    assert "'storageGrid' is not supported here" in problem["message"]
    assert "webhook" in problem["message"]
    assert httpx.post(plane.url("training", "/train"), json={}).status_code == 200


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
