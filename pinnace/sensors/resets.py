"""``conditionsReset``: times at which a trigger forgets the events it holds for a join.

Upstream clears at the moment itself, and looks back when the sensor starts
(pkg/sensors/listener.go). Here it is a question to the events: was there such a moment between the
one that is held and the one that comes? So a replay, and a restart, find the same answer.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pinnace.bus import Event
from pinnace.languages import cron
from pinnace.languages.errors import LanguageError
from pinnace.sensors.reading import Node
from pinnace.sensors.spec import Reset


def read_resets(node: Node) -> tuple[Reset, ...]:
    """Read ``template.conditionsReset``; a time zone that isn't given is UTC."""
    return tuple(_read_reset(entry["byTime"]) for entry in node)


def _read_reset(node: Node) -> Reset:
    if not node.given:
        raise node.refuse("invalid conditionsReset", expected="byTime")
    text, zone = node["cron"].text(), node["timezone"].text()
    try:
        ZoneInfo(zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise node["timezone"].refuse(
            f'invalid timezone "{zone}"', expected="an IANA name such as Europe/Paris"
        ) from error
    try:
        cron.parse(text, five_fields_only=True)
    except LanguageError as error:
        raise node["cron"].refuse(
            f'invalid cron expression "{text}"', expected=f"five fields ({error.expected})"
        ) from error
    return Reset(cron=text, timezone=zone)


def still_held(
    resets: Sequence[Reset],
    held: Mapping[str, Event],
    now: datetime,
    expiry: timedelta | None = None,
) -> dict[str, Event]:
    """Return what is still held at ``now``: nothing from before the last reset, nor expired."""
    return {
        name: event
        for name, event in held.items()
        if (expiry is None or now - event.time <= expiry)
        and not any(_fired_between(reset, event.time, now) for reset in resets)
    }


def _fired_between(reset: Reset, after: datetime, until: datetime) -> bool:
    schedule = cron.parse(reset.cron, ZoneInfo(reset.timezone or "UTC"), five_fields_only=True)
    following = schedule.next(after)
    return following is not None and following <= until
