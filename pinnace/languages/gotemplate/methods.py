"""The methods that templates reach: those of dates, durations, months, weekdays and versions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from pinnace.languages import durations, gomoments, gotime
from pinnace.languages.durations import Duration
from pinnace.languages.gofunctions import GoFunction, signature
from pinnace.languages.gotypes import Named
from pinnace.languages.sprig.semver import METHODS as VERSION_METHODS
from pinnace.languages.sprig.semver import Version

Table = Mapping[str, tuple[str, Callable[..., Any]]]


def _between(left: datetime, right: datetime) -> Duration:
    return Duration(gomoments.between(left, right))


def _weekday(moment: datetime) -> Named:
    return Named(moment.isoweekday() % 7, "time.Weekday", gotime.DAYS[moment.weekday()])


_TIME: Table = {
    "Year": ("() int", gomoments.year),
    "Month": ("() int", lambda t: Named(t.month, "time.Month", gotime.MONTHS[t.month - 1])),
    "Day": ("() int", lambda t: t.day),
    "Hour": ("() int", lambda t: t.hour),
    "Minute": ("() int", lambda t: t.minute),
    "Second": ("() int", lambda t: t.second),
    "Nanosecond": ("() int", gomoments.nanosecond),
    "Weekday": ("() int", _weekday),
    "YearDay": ("() int", lambda t: t.timetuple().tm_yday),
    "Unix": ("() int64", gomoments.unix),
    "UnixMilli": ("() int64", lambda t: gomoments.unix_nanoseconds(t) // 10**6),
    "UnixMicro": ("() int64", lambda t: gomoments.unix_nanoseconds(t) // 10**3),
    "UnixNano": ("() int64", gomoments.unix_nanoseconds),
    "Format": ("(string) string", gotime.format),
    "String": ("() string", gotime.go_string),
    "GoString": ("() string", gotime.go_syntax),
    "UTC": ("() time.Time", lambda t: gomoments.in_zone(t, UTC)),
    "Local": ("() time.Time", lambda t: gomoments.in_zone(t, UTC)),
    "Add": ("(time.Duration) time.Time", lambda t, span: gomoments.add(t, span.nanoseconds)),
    "AddDate": ("(int, int, int) time.Time", gotime.add_date),
    "Sub": ("(time.Time) time.Duration", _between),
    "Truncate": (
        "(time.Duration) time.Time",
        lambda t, span: gomoments.truncated(t, span.nanoseconds),
    ),
    "Round": ("(time.Duration) time.Time", lambda t, span: gomoments.rounded(t, span.nanoseconds)),
    "Before": ("(time.Time) bool", lambda t, other: gomoments.order(t, other) < 0),
    "After": ("(time.Time) bool", lambda t, other: gomoments.order(t, other) > 0),
    "Equal": ("(time.Time) bool", lambda t, other: gomoments.order(t, other) == 0),
    "Compare": ("(time.Time) int", gomoments.order),
    "IsZero": ("() bool", lambda t: gomoments.order(t, gomoments.ZERO) == 0),
}
_DURATION: Table = {
    "Hours": ("() float64", lambda d: durations.in_units(d, 3600 * 10**9)),
    "Minutes": ("() float64", lambda d: durations.in_units(d, 60 * 10**9)),
    "Seconds": ("() float64", lambda d: durations.in_units(d, 10**9)),
    "Milliseconds": ("() int64", lambda d: durations.whole_units(d, 10**6)),
    "Microseconds": ("() int64", lambda d: durations.whole_units(d, 10**3)),
    "Nanoseconds": ("() int64", lambda d: d.nanoseconds),
    "Abs": ("() time.Duration", durations.magnitude),
    "Round": ("(time.Duration) time.Duration", durations.rounded),
    "Truncate": ("(time.Duration) time.Duration", durations.truncated),
    "String": ("() string", str),
}
_NAMED: Table = {"String": ("() string", str)}
_TABLES: tuple[tuple[type, Table], ...] = (
    (datetime, _TIME),
    (Duration, _DURATION),
    (Named, _NAMED),
    (Version, VERSION_METHODS),
)


def method(receiver: Any, name: str) -> GoFunction | None:
    """The method of that name, bound to the receiver; None if there is none."""
    for kind, table in _TABLES:
        if isinstance(receiver, kind) and name in table:
            types, apply = table[name]
            return GoFunction(name, signature(types), partial(apply, receiver))
    return None
