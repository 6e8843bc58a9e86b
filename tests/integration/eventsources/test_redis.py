"""The redis and redisStream sources against a real Redis server."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from pinnace.bus import Journal
from pinnace.objects.kinds import SECRETS
from pinnace.objects.meta import Key
from pinnace.store import Store
from tests import brokers
from tests.eventually import eventually
from tests.integration.eventsources.certificates import Certificates
from tests.integration.eventsources.conftest import Plane, event_source, secret


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[brokers.Server]:
    folder = tmp_path_factory.mktemp("redis")
    with brokers.running(brokers.redis(folder, "--requirepass", "hush")) as running:
        yield running


@pytest.fixture
def client(server: brokers.Server) -> Iterator[Redis]:
    with Redis(port=server.port, password="hush") as connected:
        yield connected


def source(type_: str, address: str, **more: Any) -> Any:
    spec = {
        "hostAddress": address,
        "password": {"name": "redis", "key": "password"},
        "namespace": "default",
        **more,
    }
    return event_source("redis", {type_: {"example": spec}})


def run(plane: Plane, type_: str, address: str, **more: Any) -> None:
    plane.store.create(secret("redis", password="hush"))
    plane.run(source(type_, address, **more))


def test_published_messages(plane: Plane, server: brokers.Server, client: Redis) -> None:
    run(plane, "redis", server.address, channels=["a", "b"], metadata={"m": "n"})
    client.publish("a", "hello")
    client.publish("other", "x")
    client.publish("b", b"\xff{}")
    eventually(lambda: len(plane.events()) == 2)
    assert plane.data() == [
        {"channel": "a", "pattern": "", "body": "hello", "metadata": {"m": "n"}},
        {"channel": "b", "pattern": "", "body": "\ufffd{}", "metadata": {"m": "n"}},
    ]
    assert plane.events()[0].type == "redis"


def test_json_bodies_and_the_filter(plane: Plane, server: brokers.Server, client: Redis) -> None:
    run(plane, "redis", server.address, channels=["j"], jsonBody=True,
        filter={"expression": "body.n > 1"})  # fmt: skip
    for text in ('{"n": 1}', "no json", '{"n": 2}'):
        client.publish("j", text)
    eventually(plane.events)
    assert plane.data() == [{"channel": "j", "pattern": "", "body": {"n": 2}}]
    (rejection,) = plane.journal.rejections()
    assert "not valid JSON" in rejection.reason and rejection.source == "redis"


def test_a_server_that_restarts_is_told_and_listened_to_again(
    plane: Plane, server: brokers.Server
) -> None:
    run(plane, "redis", server.address, channels=["a"])
    server.stop()
    problem = plane.failing("redis")
    assert f"Redis at {server.address}: " in problem
    assert plane.condition("redis")["reason"] == "ListenerFailed"
    server.start()
    plane.listening("redis")
    with Redis(port=server.port, password="hush") as client:
        client.publish("a", "again")
    eventually(plane.events)


def test_a_wrong_password_is_told_and_mended(
    plane: Plane, server: brokers.Server, client: Redis
) -> None:
    plane.store.create(secret("redis", password="wrong"))
    plane.store.create(source("redis", server.address, channels=["a"]))
    message = plane.failing("redis")
    assert "invalid username-password pair" in message and "wrong" not in message
    plane.store.modify(
        Key(SECRETS, "default", "redis"),
        lambda old: {**old, "data": secret("redis", password="hush")["data"]},
    )
    plane.listening("redis")


# ---------------------------------------------------------------------------------------- streams


def test_entries_are_acknowledged_once_they_are_events(
    plane: Plane, server: brokers.Server, client: Redis
) -> None:
    client.xadd("s1", {"before": "the group"})
    run(plane, "redisStream", server.address, streams=["s1"], consumerGroup="mine")
    first = client.xadd("s1", {"k": "v", "n": 1})
    eventually(plane.events)
    assert plane.data() == [
        {"stream": "s1", "message_id": str(first, "ascii"), "values": {"k": "v", "n": "1"}}
    ]
    eventually(lambda: client.xpending("s1", "mine")["pending"] == 0)


def test_what_was_added_while_away_comes_once(
    plane: Plane, server: brokers.Server, client: Redis
) -> None:
    client.xadd("s2", {"n": "0"})
    run(plane, "redisStream", server.address, streams=["s2"])
    plane.stop()
    ids = [client.xadd("s2", {"n": str(n)}) for n in range(1, 31)]
    # read by a run that died before it acknowledged
    client.xreadgroup("argo-events-cg", "argo-events-worker", {"s2": ">"}, count=7)
    plane.start()
    eventually(lambda: len(plane.events()) == 30)
    assert [d["message_id"] for d in plane.data()] == [str(i, "ascii") for i in ids]
    eventually(lambda: client.xpending("s2", "argo-events-cg")["pending"] == 0)
    plane.restart()
    plane.listening("redis")
    assert len(plane.events()) == 30


def test_a_stream_that_comes_later_loses_no_entry(
    plane: Plane, server: brokers.Server, client: Redis
) -> None:
    plane.store.create(secret("redis", password="hush"))
    plane.store.create(source("redisStream", server.address, streams=["later"]))
    eventually(lambda: "'later' is not there yet" in plane.condition("redis").get("message", ""))
    client.xadd("later", {"first": "1"})
    eventually(plane.events)
    assert plane.data()[0]["values"] == {"first": "1"}


def test_a_server_that_restarts_loses_no_entry(plane: Plane, server: brokers.Server) -> None:
    with Redis(port=server.port, password="hush") as client:
        client.xadd("s3", {"n": "0"})
        run(plane, "redisStream", server.address, streams=["s3"])
        client.xadd("s3", {"n": "1"})
        eventually(plane.events)
        client.xgroup_destroy("s3", "argo-events-cg")  # what a server without its file forgets
        client.xadd("s3", {"n": "2"})
    server.restart()
    with Redis(port=server.port, password="hush") as client:
        client.xadd("s3", {"n": "3"})
    eventually(lambda: [d["values"]["n"] for d in plane.data()] == ["1", "2", "3"])


@pytest.mark.slow
def test_a_killed_control_plane_loses_no_entry_and_repeats_none(
    tmp_path: Path, server: brokers.Server, client: Redis
) -> None:
    path = tmp_path / "state.db"
    client.xadd("storm", {"n": "first"})
    with Store.open(path) as store:
        store.create(secret("redis", password="hush"))
        store.create(source("redisStream", server.address, streams=["storm"]))
    program = [sys.executable, "-m", "tests.integration.eventsources.storm_server", str(path)]
    sent = 0

    def left() -> Any:
        (group,) = client.xinfo_groups("storm")
        return sent - int(group["entries-read"] or 1) + 1 + group["pending"]

    for kill in (True, True, True, False):
        with subprocess.Popen(program) as process:
            eventually(lambda: client.xinfo_groups("storm"))
            for _ in range(500):
                sent += 1
                client.xadd("storm", {"n": str(sent)})
            if not kill:
                eventually(lambda: left() == 0, timeout=30)
            process.send_signal(signal.SIGKILL)
    with Store.open(path) as store:
        events = [entry.event for entry in Journal(store).read(0, limit=10_000)]
    numbers = [int(event.as_json()["data"]["values"]["n"]) for event in events]
    assert sorted(numbers) == list(range(1, sent + 1))


# -------------------------------------------------------------------------------------------- TLS


def test_tls_with_a_client_certificate(plane: Plane, tmp_path: Path) -> None:
    made = Certificates(tmp_path)
    options = ["--tls-port", "0", "--tls-cert-file", made.certificate, "--tls-key-file", made.key,
               "--tls-ca-cert-file", made.authority]  # fmt: skip
    server = brokers.redis(tmp_path, *options)
    server.command = ["0" if word == str(server.port) else word for word in server.command]
    server.command[server.command.index("--tls-port") + 1] = str(server.port)
    with brokers.running(server):
        plane.store.create(made.secret("tls"))
        obj = event_source("redis", {"redis": {"example": {
            "hostAddress": server.address, "channels": ["a"], "tls": made.spec("tls"),
        }}})  # fmt: skip
        plane.run(obj)
        with Redis(port=server.port, ssl=True, ssl_ca_certs=made.authority,
                   ssl_certfile=made.certificate, ssl_keyfile=made.key) as client:  # fmt: skip
            client.publish("a", "safe")
        eventually(plane.events)
        plane.replace("redis", lambda old: {**old, "spec": {"redis": {"example": {
            "hostAddress": server.address, "channels": ["a"], "tls": {"enabled": True},
        }}}})  # fmt: skip
        eventually(
            lambda: "CERTIFICATE_VERIFY_FAILED" in plane.condition("redis").get("message", "")
        )
