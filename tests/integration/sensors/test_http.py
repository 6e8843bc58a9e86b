"""HTTP triggers against a real server: retries, policies, secrets, and what survives a restart."""

import base64
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import pytest

from pinnace.objects.kinds import EVENTS
from pinnace.store import services
from tests.eventually import eventually
from tests.http_server import Handler, serving
from tests.integration.eventsources.certificates import Certificates
from tests.integration.sensors.notifying import PAYLOAD, trigger
from tests.integration.sensors.scene import Scene, dependency, sensor, workflow_trigger


@dataclass
class Server:
    """Answers with the given statuses, one after another, the last for ever."""

    statuses: list[int] = field(default_factory=lambda: [200])
    requests: list[dict[str, Any]] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    port: int = 0


@pytest.fixture
def server() -> Iterator[Server]:
    state = Server()
    state.gate.set()

    class Receiver(Handler):
        def do_POST(self) -> None:
            state.requests.append(
                {"path": self.path, "headers": dict(self.headers.items()), "body": self.body()}
            )
            status = state.statuses.pop(0) if len(state.statuses) > 1 else state.statuses[0]
            state.gate.wait(10)
            self.reply(status)

        do_PUT = do_POST

    with serving(Receiver) as state.port:
        yield state
        state.gate.set()


def request(server: Server, *, http: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    number = {"src": {"dependencyName": "call", "dataKey": "body.number"}, "dest": "number"}
    action = {"url": f"http://127.0.0.1:{server.port}/x", "payload": [number], **(http or {})}
    return {"template": {"name": "notify", "http": action}, **more}


_QUICK = {"steps": 3, "duration": "10ms", "factor": 1, "jitter": 0}


def test_a_request_is_retried_until_it_is_accepted(scene: Scene, server: Server) -> None:
    server.statuses = [500, 503, 200]
    scene.add(sensor(triggers=[request(server, atLeastOnce=True, retryStrategy=_QUICK)]))
    (firing,) = scene.settled(scene.post("7"))
    assert (firing.state, firing.attempts) == ("fired", 3)
    assert [orjson.loads(sent["body"]) for sent in server.requests] == [{"number": "7"}] * 3


def test_a_retry_strategy_counts_without_at_least_once_too(scene: Scene, server: Server) -> None:
    server.statuses = [500, 200]
    scene.add(sensor(triggers=[request(server, retryStrategy=_QUICK)]))
    (firing,) = scene.settled(scene.post("7"))
    assert (firing.state, firing.attempts) == ("fired", 2)


def test_without_a_strategy_a_refusal_is_dead_at_once_and_shown(
    scene: Scene, server: Server
) -> None:
    server.statuses = [500]
    scene.add(sensor(triggers=[request(server)]))
    (firing,) = scene.settled(scene.post("7"))
    assert (firing.state, firing.attempts) == ("dead", 1)
    assert "http response status 500 is not allowed" in firing.message
    (note,) = eventually(lambda: scene.store.list(EVENTS))
    assert note["type"] == "Warning"
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("status", "allow", "state"),
    [
        (204, None, "fired"),
        (404, None, "dead"),
        (404, [200, 404], "fired"),
        (201, [200], "dead"),
    ],
)
def test_the_policy_decides_which_status_is_a_success(
    scene: Scene, server: Server, status: int, allow: list[int] | None, state: str
) -> None:
    server.statuses = [status]
    policy = {"policy": {"status": {"allow": allow}}} if allow else {}
    scene.add(sensor(triggers=[request(server, **policy)]))
    (firing,) = scene.settled(scene.post("7"))
    assert firing.state == state


def test_headers_secrets_and_a_service_of_this_plane(scene: Scene, server: Server) -> None:
    secret = {"name": "keys", "key": "token"}
    for obj in services.service_objects("receiver", "default", {"http": (80, server.port)}):
        scene.store.create(obj)
    scene.store.create(
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": "keys"},
            "data": {"token": base64.b64encode(b"s3cret\n").decode()},
        }
    )
    http = {
        "url": "http://receiver.default.svc/hook?a=b",
        "method": "PUT",
        "headers": {"X-Plain": "1"},
        "secureHeaders": [{"name": "X-Token", "valueFrom": {"secretKeyRef": secret}}],
        "basicAuth": {"username": secret, "password": secret},
        "dynamicHeaders": [
            {"src": {"dependencyName": "call", "contextKey": "id"}, "dest": "X-Event"}
        ],
    }
    scene.add(sensor(triggers=[request(server, http=http)]))
    posted = scene.post("7")
    (firing,) = scene.settled(posted)
    assert firing.state == "fired", firing.message
    (sent,) = server.requests
    assert sent["path"] == "/hook?a=b"
    assert sent["headers"]["X-Plain"] == "1"
    assert sent["headers"]["X-Token"] == "s3cret"
    assert sent["headers"]["X-Event"] == posted.id
    assert (
        sent["headers"]["Authorization"] == "Basic " + base64.b64encode(b"s3cret:s3cret").decode()
    )


