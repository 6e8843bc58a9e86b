"""Which port and path a listening event source has, when it moves, and what is said of a clash."""

import socket
import subprocess
import sys

import httpx

from pinnace.objects.kinds import ENDPOINTS, EVENT_SOURCES
from pinnace.objects.meta import Key
from pinnace.objects.types import Object
from pinnace.store.services import resolve
from tests.eventually import eventually
from tests.integration.eventsources.conftest import Plane, event_source, secret
from tests.integration.eventsources.http_requests import webhook


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
