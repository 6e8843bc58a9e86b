"""expr's dates: `date`, `duration`, `timezone`, and the methods of what they give.

Methods (`now().Year()`, `duration("1h").Seconds()`) are a table: what each takes and gives, for
the checker, and what it does.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pinnace.languages import durations, gomoments, gonumbers, gotime
from pinnace.languages.durations import Duration
from pinnace.languages.errors import LanguageError
from pinnace.languages.expr.kinds import Month, Weekday
from pinnace.languages.expr.natures import Signature
from pinnace.languages.gotypes import Int64
from pinnace.languages.govalues import type_name

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
    if not isinstance(name, str):
        raise ValueError(f"cannot use {type_name(name)} as the name of a time zone")
    if name in ("", "UTC"):
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as problem:
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


def _units(nanoseconds: int) -> Callable[[datetime], Int64]:
    return lambda t: Int64(gonumbers.wrap(gomoments.unix_nanoseconds(t) // nanoseconds))


_Method = tuple[Signature, Callable[..., Any]]
_TIME, _SPAN = "time.Time", "time.Duration"


def _gives(type: str, function: Callable[..., Any], *takes: str) -> _Method:
    return Signature(takes, type), function


_METHODS: dict[str, dict[str, _Method]] = {
    _TIME: {
        "Year": _gives("int", gomoments.year),
        "Month": _gives("time.Month", lambda t: Month(t.month)),
        "Day": _gives("int", lambda t: t.day),
        "Hour": _gives("int", lambda t: t.hour),
        "Minute": _gives("int", lambda t: t.minute),
        "Second": _gives("int", lambda t: t.second),
        "Nanosecond": _gives("int", gomoments.nanosecond),
        "Weekday": _gives("time.Weekday", lambda t: Weekday(t.isoweekday() % 7)),
        "YearDay": _gives("int", lambda t: t.timetuple().tm_yday),
        "Unix": _gives("int64", lambda t: Int64(gomoments.unix(t))),
        "UnixMilli": _gives("int64", _units(10**6)),
        "UnixMicro": _gives("int64", _units(10**3)),
        "UnixNano": _gives("int64", _units(1)),
        "Format": _gives("string", gotime.format, "string"),
        "String": _gives("string", gotime.go_string),
        "UTC": _gives(_TIME, lambda t: gomoments.in_zone(t, UTC)),
        "In": _gives(_TIME, gomoments.in_zone, "*time.Location"),
        "Add": _gives(_TIME, lambda t, span: gomoments.add(t, span.nanoseconds), _SPAN),
        "AddDate": _gives(_TIME, gotime.add_date, "int", "int", "int"),
        "Sub": _gives(_SPAN, lambda t, other: Duration(gomoments.between(t, other)), _TIME),
        "Truncate": _gives(_TIME, lambda t, span: gomoments.truncated(t, span.nanoseconds), _SPAN),
        "Before": _gives("bool", lambda t, other: t < other, _TIME),
        "After": _gives("bool", lambda t, other: t > other, _TIME),
        "Equal": _gives("bool", lambda t, other: t == other, _TIME),
        "Compare": _gives("int", gomoments.order, _TIME),
        "IsZero": _gives("bool", lambda t: t == gomoments.ZERO),
    },
    _SPAN: {
        "Hours": _gives("float64", lambda d: durations.in_units(d, 3600 * 10**9)),
        "Minutes": _gives("float64", lambda d: durations.in_units(d, 60 * 10**9)),
        "Seconds": _gives("float64", lambda d: durations.in_units(d, 10**9)),
        "Milliseconds": _gives("int64", lambda d: Int64(durations.whole_units(d, 10**6))),
        "Microseconds": _gives("int64", lambda d: Int64(durations.whole_units(d, 10**3))),
        "Nanoseconds": _gives("int64", lambda d: Int64(d.nanoseconds)),
        "Abs": _gives(_SPAN, durations.magnitude),
        "Truncate": _gives(_SPAN, durations.truncated, _SPAN),
        "String": _gives("string", str),
    },
    "time.Month": {"String": _gives("string", str)},
    "time.Weekday": {"String": _gives("string", str)},
}


class Method:
    """A method bound to its value; `signature` is what the machine and the checker ask for."""

    def __init__(self, base: Any, method: _Method) -> None:
        self._base = base
        self.signature, self._function = method

    def __call__(self, *arguments: Any) -> Any:
        """Call it."""
        return self._function(self._base, *arguments)


def signature(type: str | None, name: str) -> Signature | None:
    """What a method of a type takes and gives; None if there is none."""
    found = _METHODS.get(type or "", {}).get(name)
    return found[0] if found else None


def method(base: Any, name: str) -> Method | None:
    """The method of a date or duration, bound to it; None if there is none."""
    found = _METHODS.get(type_name(base), {}).get(name)
    return Method(base, found) if found else None