def test_a_dead_delivery_fires_its_dead_letter_trigger(scene: Scene, server: Server) -> None:
    server.statuses = [500]
    letter = {**workflow_trigger("letter"), "atLeastOnce": True}
    scene.add(sensor(triggers=[request(server, atLeastOnce=True, dlqTrigger=letter)]))
    posted = scene.post("7")
    rows = scene.settled(posted, count=2)
    assert {row.trigger: row.state for row in rows} == {"notify": "dead", "letter": "fired"}
    assert scene.numbers() == ["7"]


def test_with_at_least_once_requests_are_in_sequence(scene: Scene, server: Server) -> None:
    server.statuses = [500, 200]
    scene.add(sensor(triggers=[request(server, atLeastOnce=True, retryStrategy=_QUICK)]))
    posted = [scene.post(str(number)) for number in range(5)]
    for one in posted:
        scene.settled(one)
    sent = [orjson.loads(one["body"])["number"] for one in server.requests]
    assert sent == ["0", "0", "1", "2", "3", "4"]


def test_a_slow_request_does_not_keep_others_waiting(scene: Scene, server: Server) -> None:
    server.gate.clear()
    deps = [dependency(), dependency("other")]
    slow = request(server)
    slow["template"]["conditions"] = "call"
    quick = workflow_trigger("quick", conditions="other")
    scene.add(sensor(dependencies=deps, triggers=[slow, quick]))
    scene.post("1")
    eventually(lambda: server.requests)
    scene.settled(scene.post("2", subject="other"))
    assert len(scene.workflows()) == 1


def test_what_is_pending_is_taken_up_after_a_restart(tmp_path: Path, server: Server) -> None:
    path = tmp_path / "store.db"
    server.statuses = [500, 200]
    patient = {"steps": 5, "duration": "1h"}
    with Scene(path) as first:
        first.add(sensor(triggers=[request(server, atLeastOnce=True, retryStrategy=patient)]))
        posted = first.post("7")
        eventually(lambda: first.ledger.firings(event_id=posted.id)[0].message)
    with Scene(path) as second:
        (firing,) = second.settled(posted)
        assert (firing.state, firing.attempts) == ("fired", 2)
    assert len(server.requests) == 2


def test_a_rate_limit_spaces_requests(scene: Scene, server: Server) -> None:
    limit = {"unit": "Second", "requestsPerUnit": 20}
    scene.add(sensor(triggers=[request(server, rateLimit=limit)]))
    posted = [scene.post(str(number)) for number in range(5)]
    rows = [scene.settled(one)[0] for one in posted]
    assert {row.state for row in rows} == {"fired"}
    assert len(server.requests) == 5


class Greeter(Handler):
    def do_POST(self) -> None:
        self.reply()


def test_http_with_a_client_certificate(scene: Scene, tmp_path: Path) -> None:
    certificates = Certificates(tmp_path)
    scene.store.create(certificates.secret("tls"))
    with serving(Greeter, certificates.server_context()) as port:
        url = f"https://127.0.0.1:{port}/"
        with_certificate = {"url": url, "payload": PAYLOAD, "tls": certificates.spec("tls")}
        authority = {"caCertSecret": {"name": "tls", "key": "ca"}}
        without = {"url": url, "payload": PAYLOAD, "tls": authority}
        scene.add(sensor("with", triggers=[trigger("http", with_certificate)]))
        scene.add(sensor("without", triggers=[trigger("http", without)]))
        rows = {row.sensor: row for row in scene.settled(scene.post("7"), count=2)}
    assert rows["with"].state == "fired", rows["with"].message
    assert rows["without"].state == "dead"
    assert base64.b64encode(b"key").decode() not in rows["without"].message
