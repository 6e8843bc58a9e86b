"""Deliveries on their way: recorded first, relayed, retried in order, refused for good."""

import os
import signal
import subprocess
import sys

import httpx
import pytest

from tests.eventually import eventually

from .conftest import ROOT

SIGNATURE = "sha256=5f1e00dcafe"
HEADERS = {
    "Content-Type": "application/json",
    "X-GitHub-Event": "push",
    "X-GitHub-Delivery": "72d3162e",
    "X-Hub-Signature-256": SIGNATURE,
    "Authorization": "Bearer open-sesame",
}


def test_body_and_headers_arrive_byte_for_byte(service, eventsource):
    body = b'{"z": 1,\n  "a": "\xc3\xa9\\u00e9" }\r\n'
    answer = service.post(body, path="es/train?x=1&y=%20", headers=HEADERS)
    assert answer.status_code == 200
    told = answer.json()
    assert (told["state"], told["event"]) == ("delivered", "event-1")
    (received,) = eventsource.received
    assert received.body == body
    assert received.path == "/in?x=1&y=%20"
    for name, value in HEADERS.items():
        assert received.header(name) == value
    assert received.header("X-Pinnace-Delivery") == told["delivery"]
    assert received.header("Host") == f"127.0.0.1:{eventsource.server.port}"


@pytest.mark.parametrize("status", [400, 401, 413])
def test_what_the_eventsource_refuses_is_refused_to_the_sender_and_not_tried_again(
    service, eventsource, status
):
    eventsource.answers = [(status, "Invalid Auth token")]
    answer = service.post(headers=HEADERS)
    assert answer.status_code == status
    assert answer.json()["reason"] == f"the EventSource answered {status}: Invalid Auth token"
    item = service.get(answer.headers["Location"]).json()
    assert (item["state"], item["status"], item["attempts"]) == ("rejected", status, 1)
    assert service.post().status_code == 200, "the next one does not wait behind it"
    assert len(eventsource.received) == 2


def test_while_the_eventsource_is_down_deliveries_wait_in_order_and_none_is_lost(
    service, eventsource
):
    eventsource.server.stop()
    for number in range(4):
        answer = service.post(f'{{"n": {number}}}', headers=HEADERS)
        assert answer.status_code == 202
        assert answer.json()["state"] == "waiting"
    assert "could not be reached" in service.get("/events").json()["items"][-1]["reason"]
    eventsource.server.start()
    eventually(lambda: service.states() == ["delivered"] * 4)
    assert eventsource.bodies() == [f'{{"n": {number}}}'.encode() for number in range(4)]
    assert eventsource.received[3].header("X-Hub-Signature-256") == SIGNATURE


def test_what_waits_survives_kill_9(service, eventsource):
    eventsource.server.stop()
    sent = [service.post(f"{number}").json()["delivery"] for number in range(3)]
    service.kill(signal.SIGKILL)
    eventsource.server.start()
    service.start()
    eventually(lambda: service.states() == ["delivered"] * 3)
    assert [one.header("X-Pinnace-Delivery") for one in eventsource.received] == sent
    assert eventsource.bodies() == [b"0", b"1", b"2"]


def test_killed_in_the_middle_of_forwarding_it_forwards_again_under_the_same_id(make, eventsource):
    service = make(WEBHOOK_RELAY_DEADLINE="1")  # after which it is due again
    eventsource.hang.clear()
    with pytest.raises(httpx.HTTPError):
        httpx.post(f"{service.url}/hooks/es/train", content=b"1", timeout=0.3)
    eventually(lambda: eventsource.asked)
    service.kill(signal.SIGKILL)
    eventsource.hang.set()
    service.start()
    eventually(lambda: service.states() == ["delivered"])
    ids = {one.header("X-Pinnace-Delivery") for one in eventsource.received}
    assert len(ids) == 1, "an EventSource can tell that it is the same delivery"


