"""Events and Sensors for tables."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from pinnace.bus import Event
from pinnace.objects.types import Object
from pinnace.sensors import Sensor, parse_sensor

NOW = datetime(2026, 3, 4, 12, 0, 0, tzinfo=UTC)


def event(data: Any = None, **more: Any) -> Event:
    """Make an event; bytes are taken as the data, anything else is written as JSON."""
    body = data if isinstance(data, bytes) else orjson.dumps(data)
    fields = {
        "id": "1",
        "source": "webhook-gateway",
        "type": "webhook",
        "subject": "example-1",
        "time": NOW,
        **more,
    }
    return Event(data=body, **fields)


def dependency(name: str = "dep", **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "eventSourceName": "webhook-gateway",
        "eventName": "example-1",
        **more,
    }


def log_trigger(name: str = "log", **more: Any) -> dict[str, Any]:
    return {"template": {"name": name, "log": {}, **more}}


def manifest(*dependencies: Mapping[str, Any], triggers: Any = None, **spec: Any) -> Object:
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Sensor",
        "metadata": {"name": "example", "namespace": "default", "uid": "u-1"},
        "spec": {
            "dependencies": list(dependencies or [dependency()]),
            "triggers": [log_trigger()] if triggers is None else triggers,
            **spec,
        },
    }


def sensor(*dependencies: Mapping[str, Any], triggers: Any = None) -> Sensor:
    return parse_sensor(manifest(*dependencies, triggers=triggers))
