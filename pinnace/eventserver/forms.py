"""What the answers look like: plain data from the bus's own types. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from pinnace.bus import Entry, Firing, Joined, Rejection, to_cloudevent
from pinnace.objects.clock import rfc3339_micro
from pinnace.sensors import Sensor


def event_form(entry: Entry, firings: Iterable[Firing], *, data: bool = True) -> dict[str, Any]:
    """Return an event with its place in the journal and what it fired."""
    told = to_cloudevent(entry.event)
    if not data:
        told = {name: value for name, value in told.items() if not name.startswith("data_")}
        told.pop("data", None)
    return {
        "offset": entry.offset,
        "namespace": entry.namespace,
        "size": len(entry.event.data),
        "event": told,
        "firings": [firing_form(firing) for firing in firings],
    }


def firing_form(firing: Firing) -> dict[str, Any]:
    """Return a row of the ledger."""
    return {
        "id": firing.id,
        "namespace": firing.namespace,
        "sensor": firing.sensor,
        "trigger": firing.trigger,
        "state": firing.state,
        "object": firing.object,
        "attempts": firing.attempts,
        "message": firing.message,
        "time": rfc3339_micro(firing.time),
        "events": dict(zip(firing.dependencies, firing.event_ids, strict=False))
        or list(firing.event_ids),
    }


def rejection_form(rejection: Rejection) -> dict[str, Any]:
    """Return a delivery that was refused."""
    return {
        "namespace": rejection.namespace,
        "source": rejection.source,
        "subject": rejection.subject,
        "status": rejection.status,
        "reason": rejection.reason,
        "remote": rejection.remote,
        "time": rfc3339_micro(rejection.time),
    }


def joins_form(
    held: Iterable[Joined], sensors: Mapping[str, Sensor], ids: Mapping[int, str]
) -> list[dict[str, Any]]:
    """Return what triggers hold and wait for; ``sensors`` by uid, ``ids``: offset → event id."""
    by_trigger: dict[tuple[str, str], dict[str, str]] = {}
    for each in held:
        if each.sensor_uid in sensors:
            place = by_trigger.setdefault((each.sensor_uid, each.trigger), {})
            place[each.dependency] = ids.get(each.offset, "")
    return [
        {
            "namespace": sensors[uid].namespace,
            "sensor": sensors[uid].name,
            "trigger": name,
            "holds": holds,
            "waitsFor": list(_missing(sensors[uid], name, holds)),
        }
        for (uid, name), holds in by_trigger.items()
    ]


def _missing(sensor: Sensor, trigger: str, holds: Mapping[str, str]) -> tuple[str, ...]:
    found = sensor.trigger(trigger)
    return found.condition.missing(holds) if found else ()
