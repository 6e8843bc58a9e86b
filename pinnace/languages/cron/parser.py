"""Reads a schedule's text: its time zone, a descriptor or five fields."""

from __future__ import annotations

from datetime import UTC, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pinnace.languages import durations
from pinnace.languages.cron.fields import FIELDS, Field, Fields, read_field
from pinnace.languages.cron.schedules import Every, Schedule, Spec
from pinnace.languages.errors import LanguageError

LANGUAGE = "cron"
_DESCRIPTORS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}


def parse(text: str, zone: tzinfo = UTC, *, five_fields_only: bool = False) -> Schedule:
    """The schedule of a text; a LanguageError names the field that is wrong.

    `five_fields_only` refuses descriptors, as the calendar event source does.
    """
    spec, start = text, 0
    if text.startswith(("TZ=", "CRON_TZ=")):
        name, _, spec = text.partition(" ")
        zone = _zone(text, name.partition("=")[2], zone)
        start = len(text) - len(spec)
        spec = spec.strip()
    if not spec.strip():
        raise LanguageError(LANGUAGE, text, 0, "empty spec string")
    if spec.startswith("@"):
        if five_fields_only:
            message = f"parser does not accept descriptors: {spec}; write five fields"
            raise LanguageError(LANGUAGE, text, start, message)
        return _descriptor(text, spec, zone)
    return _spec(text, spec, start, zone)


def _zone(text: str, name: str, local: tzinfo) -> tzinfo:
    if name == "Local":
        return local
    try:
        return UTC if name in ("", "UTC") else ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as problem:
        message = f"provided bad location {name}: unknown time zone"
        raise LanguageError(LANGUAGE, text, text.find(name), message) from problem


def _descriptor(text: str, descriptor: str, zone: tzinfo) -> Schedule:
    if descriptor.startswith("@every "):
        try:
            span = durations.parse(descriptor.removeprefix("@every "))
        except LanguageError as problem:
            message = f"failed to parse duration {descriptor}: {problem.expected}"
            raise LanguageError(LANGUAGE, text, 0, message) from problem
        return Every(span=timedelta(seconds=max(1, span.nanoseconds // 10**9)))
    if descriptor not in _DESCRIPTORS:
        raise LanguageError(LANGUAGE, text, 0, f"unrecognized descriptor: {descriptor}")
    return _spec(text, _DESCRIPTORS[descriptor], 0, zone)


def _spec(text: str, spec: str, start: int, zone: tzinfo) -> Spec:
    fields = spec.split()
    if len(fields) != len(FIELDS):
        message = f"expected exactly 5 fields, found {len(fields)}: [{' '.join(fields)}]"
        raise LanguageError(LANGUAGE, text, start, message)
    place = start
    found: list[Field] = []
    for field, bounds in zip(fields, FIELDS, strict=True):
        place = max(text.find(field, place), 0)
        try:
            found.append(read_field(field, bounds))
        except ValueError as problem:
            message = f"{bounds.name}: {problem}"
            raise LanguageError(LANGUAGE, text, place, message) from problem
        place += len(field)
    minute, hour, day, month, weekday = found
    read = Fields(minute=minute, hour=hour, day=day, month=month, weekday=weekday)
    return Spec(fields=read, zone=zone)
