"""Workloads and Pods to decide about, and a small world that carries decisions out."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from pinnace.objects.clock import rfc3339
from pinnace.objects.meta import name_of
from pinnace.reconcile import Decision

NOW = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
UIDS = (f"uid-{number}" for number in count())
Thing = dict[str, Any]


def suffixes() -> Iterator[str]:
    return (f"s{number}" for number in count())


def thing(kind: str, name: str, spec: Thing, **metadata: Any) -> Thing:
    group = {"Deployment": "apps/v1", "ReplicaSet": "apps/v1", "Job": "batch/v1", "Pod": "v1"}
    return {
        "apiVersion": group[kind],
        "kind": kind,
        "metadata": {
            "name": name, "namespace": "x", "uid": next(UIDS), "generation": 1,
            "creationTimestamp": rfc3339(NOW), "resourceVersion": "1", **metadata,
        },
        "spec": spec,
    }  # fmt: skip


def deployment(replicas: int = 3, image: str = "a", **spec: Any) -> Thing:
    template = {
        "metadata": {"labels": {"app": "web"}},
        "spec": {"containers": [{"name": "main", "image": image}]},
    }
    return thing("Deployment", "web", {
        "replicas": replicas, "selector": {"matchLabels": {"app": "web"}}, "template": template,
        **spec,
    })  # fmt: skip


def replica_set(replicas: int = 2, **spec: Any) -> Thing:
    return thing("ReplicaSet", "web-1", {
        "replicas": replicas, "selector": {"matchLabels": {"app": "web"}},
        "template": {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": []}}, **spec,
    })  # fmt: skip


def job(**spec: Any) -> Thing:
    pod = {"restartPolicy": spec.pop("restart", "Never"), "containers": [{"name": "main"}]}
    return thing("Job", "sums", {"template": {"spec": pod}, **spec})


def pod(name: str, phase: str = "Running", *, ready: bool | None = None, **more: Any) -> Thing:
    """A Pod in some phase; one that runs is ready unless said otherwise."""
    made = thing("Pod", name, {"nodeName": "here"}, labels={"app": "web"})
    made["metadata"] |= more.pop("metadata", {})
    is_ready = phase == "Running" if ready is None else ready
    made["status"] = {
        "phase": phase,
        "conditions": [{"type": "Ready", "status": str(is_ready),
                        "lastTransitionTime": rfc3339(NOW)}],
        **more,
    }  # fmt: skip
    return made


def ended(name: str, phase: str, seconds: float = 0, **more: Any) -> Thing:
    """A Pod that ended ``seconds`` after NOW."""
    at = rfc3339(NOW + timedelta(seconds=seconds))
    state = {"terminated": {"finishedAt": at, "exitCode": int(phase == "Failed")}}
    return pod(name, phase, containerStatuses=[{"name": "main", "state": state}], **more)


def said(decision: Decision) -> list[str]:
    return [f"{note.reason}: {note.message}" for note in decision.events]


def made(decision: Decision) -> list[str]:
    return [name_of(obj) for obj in decision.wanted]


def gone(decision: Decision) -> list[str]:
    return [key.name for key in decision.delete]


def conditions(decision: Decision) -> dict[str, tuple[str, str]]:
    assert decision.status is not None
    return {c["type"]: (c["status"], c["reason"])
            for c in decision.status["status"].get("conditions", [])}  # fmt: skip


class Rollouts:
    """A Deployment and its ReplicaSets, whose Pods start and end when they are told to."""

    def __init__(self, owner: Thing) -> None:
        self.owner = owner
        self.sets: list[Thing] = []
        self.now = NOW
        self.notes: list[str] = []

    def take(self, decision: Decision) -> bool:
        """Make a decision true; False when there was nothing in it."""
        self.notes += said(decision)
        for new in decision.wanted:
            stamped = deepcopy(new)
            stamped["metadata"] |= {"uid": next(UIDS), "creationTimestamp": rfc3339(self.now)}
            self.sets.append(stamped)
        for changed in decision.changed:
            uid = changed["metadata"]["uid"]
            self.sets = [changed if one["metadata"]["uid"] == uid else one for one in self.sets]
        self.sets = [one for one in self.sets if name_of(one) not in gone(decision)]
        if decision.status is not None:
            self.owner = decision.status
        return bool(decision.wanted or decision.changed or decision.delete or decision.status)

    def counts(self) -> dict[str, int]:
        return {name_of(one): one["spec"]["replicas"] for one in self.sets}

    def start_all(self) -> None:
        """Every ReplicaSet gets the Pods it wants, all of them available."""
        for one in self.sets:
            size = one["spec"]["replicas"]
            one["status"] = dict.fromkeys(("replicas", "readyReplicas", "availableReplicas"), size)
