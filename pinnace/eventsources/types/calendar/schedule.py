"""When a ``calendar`` event ticks: a schedule or an interval without the excluded days. Pure."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pinnace.eventsources.spec import EventSpec
from pinnace.languages import cron, durations
from pinnace.languages.errors import LanguageError

_EXCLUSION = "EXDATE"

#: The next tick after an instant.
Schedule: TypeAlias = Callable[[datetime], datetime]


def check(spec: EventSpec) -> None:
    """Refuse what upstream refuses; raises Invalid."""
    if not spec.at("schedule") and not spec.at("interval"):
        raise spec.invalid("schedule", expected="a schedule or an interval", found="neither")
    zone_of(spec)
    schedule_of(spec)
    longest(spec)


def zone_of(spec: EventSpec) -> ZoneInfo:
    """Return the time zone of the schedule; raises Invalid."""
    name = str(spec.at("timezone") or "UTC")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise spec.invalid(
            "timezone", expected="a name such as Europe/Berlin", found=repr(name)
        ) from error


def schedule_of(spec: EventSpec) -> Schedule:
    """Return the schedule with the excluded days left out; ``schedule`` beats ``interval``."""
    every = _cron(spec) if spec.at("schedule") else _interval(spec)
    excluded, zone = excluded_days(spec), zone_of(spec)

    def after(instant: datetime) -> datetime:
        tick = every(instant.astimezone(zone))
        while tick.date() in excluded:
            tick = every(tick)
        return tick

    return after


def _cron(spec: EventSpec) -> Schedule:
    text = str(spec.at("schedule"))
    try:
        parsed = cron.parse(text, zone_of(spec), five_fields_only=True)
    except LanguageError as error:
        raise spec.invalid(
            "schedule", expected="five cron fields (no seconds, no @daily)", found=str(error)
        ) from error

    def after(instant: datetime) -> datetime:
        tick = parsed.next(instant)
        if tick is None:
            raise spec.invalid("schedule", expected="a date that comes", found=repr(text))
        return tick.astimezone(instant.tzinfo)

    return after


def _interval(spec: EventSpec) -> Schedule:
    delay = _duration(spec, "interval")
    if delay <= timedelta(0):
        raise spec.invalid("interval", expected="more than nothing", found=spec.at("interval"))

    def after(instant: datetime) -> datetime:
        start = instant.astimezone(UTC)
        tick = start.replace(microsecond=0) + delay  # robfig/cron: whole seconds
        while tick <= start:
            tick += delay
        return tick.astimezone(instant.tzinfo)

    return after


def _duration(spec: EventSpec, field: str) -> timedelta:
    try:
        return durations.parse(str(spec.at(field))).timedelta
    except LanguageError as error:
        raise spec.invalid(field, expected="a duration such as 10s", found=str(error)) from error


def longest(spec: EventSpec) -> timedelta | None:
    """Return how far back catching up may reach."""
    field = "persistence.catchup.maxDuration"
    return _duration(spec, field) if spec.at(field) else None


def excluded_days(spec: EventSpec) -> frozenset[date]:
    """Return the days of ``exclusionDates``; as upstream, only ``EXDATE…`` lines count."""
    lines = [str(line) for line in spec.at("exclusionDates") or ()]
    stamps = (
        stamp
        for line in lines
        if line.startswith(_EXCLUSION)
        for stamp in re.findall(r"\b(\d{4})(\d\d)(\d\d)", line.partition(":")[2])
    )
    return frozenset(_day(spec, *stamp) for stamp in stamps)


def _day(spec: EventSpec, year: str, month: str, day: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError as error:
        raise spec.invalid(
            "exclusionDates", expected="days", found=f"{year}{month}{day}"
        ) from error


def remarks(spec: EventSpec) -> str:
    """Say which exclusions have no effect."""
    dead = [e for e in spec.at("exclusionDates") or () if not str(e).startswith(_EXCLUSION)]
    if not dead:
        return ""
    return (
        f"exclusionDates {dead} have no effect (as in Argo Events): write EXDATE:20260131T000000Z"
    )


def missed(
    schedule: Schedule, last: datetime, now: datetime, limit: timedelta | None
) -> Iterator[datetime]:
    """Yield the ticks between the last one and now, at most ``limit`` back."""
    tick = schedule(last if limit is None else max(last, now - limit))
    while tick <= now:
        yield tick
        tick = schedule(tick)
