"""Replay to a cluster's EventBus: what a real NATS server with JetStream then holds."""

import asyncio
import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nats
import orjson
import pytest
from nats.aio.msg import Msg
from nats.js.api import StreamConfig

from pinnace.cli.connection import connect
from pinnace.objects.errors import PinnaceError
from tests import brokers
from tests.integration.eventserver.conftest import Scene

EVENT = {
    "specversion": "1.0", "id": "0a" * 16, "source": "hello", "type": "webhook", "subject": "greet",
    "datacontenttype": "application/json", "time": "2026-01-31T12:00:00.25Z",
    "data": {"body": {"who": "Ada"}},
}  # fmt: skip
# As pkg/eventbus/jetstream/base/jetstream.go:CreateStream makes it.
STREAM = StreamConfig(name="default", subjects=["default.*.*"], duplicate_window=300)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[brokers.Server]:
    folder = tmp_path_factory.mktemp("jetstream")
    options = ("--jetstream", "--store_dir", str(folder), "--user", "u", "--pass", "p")
    with brokers.running(brokers.nats(folder, *options)) as running:
        yield running


@pytest.fixture
def export(tmp_path: Path) -> str:
    file = tmp_path / "events.jsonl"
    file.write_text(json.dumps(EVENT) + "\n" + json.dumps({**EVENT, "id": "0b" * 16}) + "\n")
    return str(file)


@pytest.fixture
def event_bus(scene: Scene) -> None:
    """Declare an EventBus as the controller of Argo Events leaves it: with an access Secret."""
    access = base64.b64encode(b"username: u\npassword: p\n").decode()
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "js-client-auth"},
              "data": {"client-auth": access}}  # fmt: skip
    spec = {"jetstream": {"version": "2.10.29"}}
    bus = {"apiVersion": "argoproj.io/v1alpha1", "kind": "EventBus",
           "metadata": {"name": "cluster"}, "spec": spec}  # fmt: skip
    selector = {"name": "js-client-auth", "key": "client-auth"}
    status = {"config": {"jetstream": {"url": "nats://in-cluster:4222", "accessSecret": selector}}}
    argo = "/apis/argoproj.io/v1alpha1/namespaces/default/eventbus"
    with connect(scene.plane.state.root, None, "") as client:
        client.call("POST", "/api/v1/namespaces/default/secrets", None, secret)
        made = client.call("POST", argo, None, bus)
        client.call("PUT", f"{argo}/cluster/status", None, {**made, "status": status})


def _stream(server: brokers.Server) -> list[Msg]:
    """Return what the stream holds, as a sensor's consumer would read it."""

    async def read() -> list[Msg]:
        client = await nats.connect(server.address, user="u", password="p")
        try:
            stream = client.jetstream()
            info = await stream.stream_info("default")
            return [
                await stream.get_msg("default", seq=n)  # type: ignore[misc]  # RawStreamMsg: alike
                for n in range(1, info.state.messages + 1)
            ]
        finally:
            await client.close()

    return asyncio.run(read())


def _make_stream(server: brokers.Server) -> None:
    async def make() -> None:
        client = await nats.connect(server.address, user="u", password="p")
        await client.jetstream().add_stream(STREAM)
        await client.close()

    asyncio.run(make())


def test_published_as_an_event_source_publishes(
    scene: Scene, server: brokers.Server, export: str, event_bus: None
) -> None:
    kubeconfig = ["--kubeconfig", str(scene.plane.state.kubeconfig)]
    bus = ["--eventbus", f"nats://{server.address}", "--eventbus-name", "cluster"]
    with pytest.raises(PinnaceError, match="no stream takes default.hello.greet"):
        scene.run("replay", export, *kubeconfig, *bus)
    _make_stream(server)
    told = scene.run("replay", export, *kubeconfig, *bus).stdout
    assert told == "2 events published to cluster\n"
    scene.run("replay", export, *kubeconfig, *bus)  # again: the stream must not take it for a retry
    found = _stream(server)
    assert [each.subject for each in found] == ["default.hello.greet"] * 4
    on_the_bus: dict[str, Any] = orjson.loads(found[0].data)
    wanted = {name: value for name, value in EVENT.items() if name != "data"}
    data = base64.b64decode(on_the_bus.pop("data_base64"))
    assert on_the_bus == wanted and orjson.loads(data) == EVENT["data"]
    assert (found[0].headers or {})["Nats-Msg-Id"].startswith(f"{EVENT['id']}-replay-")


def test_a_wrong_password_and_a_bus_that_is_away(
    scene: Scene, server: brokers.Server, export: str
) -> None:
    with pytest.raises(PinnaceError, match="Authorization"):
        scene.run("replay", export, "--eventbus", f"nats://{server.address}")
    with pytest.raises(PinnaceError, match=r"nats://127.0.0.1:1: "):
        scene.run("replay", export, "--eventbus", "nats://127.0.0.1:1")


def test_a_clusters_sensors_are_asked_with_recorded_events(scene: Scene, export: str) -> None:
    kubeconfig = ["--kubeconfig", str(scene.plane.state.kubeconfig)]
    told = scene.json("replay", export, "--dry-run", *kubeconfig)
    assert [verdict["fires"] for verdict in told] == [True, True]
    one = Path(export).with_name("one.json")
    one.write_text(json.dumps(EVENT))
    assert scene.json("explain", str(one), *kubeconfig)[0]["fires"]
    assert scene.run("replay", export, *kubeconfig, code=2).exit_code == 2
