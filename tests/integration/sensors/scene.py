"""A real store file with a Sensor controller on it, and the objects that tests put in."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson

from pinnace.bus import Event, Firing, Journal, Ledger
from pinnace.objects.kinds import SENSORS, WORKFLOWS
from pinnace.objects.types import Object
from pinnace.plane.workflow_operations import OPERATIONS
from pinnace.sensors import Reach, SensorController
from pinnace.store import Store, services
from tests.eventually import eventually


def event(data: Any, *, source: str = "hooks", subject: str = "call", id: str = "") -> Event:
    return Event(
        id=id or uuid4().hex,
        source=source,
        type="webhook",
        subject=subject,
        time=datetime.now(UTC),
        data=orjson.dumps(data),
    )


def dependency(name: str = "call", **more: Any) -> dict[str, Any]:
    return {"name": name, "eventSourceName": "hooks", "eventName": name, **more}


def workflow_trigger(name: str = "train", **more: Any) -> dict[str, Any]:
    resource = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Workflow",
        "metadata": {"generateName": f"{name}-"},
        "spec": {"arguments": {"parameters": [{"name": "number", "value": ""}]}},
    }
    parameter = {
        "src": {"dependencyName": "call", "dataKey": "body.number", "value": "none"},
        "dest": "spec.arguments.parameters.0.value",
    }
    action = {"operation": "submit", "source": {"resource": resource}, "parameters": [parameter]}
    return {"template": {"name": name, "argoWorkflow": action, **more}}


def sensor(
    name: str = "sensor",
    *,
    dependencies: Sequence[dict[str, Any]] = (dependency(),),
    triggers: Sequence[dict[str, Any]] | None = None,
) -> Object:
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Sensor",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {
            "dependencies": list(dependencies),
            "triggers": list([workflow_trigger()] if triggers is None else triggers),
        },
    }


@dataclass
class Scene(AbstractContextManager["Scene"]):
    """An open store and a running controller."""

    path: Path
    folders: tuple[Path, ...] = ()
    slack: str = "http://127.0.0.1:1"

    def __post_init__(self) -> None:
        self.store = Store.open(self.path)
        self.journal = Journal(self.store)
        self.ledger = Ledger(self.store, self.journal)
        reach = Reach(resolve=partial(services.resolve, self.store), folders=self.folders,
                      slack=self.slack)  # fmt: skip
        self.controller = SensorController(
            self.store, self.journal, self.ledger, operations=OPERATIONS, reach=reach
        )

    def __enter__(self) -> "Scene":
        self.controller.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.controller.stop()
        self.store.close()

    def add(self, obj: Object) -> Object:
        """Create a Sensor and wait until it has its status."""
        made = self.store.create(obj)
        return eventually(lambda: self.conditions(made["metadata"]["name"]) and made)

    def conditions(self, name: str) -> dict[str, dict[str, Any]]:
        found = self.store.find(SENSORS, "default", name) or {}
        listed = (found.get("status") or {}).get("conditions") or []
        return {condition["type"]: condition for condition in listed}

    def post(self, number: object, **more: Any) -> Event:
        """Put an event in the journal and wait until it is on disk."""
        posted = event({"body": {"number": number}}, **more)
        self.journal.append(posted).result()
        return posted

    def workflows(self) -> list[Object]:
        return self.store.list(WORKFLOWS)

    def numbers(self) -> list[str]:
        return [
            workflow["spec"]["arguments"]["parameters"][0]["value"] for workflow in self.workflows()
        ]

    def settled(self, posted: Event, count: int = 1) -> list[Firing]:
        """Wait for an event's firings, none of them pending."""

        def done() -> list[Firing]:
            rows = self.ledger.firings(event_id=posted.id)
            ready = len(rows) >= count and all(row.state != "pending" for row in rows)
            return rows if ready else []

        return eventually(done)
