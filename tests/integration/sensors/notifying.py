"""Sensors whose one trigger carries the number of an event outside, and what became of it."""

from typing import Any

from pinnace.bus import Firing
from tests.integration.sensors.scene import Scene, sensor

NUMBER = {"dependencyName": "call", "dataKey": "body.number"}
PAYLOAD = [{"src": NUMBER, "dest": "number"}]


def trigger(kind: str, action: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"template": {"name": "notify", kind: action}, **more}


def fire(scene: Scene, entry: dict[str, Any], state: str = "fired") -> Firing:
    """Post the number 7 to a Sensor with this trigger and wait for its firing."""
    scene.add(sensor(triggers=[entry]))
    (firing,) = scene.settled(scene.post("7"))
    assert firing.state == state, firing.message
    return firing
