"""nats triggers against a real NATS server."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import nats
import pytest

from tests import brokers
from tests.eventually import eventually
from tests.integration.eventsources.conftest import secret
from tests.integration.sensors.notifying import PAYLOAD, fire, trigger
from tests.integration.sensors.scene import Scene


@pytest.fixture(scope="module")
def nats_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[brokers.Server]:
    folder = tmp_path_factory.mktemp("nats")
    server = brokers.nats(folder, "--user", "u", "--pass", "p")
    with brokers.running(server) as running:
        yield running


@contextmanager
def subscribed(server: brokers.Server, subject: str) -> Iterator[list[tuple[str, bytes]]]:
    found: list[tuple[str, bytes]] = []
    ready, done = threading.Event(), threading.Event()

    async def listen() -> None:
        async def keep(message: Any) -> None:
            found.append((message.subject, message.data))

        client = await nats.connect(server.address, user="u", password="p")
        await client.subscribe(subject, cb=keep)
        await client.flush()
        ready.set()
        while not done.is_set():
            await asyncio.sleep(0.01)
        await client.close()

    thread = threading.Thread(target=lambda: asyncio.run(listen()), daemon=True)
    thread.start()
    assert ready.wait(10)
    yield found
    done.set()
    thread.join()


def nats_trigger(server: brokers.Server, **more: Any) -> dict[str, Any]:
    pair = {name: {"name": "nats", "key": name} for name in ("username", "password")}
    action = {"url": f"nats://{server.address}", "subject": "made.here", "payload": PAYLOAD,
              "auth": {"basic": pair}, **more}  # fmt: skip
    return trigger("nats", action)


def test_nats_publishes_the_payload(scene: Scene, nats_server: brokers.Server) -> None:
    scene.store.create(secret("nats", username="u", password="p"))
    with subscribed(nats_server, "made.>") as found:
        fire(scene, nats_trigger(nats_server))
        eventually(lambda: found)
    assert found == [("made.here", b'{"number":"7"}')]


def test_nats_with_a_wrong_password(scene: Scene, nats_server: brokers.Server) -> None:
    scene.store.create(secret("nats", username="u", password="other"))
    firing = fire(scene, nats_trigger(nats_server), "dead")
    assert "Authorization Violation" in firing.message or "nats:" in firing.message
    assert "other" not in firing.message


def test_a_nats_server_that_is_not_there_is_told_at_once(
    scene: Scene, nats_server: brokers.Server
) -> None:
    scene.store.create(secret("nats", username="u", password="p"))
    address = f"127.0.0.1:{brokers.free_port()}"
    firing = fire(scene, nats_trigger(nats_server, url=f"nats://{address}"), "dead")
    assert address in firing.message and "Connect call failed" in firing.message
