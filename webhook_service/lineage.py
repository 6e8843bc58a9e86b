"""What events led to, read from the objects: sensor → Workflow → TFJob → model. Pure.

An object that a trigger makes carries the event's id: here always, on a cluster where the Sensor
writes it (those in sensors/ do, and the delivery's id too). Where it does not, only the sensor's
name and the time are there; such a Workflow is ascribed to the newest delivery that the sensor
could have fired for, and marked as inferred.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from webhook_service.clock import from_text
from webhook_service.kubernetes import Object

_EVENT_ID = "pinnace.dev/event-id"
_DELIVERY = "pinnace.dev/delivery"
_EVENT_SOURCE = "pinnace.dev/event-source"
_EVENT_TIME = "pinnace.dev/event-time"
_SENSOR = "events.argoproj.io/sensor"
_TRIGGER = "events.argoproj.io/trigger"
_ACTION_TIME = "events.argoproj.io/action-timestamp"
_WORKFLOW = "workflows.argoproj.io/workflow"
#: How long after a delivery a sensor may have fired for it, when only times connect them.
_INFERENCE = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class Run:
    """One Workflow that a sensor made for an event, with what came of it."""

    event_id: str
    delivery_id: str
    source: str
    event: str
    event_time: datetime | None
    fired_at: datetime | None
    sensor: str
    trigger: str
    workflow: Mapping[str, Any]
    tfjobs: Sequence[Mapping[str, Any]]
    model: Mapping[str, Any] | None

    def as_json(self, *, inferred: bool) -> dict[str, Any]:
        """Return it as the API shows it."""
        return {
            "sensor": self.sensor,
            "trigger": self.trigger,
            "inferred": inferred,
            "workflow": dict(self.workflow),
            "tfjobs": [dict(job) for job in self.tfjobs],
            "model": dict(self.model) if self.model else None,
        }


@dataclass(frozen=True, kw_only=True)
class Lineage:
    """All runs there are, and which (source, event) pairs each sensor listens to."""

    runs: Sequence[Run] = ()
    listens: Mapping[str, frozenset[tuple[str, str]]] | None = None

    def of(self, delivery_id: str, event_id: str) -> list[Run]:
        """Return the runs that carry a delivery's id, or the id of the event it became."""
        return [
            run
            for run in self.runs
            if run.delivery_id == delivery_id or (event_id and run.event_id == event_id)
        ]

    def inferred(self, source: str, event: str, at: datetime, until: datetime | None) -> list[Run]:
        """Return runs without an event id that a delivery at that time may have led to."""
        end = min(at + _INFERENCE, until or datetime.max.replace(tzinfo=UTC))
        return [
            run
            for run in self.runs
            if not run.event_id
            and not run.delivery_id
            and run.fired_at is not None
            and at <= run.fired_at < end
            and (source, event) in (self.listens or {}).get(run.sensor, frozenset())
        ]

    def by_event(self) -> dict[str, list[Run]]:
        """Return the runs that carry an event's id, by that id."""
        found: dict[str, list[Run]] = {}
        for run in self.runs:
            if run.event_id:
                found.setdefault(run.event_id, []).append(run)
        return found


def read(
    workflows: Iterable[Object], tfjobs: Iterable[Object], sensors: Iterable[Object]
) -> Lineage:
    """Put the lineage together from the namespace's objects."""
    jobs: dict[str, list[Object]] = {}
    for job in tfjobs:
        jobs.setdefault(_labels(job).get(_WORKFLOW, ""), []).append(job)
    listens = {sensor["metadata"]["name"]: frozenset(_pairs(sensor)) for sensor in sensors}
    runs = [
        _run(workflow, jobs.get(workflow["metadata"]["name"], []))
        for workflow in workflows
        if _labels(workflow).get(_SENSOR)
    ]
    return Lineage(runs=[_placed(run, listens) for run in runs], listens=listens)


def _placed(run: Run, listens: Mapping[str, frozenset[tuple[str, str]]]) -> Run:
    """Name the source of a run whose object does not, where its sensor listens to one only."""
    pairs = listens.get(run.sensor, frozenset())
    if run.source or len(pairs) != 1:
        return run
    ((source, event),) = pairs
    return replace(run, source=source, event=event)


