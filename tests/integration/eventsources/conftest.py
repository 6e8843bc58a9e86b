"""A real store file with the event source controller running on it."""

import base64
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from pinnace.bus import Checkpoints, Event, Journal
from pinnace.eventsources import EventSourceController
from pinnace.objects.clock import SYSTEM_CLOCK, Clock
from pinnace.objects.kinds import ENDPOINTS, EVENT_SOURCES, EVENTS
from pinnace.objects.meta import Key, condition
from pinnace.objects.types import Object
from pinnace.store import Store
from tests.eventually import eventually


def secret(name: str, **data: str) -> Object:
    encoded = {key: base64.b64encode(text.encode()).decode() for key, text in data.items()}
    metadata = {"name": name, "namespace": "default"}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": encoded}


def event_source(name: str, spec: Object, **annotations: str) -> Object:
    metadata: Object = {"name": name, "namespace": "default"}
    if annotations:
        metadata["annotations"] = {f"pinnace.dev/{k}": v for k, v in annotations.items()}
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "EventSource",
        "metadata": metadata,
        "spec": spec,
    }


@dataclass
class Plane:
    """Store, journal and a running controller; restart() is what a new process does."""

    path: Path
    clock: Clock = field(default_factory=lambda: SYSTEM_CLOCK)

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        self.store = Store.open(self.path, clock=self.clock)
        self.journal = Journal(self.store)
        self.controller = EventSourceController(
            self.store, self.journal, Checkpoints(self.store), self.clock
        )
        self.controller.start()

    def stop(self) -> None:
        self.controller.stop()
        for obj in self.store.list(EVENT_SOURCES):  # so that listening() waits for the next run
            self.store.update({**obj, "status": {}})
        self.store.close()

    def restart(self) -> None:
        self.stop()
        self.start()

    def source(self, name: str) -> Object:
        return self.store.get(EVENT_SOURCES, "default", name)

    def condition(self, name: str, type_: str = "Deployed") -> Object:
        return condition(self.source(name), type_) or {}

    def run(self, obj: Object) -> Object:
        """Create an EventSource and wait until all of it listens."""
        self.store.create(obj)
        return self.listening(obj["metadata"]["name"])

    def listening(self, name: str) -> Object:
        eventually(lambda: self.condition(name).get("status") == "True")
        return self.source(name)

    def failing(self, name: str) -> str:
        """Wait until a listener fails; return what the condition says."""
        eventually(lambda: self.condition(name).get("status") == "False")
        return str(self.condition(name)["message"])

    def replace(self, name: str, change: Callable[[Object], Object]) -> None:
        self.store.modify(Key(EVENT_SOURCES, "default", name), change)

    def url(self, name: str, path: str = "") -> str:
        endpoints = self.store.get(ENDPOINTS, "default", f"{name}-eventsource-svc")
        port = endpoints["subsets"][0]["ports"][0]["port"]
        return f"http://127.0.0.1:{port}{path}"

    def events(self) -> list[Event]:
        return [entry.event for entry in self.journal.read(0, limit=100_000)]

    def data(self) -> list[Any]:
        return [event.as_json()["data"] for event in self.events()]

    def notes(self) -> list[Object]:
        return self.store.list(EVENTS, "default")


@pytest.fixture
def plane(tmp_path: Path) -> Iterator[Plane]:
    running = Plane(tmp_path / "state.db")
    yield running
    running.stop()


@pytest.fixture
def port() -> int:
    """A port that is free now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])
