"""expr-lang's dates: `now`, `date`, `duration`, `timezone`, and the methods of dates.

Go methods (`now().Year()`, `duration("1h").Seconds()`) are a table of what workflows use.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pinnace.languages import durations, gotime
from pinnace.languages.durations import Duration
from pinnace.languages.errors import LanguageError

_LAYOUTS = (
    "2006-01-02",
    "15:04:05",
    "2006-01-02 15:04:05",
    gotime.RFC3339,
    gotime.RFC822,
    gotime.RFC850,
    gotime.RFC1123,
)


def timezone(name: Any) -> tzinfo:
    """time.LoadLocation."""
    if name in ("", "UTC"):
        return UTC
    try:
        return ZoneInfo(str(name))
    except (ZoneInfoNotFoundError, ValueError) as problem:
        raise ValueError(f"unknown time zone {name}") from problem


def duration(text: Any) -> Duration:
    """time.ParseDuration."""
    if not isinstance(text, str):
        raise ValueError("duration takes a string such as '1h30m'")
    return durations.parse(text)


def date(*arguments: Any) -> datetime:
    """`date("2026-01-02")`, with a layout, and with a time zone before or after."""
    zone: tzinfo = UTC
    values = list(arguments)
    if values and isinstance(values[0], tzinfo):
        zone = values.pop(0)
    if not 1 <= len(values) <= 3 or not all(isinstance(value, str) for value in values):
        raise ValueError("date takes a string, then optionally a layout and a time zone name")
    if len(values) == 3:
        zone = timezone(values[2])
    layouts = _LAYOUTS if len(values) == 1 else (values[1],)
    for layout in layouts:
        try:
            return gotime.parse(layout, values[0], zone)
        except LanguageError:
            continue  # the next layout may fit
    raise ValueError(f"invalid date {values[0]}")


def _unix(moment: datetime) -> int:
    return int(moment.timestamp() // 1)


_TIME_METHODS: dict[str, Callable[..., Any]] = {
    "Year": lambda t: t.year,
    "Month": lambda t: t.month,
    "Day": lambda t: t.day,
    "Hour": lambda t: t.hour,
    "Minute": lambda t: t.minute,
    "Second": lambda t: t.second,
    "Nanosecond": lambda t: t.microsecond * 1000,
    "Weekday": lambda t: gotime.DAYS[t.weekday()],
    "YearDay": lambda t: t.timetuple().tm_yday,
    "Unix": _unix,
    "UnixMilli": lambda t: _unix(t) * 1000 + t.microsecond // 1000,
    "UnixNano": lambda t: _unix(t) * 10**9 + t.microsecond * 1000,
    "Format": lambda t, layout: gotime.format(t, layout),
    "String": gotime.go_string,
    "UTC": lambda t: t.astimezone(UTC),
    "In": lambda t, zone: t.astimezone(zone),
    "Add": lambda t, span: t + span.timedelta,
    "AddDate": lambda t, years, months, days: gotime.add_date(t, years, months, days),
    "Sub": lambda t, other: durations.of(t - other),
    "Truncate": lambda t, span: gotime.truncate(t, span.timedelta),
    "Before": lambda t, other: t < other,
    "After": lambda t, other: t > other,
    "Equal": lambda t, other: t == other,
    "IsZero": lambda t: t.year == 1 and t.timetuple().tm_yday == 1 and t.hour == 0,
}
_DURATION_METHODS: dict[str, Callable[..., Any]] = {
    "Hours": lambda d: d.nanoseconds / (3600 * 10**9),
    "Minutes": lambda d: d.nanoseconds / (60 * 10**9),
    "Seconds": lambda d: d.seconds,
    "Milliseconds": lambda d: d.nanoseconds // 10**6,
    "Microseconds": lambda d: d.nanoseconds // 10**3,
    "Nanoseconds": lambda d: d.nanoseconds,
    "Abs": lambda d: Duration(abs(d.nanoseconds)),
    "String": str,
}


def method(base: Any, name: str) -> Callable[..., Any] | None:
    """The method of a date or duration, bound to it; None if there is none."""
    table: dict[str, Callable[..., Any]] = {}
    if isinstance(base, datetime):
        table = _TIME_METHODS
    elif isinstance(base, Duration):
        table = _DURATION_METHODS
    found = table.get(name)
    return (lambda *arguments: found(base, *arguments)) if found else None
