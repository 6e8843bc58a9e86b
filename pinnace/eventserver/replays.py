"""``POST replay``: which Sensors consume which events once more."""

from collections.abc import Mapping, Sequence
from typing import Any

from pinnace.bus import Entry
from pinnace.objects.errors import BadRequest, NotFound
from pinnace.objects.kinds import SENSORS
from pinnace.objects.types import Object
from pinnace.sensors import Sensor, SensorController, parse_sensor
from pinnace.store import Store


def replay(
    store: Store, controller: SensorController, entries: Sequence[Entry], asked: Mapping[str, Any]
) -> dict[str, Any]:
    """Replay events (oldest first) to the Sensors that they concern.

    ``asked``: ``sensor`` (a name) restricts it to one; ``object`` is an edited Sensor to go by
    instead of the stored one of the same name. Raises BadRequest, NotFound, Invalid.
    """
    if not entries:
        raise BadRequest("events: expected at least one event id")
    ordered = sorted(entries, key=lambda entry: entry.offset)
    verdicts = []
    for sensor in _sensors(store, ordered, asked):
        mine = [
            entry.event
            for entry in ordered
            if entry.namespace == sensor.namespace
            and sensor.concerned(entry.event.source, entry.event.subject)
        ]
        verdicts += [verdict.as_json() for verdict in controller.replay(sensor, mine)]
    return {"verdicts": verdicts}


def _sensors(store: Store, entries: Sequence[Entry], asked: Mapping[str, Any]) -> list[Sensor]:
    if (edited := asked.get("object")) is not None:
        return [parse_sensor(_as_stored(store, edited))]
    places = {entry.namespace for entry in entries}
    name = asked.get("sensor") or ""
    found = [
        obj for obj in store.list(SENSORS)
        if obj["metadata"]["namespace"] in places and name in ("", obj["metadata"]["name"])
    ]  # fmt: skip
    if name and not found:
        raise NotFound(SENSORS.resource, str(name))
    return [parse_sensor(obj) for obj in found]


def _as_stored(store: Store, edited: Any) -> Object:
    """Give an edited Sensor the identity of the stored one, to which its firings belong."""
    if not isinstance(edited, dict) or edited.get("kind") != SENSORS.kind:
        raise BadRequest("object: expected a Sensor")
    metadata = edited.get("metadata") or {}
    namespace, name = str(metadata.get("namespace") or "default"), str(metadata.get("name") or "")
    stored = store.get(SENSORS, namespace, name)
    return {**edited, "metadata": stored["metadata"]}
