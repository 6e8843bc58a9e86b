"""From a row of the ledger back to a delivery: what was pending, or is to be driven again."""

from dataclasses import dataclass, replace
from datetime import datetime

from pinnace.bus import Event, Journal
from pinnace.bus import Firing as Row
from pinnace.sensors.deliveries import Delivery
from pinnace.sensors.evaluation import evaluate_dependency, prepare
from pinnace.sensors.spec import Sensor


@dataclass(frozen=True, kw_only=True)
class Lost:
    """A firing that can't be prepared again, and why."""

    reason: str


def restore(journal: Journal, sensor: Sensor, row: Row, now: datetime) -> Delivery | Lost:
    """Prepare a recorded firing again, with the Sensor as it is now."""
    trigger = sensor.trigger(row.trigger)
    known = {dependency.name for dependency in sensor.dependencies}
    events: dict[str, Event] = {}
    for name, event_id in zip(row.dependencies, row.event_ids, strict=True):
        entry = journal.find(event_id)
        if entry is not None and name in known:
            events[name] = as_seen(sensor, name, entry.event, now)
    if trigger is None or len(events) != len(row.event_ids):
        return Lost(reason="its trigger or events are gone")
    firing = prepare(sensor, trigger, events, now)
    if firing.action is None:
        return Lost(reason=firing.error)
    return Delivery(firing=row, sensor=sensor, trigger=trigger, action=firing.action, events=events)


def as_seen(sensor: Sensor, name: str, event: Event, now: datetime) -> Event:
    """Transform an event of the journal as a dependency asks."""
    found = next(entry for entry in sensor.dependencies if entry.name == name)
    return evaluate_dependency(replace(found, filters=None), event, now=now).event or event
