"""expr's dates: `date`, `duration`, `timezone`, and the methods of what they give.

Methods (`now().Year()`, `duration("1h").Seconds()`) are those of `gomethods`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pinnace.languages import durations, gofunctions, gomethods, gotime
from pinnace.languages.durations import Duration
from pinnace.languages.errors import LanguageError
from pinnace.languages.expr.natures import Signature
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


_TABLES: dict[str, gomethods.Methods] = {
    "time.Time": gomethods.TIME,
    "time.Duration": gomethods.DURATION,
    "time.Month": gomethods.NAMED,
    "time.Weekday": gomethods.NAMED,
    "*time.Location": gomethods.LOCATION,
}


@lru_cache(maxsize=256)
def _read(types: str) -> Signature:
    """The checker's signature of a method that is written as Go writes it."""
    read = gofunctions.signature(types)
    results = read.result.split(", ")
    return Signature(read.parameters, results[0], results=len(results))


class Method:
    """A method bound to its value; `signature` is what the machine and the checker ask for."""

    def __init__(self, base: Any, types: str, apply: Callable[..., Any]) -> None:
        self._base, self._apply = base, apply
        self.signature = _read(types)

    def __call__(self, *arguments: Any) -> Any:
        """Call it."""
        return gofunctions.typed_result(self._apply(self._base, *arguments), self.signature.gives)


def signature(type: str | None, name: str) -> Signature | None:
    """What a method of a type takes and gives; None if there is none."""
    found = _TABLES.get(type or "", {}).get(name)
    return _read(found[0]) if found else None


def method(base: Any, name: str) -> Method | None:
    """The method of a date, duration or zone, bound to it; None if there is none."""
    found = _TABLES.get(type_name(base), {}).get(name)
    return Method(base, *found) if found else None