def test_an_eventsource_that_hangs_is_answered_202_and_delays_no_other(make, eventsource, cluster):
    service = make(WEBHOOK_RELAY_DEADLINE="3")
    other = type(eventsource)()
    other.server.start()
    cluster.expose("other", "train", other.server.port)
    eventsource.hang.clear()
    assert service.post().status_code == 202
    assert service.post(path="other/train").status_code == 200
    assert service.post(b"2").status_code == 202
    eventsource.hang.set()
    eventually(lambda: set(service.states()) == {"delivered"})
    assert eventsource.bodies()[-1] == b"2"
    other.server.stop()


def test_5xx_and_a_missing_route_are_tried_again(service, eventsource):
    eventsource.answers = [(503, "busy"), (404, "404 page not found")]
    answer = service.post()
    assert (answer.status_code, answer.json()["state"]) == (202, "waiting")
    eventually(lambda: service.states() == ["delivered"])
    assert service.get(answer.headers["Location"]).json()["attempts"] == 3


def test_dead_after_so_many_attempts_with_the_last_reason(make, eventsource):
    service = make(WEBHOOK_ATTEMPTS="2")
    eventsource.answers = [(500, "no"), (500, "never")]
    service.post(b"lost", headers=HEADERS)
    eventually(lambda: service.states() == ["dead"])
    (item,) = service.get("/events?state=dead").json()["items"]
    assert item["reason"] == (
        "given up after 2 attempts; the last: the EventSource answered 500: never"
    )
    assert service.post().status_code == 200, "the next one goes on"


def test_a_body_over_the_limit_is_413_and_recorded(make, eventsource):
    service = make(WEBHOOK_BODY_LIMIT="100")
    answer = service.post(b"x" * 101)
    assert answer.status_code == 413
    (item,) = service.get("/events").json()["items"]
    assert (item["state"], item["status"]) == ("rejected", 413)
    assert item["reason"] == "the body has 101 bytes; the limit is 100 (WEBHOOK_BODY_LIMIT)"
    assert eventsource.received == []
    assert service.post(b"x" * 100).status_code == 200


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("nobody/train", "there is no EventSource nobody in namespace ml"),
        ("es/other", "EventSource es has no event 'other'; its events: train"),
        ("..%2f..%2fsecrets/x", None),
        ("Secrets%3Fwatch/x", "cannot be the name of an EventSource"),
    ],
)
def test_unknown_names_are_404(service, path, reason):
    answer = service.post(path=path)
    assert answer.status_code == 404
    if reason:
        assert reason in answer.json()["reason"]
        assert service.states() == ["rejected"]


def test_without_the_kubernetes_api_deliveries_wait(service, cluster, eventsource):
    cluster.server.stop()
    answer = service.post()
    assert answer.status_code == 202
    assert "the Kubernetes API does not answer" in answer.json()["reason"]
    cluster.server.start()
    eventually(lambda: service.states() == ["delivered"])


def test_secrets_are_nowhere_once_delivered(service, eventsource):
    eventsource.server.stop()
    answer = service.post(b'{"a": 1}', path="es/train?token=query-secret", headers=HEADERS)
    waiting = service.get(answer.headers["Location"])
    assert waiting.json()["headers"]["X-Hub-Signature-256"] == "(withheld)"
    assert waiting.json()["headers"]["Authorization"] == "(withheld)"
    assert waiting.json()["headers"]["X-Github-Event"] == "push"
    secrets = ("open-sesame", "5f1e00dcafe", "query-secret")
    shown = waiting.text + service.get("/").text + service.get("/events").text
    assert not any(secret in shown for secret in secrets)
    eventsource.server.start()
    eventually(lambda: service.states() == ["delivered"])
    assert eventsource.received[-1].path == "/in?token=query-secret"
    assert service.kill(signal.SIGTERM) == 0
    kept = service.database() + service.log().encode()
    assert not any(secret.encode() in kept for secret in secrets)
    modes = {oct(file.stat().st_mode & 0o777) for file in (service.folder / "state").iterdir()}
    assert modes == {"0o600"}


def test_a_taken_port_is_said(service):
    port = service.url.rpartition(":")[2]
    ended = subprocess.run(
        [sys.executable, "-m", "webhook_service", "--port", port],
        capture_output=True, text=True, timeout=30, check=False, cwd=service.folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert ended.returncode == 1
    assert f"cannot listen on 127.0.0.1:{port}" in ended.stderr
