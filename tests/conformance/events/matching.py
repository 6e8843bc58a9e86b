"""Events made from a Sensor's own filters and parameters: one that passes, one that does not."""

import re
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from pinnace.bus import Event
from pinnace.languages import gjson, sjson
from pinnace.objects.types import Object
from pinnace.sensors.spec import DataFilter, Dependency, TimeFilter

NOW = datetime(2026, 3, 4, 12, 0, 0, tzinfo=UTC)
_INPUT = re.compile(r"\.Input((?:\.\w+)+)")


def matching(dependency: Dependency, obj: Object, data: Any = None) -> Event:
    """Return an event that passes the filters and has what the parameters look for.

    ``data`` is what the expressions and scripts of a Sensor want, which nothing can guess.
    """
    text = orjson.dumps({} if data is None else data).decode()
    filters = dependency.filters
    for entry in (filters.data or ()) if filters else ():
        if data is None:
            text = sjson.set_raw(text, entry.path, _passing(entry))
    text = _with_keys(text, dependency.name, obj)
    event = Event(
        id=f"event-{dependency.name}", source=dependency.event_source, type="webhook",
        subject=dependency.event, time=NOW, data=text.encode(),
    )  # fmt: skip
    if filters and filters.context and filters.context.type:
        event = replace(event, type=filters.context.type)
    return replace(event, time=_within(filters.time)) if filters and filters.time else event


def _passing(entry: DataFilter) -> str:
    """Return JSON of a value that satisfies a data filter."""
    value = entry.values[0]
    if entry.type == "number":
        step = {">": 1.0, "<": -1.0, "!=": 1.0}.get(entry.comparator, 0.0)
        return str(float(value) + step)
    if entry.type == "bool":
        return value.lower()
    if entry.comparator == "!=":
        return orjson.dumps("something else").decode()
    return orjson.dumps(re.sub(r"[\^$\\]|\.\*", "", value)).decode()


def _within(window: TimeFilter) -> datetime:
    zone = ZoneInfo(window.timezone or "UTC")
    start = time.fromisoformat(window.start)
    return datetime.combine(NOW.date(), start, zone).astimezone(UTC) + timedelta(seconds=1)


def _with_keys(text: str, dependency: str, obj: Object) -> str:
    """Put something where parameters of that dependency look, unless it is there."""
    for source in _sources(obj):
        if source.get("dependencyName") != dependency:
            continue
        paths = [source["dataKey"]] if source.get("dataKey") else []
        paths += [found[1:] for found in _INPUT.findall(source.get("dataTemplate") or "")]
        for path in paths:
            if not gjson.get(text, path).exists:
                text = sjson.set(text, path, "some-value")
    return text


def _sources(value: Any) -> list[dict[str, Any]]:
    """Return every ``src`` below a value."""
    if isinstance(value, list):
        return [found for entry in value for found in _sources(entry)]
    if not isinstance(value, dict):
        return []
    own = [value["src"]] if isinstance(value.get("src"), dict) else []
    return own + [found for entry in value.values() for found in _sources(entry)]


def different(event: Event, dependency: Dependency) -> Event:
    """Return an event that does not match: its data, time and types are others."""
    if dependency.filters is None:
        return replace(event, subject=f"not-{event.subject}")
    data = b'{"unlike": true}'
    window = dependency.filters.time
    when = event.time - timedelta(seconds=2) if window else event.time
    return replace(event, data=data, time=when, type="unlike", datacontenttype="text/unlike")
