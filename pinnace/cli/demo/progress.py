"""How far a Workflow of the demo is: read from its nodes and its trainer's log, as anyone could."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pinnace.cli.client import Client
from pinnace.objects.clock import parse_rfc3339
from pinnace.objects.errors import NotFound, Permanent
from pinnace.objects.kinds import TFJOBS
from pinnace.objects.meta import annotations_of, labels_of, name_of, namespace_of
from pinnace.objects.types import Object

FINISHED = frozenset({"Succeeded", "Failed", "Error"})
_ORDER = ("checkout", "configure", "validate", "train", "evaluate", "publish")
_LOG_TAIL = 20


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One row of the closing table."""

    event: str
    source: str
    sensor: str
    workflow: str
    tfjob: str
    model: str
    version: str
    accuracy: float | None
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of the pipeline and how long it took."""

    name: str
    phase: str
    seconds: float
    message: str = ""


def phase(workflow: Object) -> str:
    """Return the phase, Pending before there is one."""
    return str((workflow.get("status") or {}).get("phase") or "Pending")


def steps(workflow: Object) -> list[Step]:
    """Return the pipeline's steps that have begun, in order."""
    nodes = ((workflow.get("status") or {}).get("nodes") or {}).values()
    found = {node["displayName"]: node for node in nodes if node["displayName"] in _ORDER}
    return [_step(name, found[name]) for name in _ORDER if name in found]


def _step(name: str, node: Mapping[str, Any]) -> Step:
    began, ended = node.get("startedAt"), node.get("finishedAt")
    seconds = 0.0
    if began and ended:
        seconds = (parse_rfc3339(ended) - parse_rfc3339(began)).total_seconds()
    return Step(name=name, phase=node["phase"], seconds=seconds, message=node.get("message", ""))


def current(workflow: Object) -> str:
    """Say in a few words where the Workflow is."""
    running = [step for step in steps(workflow) if step.phase in ("Running", "Pending")]
    if phase(workflow) in FINISHED:
        message = (workflow.get("status") or {}).get("message", "")
        return f"{phase(workflow)} {message}".strip()
    return running[0].name if running else "starting"


def tfjob_of(client: Client, workflow: Object) -> str:
    """Return the name of the Workflow's TFJob, "" before there is one."""
    selector = f"workflows.argoproj.io/workflow={name_of(workflow)}"
    jobs = client.list(TFJOBS, namespace_of(workflow), labels=selector)
    return name_of(jobs[-1]) if jobs else ""


def epoch(client: Client, workflow: Object, tfjob: str) -> Mapping[str, Any]:
    """Return the newest epoch the trainer reported: epoch, epochs, loss, accuracy."""
    try:
        log = client.log(
            namespace_of(workflow), f"{tfjob}-worker-0", "tensorflow", tail=_LOG_TAIL
        )  # fmt: skip
    except (NotFound, Permanent):
        return {}  # not started yet, or cleaned up already
    return next(iter(reversed(list(_epochs(log)))), {})


def _epochs(log: str) -> Iterator[Mapping[str, Any]]:
    for line in log.splitlines():
        if line.startswith('{"epoch"'):
            yield json.loads(line)


def outcome(client: Client, workflow: Object, source: str) -> Outcome:
    """Read the row of the closing table from the finished Workflow."""
    status = workflow["status"]
    root = (status.get("nodes") or {}).get(name_of(workflow)) or {}
    given = ((root.get("outputs") or {}).get("parameters")) or []
    outputs = {parameter["name"]: parameter.get("value") for parameter in given}
    began, ended = parse_rfc3339(status["startedAt"]), parse_rfc3339(status["finishedAt"])
    accuracy = outputs.get("accuracy")
    return Outcome(
        event=annotations_of(workflow).get("pinnace.dev/event-id", ""),
        source=source,
        sensor=labels_of(workflow).get("events.argoproj.io/sensor", ""),
        workflow=name_of(workflow),
        tfjob=str(outputs.get("tfjob") or tfjob_of(client, workflow)),
        model="digits",
        version=str(outputs.get("version") or ""),
        accuracy=float(accuracy) if accuracy else None,
        seconds=(ended - began).total_seconds(),
    )