def _run(workflow: Object, jobs: Iterable[Object]) -> Run:
    labels, notes = _labels(workflow), workflow["metadata"].get("annotations") or {}
    source, _, event = str(notes.get(_EVENT_SOURCE, "")).partition("/")
    return Run(
        event_id=str(notes.get(_EVENT_ID, "")),
        delivery_id=str(notes.get(_DELIVERY, "")),
        source=source,
        event=event,
        event_time=_instant(notes.get(_EVENT_TIME)),
        fired_at=_milliseconds(labels.get(_ACTION_TIME)),
        sensor=str(labels.get(_SENSOR, "")),
        trigger=str(labels.get(_TRIGGER, "")),
        workflow=_summary(workflow),
        tfjobs=[_job(job) for job in jobs],
        model=_model(workflow),
    )


def _summary(workflow: Object) -> dict[str, Any]:
    metadata, status = workflow["metadata"], workflow.get("status") or {}
    return {
        "name": metadata["name"],
        "namespace": metadata.get("namespace", ""),
        "phase": status.get("phase") or "Pending",
        "message": _failure(status) or status.get("message", ""),
        "progress": status.get("progress", ""),
        "started": status.get("startedAt"),
        "finished": status.get("finishedAt"),
        "step": _step(status),
    }


def _failure(status: Object) -> str:
    """Say which step of a failed Workflow failed, and why."""
    if status.get("phase") not in ("Failed", "Error"):
        return ""
    failed = (
        f"{node.get('displayName', '')}: {node['message']}"
        for node in (status.get("nodes") or {}).values()
        if node.get("phase") in ("Failed", "Error")
        and node.get("type") == "Pod"
        and node.get("message")
    )
    return next(failed, "")


def _step(status: Object) -> str:
    """Name the step that a running Workflow is at."""
    running = [
        node.get("displayName", "")
        for node in (status.get("nodes") or {}).values()
        if node.get("phase") in ("Running", "Pending") and node.get("type") in ("Pod", "Suspend")
    ]
    return ", ".join(sorted(running)) if status.get("phase") == "Running" else ""


def _job(job: Object) -> dict[str, Any]:
    status = job.get("status") or {}
    conditions = status.get("conditions") or [{}]
    return {
        "name": job["metadata"]["name"],
        "state": conditions[-1].get("type") or "Pending",
        "message": conditions[-1].get("message", ""),
        "started": status.get("startTime"),
        "finished": status.get("completionTime"),
    }


def _model(workflow: Object) -> dict[str, Any] | None:
    """Return the model that came out: ``publish`` says its version, ``evaluate`` its accuracy."""
    outputs = dict(_outputs(workflow))
    version = outputs.get(("publish", "version")) or outputs.get(("", "version"))
    if not version:
        return None
    accuracy = outputs.get(("evaluate", "accuracy")) or outputs.get(("", "accuracy"))
    name = outputs.get(("publish", "model")) or outputs.get(("", "model")) or _argument(workflow)
    return {"name": name, "version": version, "accuracy": _number(accuracy)}


def _outputs(workflow: Object) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield (template, parameter) → value for the nodes, and ("", parameter) for the whole."""
    status = workflow.get("status") or {}
    whole = (status.get("outputs") or {}).get("parameters") or []
    yield from ((("", entry.get("name", "")), str(entry.get("value", ""))) for entry in whole)
    for node in (status.get("nodes") or {}).values():
        template = node.get("templateName") or (node.get("templateRef") or {}).get("template", "")
        for entry in (node.get("outputs") or {}).get("parameters") or []:
            if entry.get("value") is not None:
                yield (template, entry.get("name", "")), str(entry["value"])


def _argument(workflow: Object) -> str:
    """Return the workflow's parameter ``model``, its own or its template's default."""
    stored = (workflow.get("status") or {}).get("storedWorkflowTemplateSpec") or {}
    for spec in (workflow.get("spec") or {}, stored):
        for entry in (spec.get("arguments") or {}).get("parameters") or []:
            if entry.get("name") == "model" and entry.get("value"):
                return str(entry["value"])
    return ""


def _pairs(sensor: Object) -> Iterator[tuple[str, str]]:
    for dependency in (sensor.get("spec") or {}).get("dependencies") or []:
        yield dependency.get("eventSourceName", ""), dependency.get("eventName", "")


def _labels(obj: Object) -> Mapping[str, Any]:
    return obj["metadata"].get("labels") or {}


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None


def _instant(text: object) -> datetime | None:
    try:
        return from_text(str(text)) if text else None
    except ValueError:
        return None


def _milliseconds(text: object) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(str(text)) / 1000, UTC) if text else None
    except (ValueError, OverflowError, OSError):
        return None
