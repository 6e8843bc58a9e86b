"""Sensors and EventSources on different buses meet here, but not on a cluster."""

from typing import Any

import pytest

from pinnace.sensors.buses import bus_traps


def _source(namespace: str = "default", **spec: Any) -> dict[str, Any]:
    meta = {"name": "hooks", "namespace": namespace}
    return {"kind": "EventSource", "metadata": meta, "spec": spec}


def _sensor(**spec: Any) -> dict[str, Any]:
    dependencies = [{"name": "d", "eventSourceName": "hooks", "eventName": "e"}]
    return {
        "kind": "Sensor",
        "metadata": {"name": "s", "namespace": "default"},
        "spec": {"dependencies": dependencies, **spec},
    }


@pytest.mark.parametrize(
    ("sensor", "beside"),
    [
        (_sensor(), []),
        (_sensor(), [_source()]),
        (_sensor(), [_source(eventBusName="default")]),
        (_sensor(eventBusName="b"), [_source(eventBusName="b")]),
        (_sensor(), [_source(namespace="other", eventBusName="b")]),
        ({"kind": "Sensor", "metadata": {"name": "s"}}, [_source(eventBusName="b")]),
    ],
)
def test_one_bus(sensor: dict[str, Any], beside: list[dict[str, Any]]) -> None:
    assert list(bus_traps(sensor, beside)) == []


def test_two_buses_are_told_with_both_names() -> None:
    (warning,) = bus_traps(_sensor(), [_source(eventBusName="b")])
    assert str(warning) == (
        "Sensor s: spec.dependencies[0].eventSourceName: the Sensor listens to the event bus "
        "'default', EventSource hooks sends to 'b': on a cluster no event arrives; "
        "give both one eventBusName"
    )
