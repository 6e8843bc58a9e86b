"""The status of a Sensor: upstream's three conditions (sensor_types.go, reconciler/sensor)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from pinnace.objects.clock import rfc3339
from pinnace.objects.errors import Invalid
from pinnace.objects.meta import set_condition
from pinnace.objects.types import Object
from pinnace.sensors.parsing import read_dependencies, read_triggers

DEPENDENCIES, DEPLOYED, TRIGGERS = "DependenciesProvided", "Deployed", "TriggersProvided"


def with_status(obj: Object, now: datetime) -> Object:
    """Return the Sensor with the conditions that its spec deserves."""
    conditions: list[dict[str, Any]] = list((obj.get("status") or {}).get("conditions") or [])
    for condition in _conditions(obj):
        conditions = set_condition(conditions, condition, rfc3339(now))
    conditions.sort(key=lambda condition: str(condition["type"]))
    return {**obj, "status": {**(obj.get("status") or {}), "conditions": conditions}}


def problem(obj: Object) -> str:
    """Return why the Sensor can't run, "" when it can."""
    return next((c["message"] for c in _conditions(obj) if c["status"] == "False"), "")


def _conditions(obj: Object) -> list[dict[str, Any]]:
    dependencies, refused = _attempt(lambda: read_dependencies(obj))
    if refused:
        return [
            _false(DEPENDENCIES, "InvalidDependencies", refused),
            _unknown(DEPLOYED),
            _unknown(TRIGGERS),
        ]
    _, refused = _attempt(lambda: read_triggers(obj, dependencies))
    if refused:
        return [
            _true(DEPENDENCIES),
            _unknown(DEPLOYED),
            _false(TRIGGERS, "InvalidTriggers", refused),
        ]
    return [_true(DEPENDENCIES), _true(DEPLOYED), _true(TRIGGERS)]


def _attempt(read: Callable[[], Any]) -> tuple[Any, str]:
    try:
        return read(), ""
    except Invalid as error:
        return (), str(error)


def _true(type_: str) -> dict[str, Any]:
    return {"type": type_, "status": "True"}


def _unknown(type_: str) -> dict[str, Any]:
    return {"type": type_, "status": "Unknown"}


def _false(type_: str, reason: str, message: str) -> dict[str, Any]:
    return {"type": type_, "status": "False", "reason": reason, "message": message}
