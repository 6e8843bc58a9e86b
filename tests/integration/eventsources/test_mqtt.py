"""The mqtt source against a real Mosquitto."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from paho.mqtt import publish

from pinnace.objects.kinds import SECRETS
from tests import brokers
from tests.eventually import eventually
from tests.integration.eventsources.certificates import Certificates
from tests.integration.eventsources.conftest import Plane, event_source, secret


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[brokers.Server]:
    with brokers.running(brokers.mosquitto(tmp_path_factory.mktemp("mqtt"))) as running:
        yield running


def send(server: brokers.Server, topic: str, body: bytes, qos: int = 1, **more: Any) -> None:
    publish.single(topic, body, qos, hostname="127.0.0.1", port=server.port, **more)


def source(server: brokers.Server, client_id: str, **more: Any) -> Any:
    spec = {"url": f"tcp://{server.address}", "topic": "foo/#", "clientId": client_id, **more}
    return event_source("mqtt", {"mqtt": {"example": spec}})


def test_messages(plane: Plane, server: brokers.Server) -> None:
    plane.run(source(server, "m1", metadata={"a": "b"}))
    send(server, "foo/bar", b"\x00\xff", qos=0)
    send(server, "other", b"x")
    send(server, "foo/baz", b"{}")
    eventually(lambda: len(plane.events()) == 2)
    first, second = plane.data()
    assert first == {
        "topic": "foo/bar", "messageId": 0, "body": "AP8=", "metadata": {"a": "b"},
    }  # fmt: skip
    assert (second["topic"], second["body"]) == ("foo/baz", "e30=")
    assert plane.events()[0].type == "mqtt"


def test_json_bodies(plane: Plane, server: brokers.Server) -> None:
    plane.run(source(server, "m2", jsonBody=True))
    send(server, "foo", b"nope")
    send(server, "foo", b'{"a": [1]}')
    eventually(plane.events)
    assert plane.data()[0]["body"] == {"a": [1]}
    assert len(plane.journal.rejections()) == 1


def test_what_was_published_while_away_comes(plane: Plane, server: brokers.Server) -> None:
    plane.run(source(server, "m3"))
    plane.stop()
    publish.multiple(
        [{"topic": "foo", "payload": b"%d" % n, "qos": 1} for n in range(60)],
        hostname="127.0.0.1", port=server.port,
    )  # fmt: skip
    plane.start()
    eventually(lambda: len(plane.events()) == 60)
    plane.restart()
    plane.listening("mqtt")
    assert len(plane.events()) == 60  # all was acknowledged


def test_a_broker_that_restarts_loses_nothing(plane: Plane, server: brokers.Server) -> None:
    plane.run(source(server, "m4", topic="bar"))
    plane.stop()
    send(server, "bar", b"kept by the broker")
    server.stop()
    plane.start()
    message = plane.failing("mqtt")
    assert f"MQTT broker at {server.address}: " in message
    server.start()
    plane.listening("mqtt")
    eventually(lambda: len(plane.events()) == 1)
    server.restart()
    send(server, "bar", b"again")
    eventually(lambda: len(plane.events()) == 2)


def test_password_and_tls(plane: Plane, tmp_path: Path) -> None:
    made = Certificates(tmp_path)
    passwords = tmp_path / "passwords"
    hash_it = [brokers.program("mosquitto_passwd"), "-b", "-c", str(passwords), "me", "word"]
    subprocess.run(hash_it, check=True)
    server = brokers.mosquitto(
        tmp_path, f"password_file {passwords}", f"certfile {made.certificate}",
        f"keyfile {made.key}", f"cafile {made.authority}", "require_certificate true",
    )  # fmt: skip
    with brokers.running(server):
        plane.store.create(secret("mqtt", user="me", word="wrong"))
        plane.store.create(made.secret("tls"))
        auth = {"username": {"name": "mqtt", "key": "user"},
                "password": {"name": "mqtt", "key": "word"}}  # fmt: skip
        url = f"ssl://{server.address}"
        plane.store.create(source(server, "m5", url=url, auth=auth, tls=made.spec("tls")))
        eventually(lambda: "ot authorized" in plane.condition("mqtt").get("message", ""))
        plane.store.update({**plane.store.get(SECRETS, "default", "mqtt"),
                            "data": secret("mqtt", user="me", word="word")["data"]})  # fmt: skip
        plane.listening("mqtt")
