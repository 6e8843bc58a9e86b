"""A world of plain objects in which a TFJob can be decided about, without a store."""

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from pinnace.objects.types import Object
from pinnace.reconcile import Decision
from pinnace.training.decide import decide, replicas_of

START = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)


def replica(replicas: int | None = None, **more: Any) -> Object:
    """Make one entry of ``tfReplicaSpecs``."""
    body: Object = {"template": {"spec": {"containers": [{"name": "tensorflow", "image": "t"}]}}}
    if replicas is not None:
        body["replicas"] = replicas
    return {**body, **more}


def tfjob(*, name: str = "mnist", policy: Object | None = None, **spec: Any) -> Object:
    """Make a TFJob; ``spec`` holds replica types (capital letters) and other fields."""
    types = {key: body for key, body in spec.items() if key[0].isupper()}
    rest = {key: body for key, body in spec.items() if not key[0].isupper()}
    return {
        "apiVersion": "kubeflow.org/v1",
        "kind": "TFJob",
        "metadata": {"name": name, "namespace": "ml", "uid": "job-uid"},
        "spec": {"tfReplicaSpecs": types, "runPolicy": policy or {}, **rest},
    }


@dataclass
class World:
    """A TFJob with its pods and services; ``step`` is one look of the controller."""

    job: Object | None
    now: datetime = START
    pods: dict[str, Object] = field(default_factory=dict)
    services: dict[str, Object] = field(default_factory=dict)
    events: list[tuple[str, str, str]] = field(default_factory=list)
    ports: dict[str, int] = field(default_factory=dict)
    last: Decision = field(default_factory=Decision)

    def decide(self) -> Decision:
        assert self.job is not None
        for name in replicas_of(self.job):
            self.ports.setdefault(name, 20001 + len(self.ports))
        return decide(
            deepcopy(self.job),
            deepcopy(list(self.pods.values())),
            deepcopy(list(self.services.values())),
            self.now,
            self.ports,
        )

    def step(self) -> Decision:
        self.last = decision = self.decide()
        if decision.status is not None:
            self.job = decision.status
        for obj in (*decision.wanted, *decision.changed):
            home = self.pods if obj["kind"] == "Pod" else self.services
            home[obj["metadata"]["name"]] = obj
        for key in decision.delete:
            match key.kind.kind:
                case "Pod":
                    del self.pods[key.name]
                case "Service":
                    del self.services[key.name]
                case _:
                    self.job = None
        self.events += [(note.type, note.reason, note.message) for note in decision.events]
        return decision

    def settle(self) -> "World":
        """Look until nothing is left to do; a controller that never settles fails here."""
        for _ in range(20):
            if self.job is None:
                return self
            decision = self.step()
            written = (decision.status, decision.wanted, decision.changed, decision.delete)
            if written == (None, (), (), ()):
                return self
        raise AssertionError(f"still changing after 20 looks: {self.last}")

    def phase(self, name: str, phase: str, code: int | None = None, restarts: int = 0) -> None:
        """Let the node agent report about a pod."""
        status: Object = {"name": "tensorflow", "restartCount": restarts, "state": {"running": {}}}
        if code is not None:
            status["state"] = {"terminated": {"exitCode": code, "reason": "Error"}}
        self.pods[name] = {
            **self.pods[name],
            "status": {"phase": phase, "containerStatuses": [status]},
        }

    def pass_time(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    @property
    def status(self) -> Object:
        assert self.job is not None
        result: Object = self.job["status"]
        return result

    def conditions(self) -> list[tuple[str, str]]:
        return [(entry["type"], entry["status"]) for entry in self.status["conditions"]]

    def message(self, type_: str) -> str:
        found = [entry for entry in self.status["conditions"] if entry["type"] == type_]
        return str(found[0]["message"])

    def reasons(self) -> list[str]:
        return [reason for _, reason, _ in self.events]
