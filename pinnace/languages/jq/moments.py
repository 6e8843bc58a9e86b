"""jq's dates: broken down into an array, or seconds since 1970 (itchyny/timefmt-go)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from pinnace.languages.goquote import json_string
from pinnace.languages.jq.clock import Moment, broken_down, composed, split
from pinnace.languages.jq.reading import DAYS, MONTHS, Unreadable, read
from pinnace.languages.jq.values import JqError, number, preview, shown, to_float, to_int


def _moment(parts: list[Any], call: str) -> tuple[Moment, float]:
    """The whole second, and the fraction."""
    numbers: list[int] = []
    nanoseconds = 0
    for place, part in enumerate(parts[:8]):
        found = number(part)
        if found is None:
            message = f"{call} cannot be applied to {preview(parts)}"
            raise JqError(f"{message}: expected an array of 8 numbers")
        if place == 5:
            second, nanoseconds = split(to_float(found))
            numbers.append(second)
        else:
            numbers.append(to_int(found) or 0)
    at = composed((numbers + [0] * 8)[:6], nanoseconds)
    return at, nanoseconds % 1_000_000_000 / 1e9


def _gmtime(value: Any) -> list[Any]:
    found = number(value)
    if found is None:
        raise JqError(f"gmtime cannot be applied to: {shown(value)}")
    return broken_down(to_float(found))


def _mktime(value: Any) -> float:
    if type(value) is not list:
        raise JqError(f"mktime cannot be applied to: {shown(value)}")
    moment, fraction = _moment(value, "mktime")
    return moment.seconds + fraction


_FORMATS: dict[str, Callable[[Moment], str]] = {
    "Y": lambda m: f"{m.year:04d}", "y": lambda m: f"{abs(m.year) % 100:02d}",
    "C": lambda m: f"{m.year // 100:02d}",
    "m": lambda m: f"{m.day.month:02d}",
    "d": lambda m: f"{m.day.day:02d}", "e": lambda m: f"{m.day.day:2d}",
    "H": lambda m: f"{m.day.hour:02d}", "k": lambda m: f"{m.day.hour:2d}",
    "I": lambda m: f"{(m.day.hour - 1) % 12 + 1:02d}",
    "l": lambda m: f"{(m.day.hour - 1) % 12 + 1:2d}",
    "M": lambda m: f"{m.day.minute:02d}", "S": lambda m: f"{m.day.second:02d}",
    "p": lambda m: "AM" if m.day.hour < 12 else "PM",
    "P": lambda m: "am" if m.day.hour < 12 else "pm",
    "j": lambda m: f"{m.day.timetuple().tm_yday:03d}", "u": lambda m: str(m.day.isoweekday()),
    "w": lambda m: str(m.day.isoweekday() % 7), "s": lambda m: str(m.seconds),
    "A": lambda m: DAYS[m.day.weekday()], "a": lambda m: DAYS[m.day.weekday()][:3],
    "B": lambda m: MONTHS[m.day.month - 1], "b": lambda m: MONTHS[m.day.month - 1][:3],
    "h": lambda m: MONTHS[m.day.month - 1][:3], "Z": lambda _: "UTC", "z": lambda _: "+0000",
    "G": lambda m: f"{m.day.isocalendar().year + m.shift:04d}",
    "V": lambda m: f"{m.day.isocalendar().week:02d}",
    "g": lambda m: f"{abs(m.day.isocalendar().year + m.shift) % 100:02d}",
    "U": lambda m: m.day.strftime("%U"), "W": lambda m: m.day.strftime("%W"),
    "n": lambda _: "\n", "t": lambda _: "\t", "%": lambda _: "%",
}  # fmt: skip
_COMPOSED = {"F": "%Y-%m-%d", "T": "%H:%M:%S", "D": "%m/%d/%y", "R": "%H:%M", "r": "%I:%M:%S %p",
             "c": "%a %b %e %H:%M:%S %Y", "x": "%m/%d/%y", "X": "%H:%M:%S",
             "v": "%e-%b-%Y", "+": "%a %b %e %H:%M:%S %Z %Y"}  # fmt: skip
_DIRECTIVE = re.compile("%(.?)", re.DOTALL)


def _composed(pattern: str) -> str:
    return _DIRECTIVE.sub(lambda m: _COMPOSED.get(m[1], m[0]), pattern)


_FLAGGED = "-_0^#:123456789"
"""What begins a flag or a width."""


def _strftime(value: Any, pattern: Any) -> str:
    parts = broken_down(to_float(found)) if (found := number(value)) is not None else value
    if type(parts) is not list or type(pattern) is not str:
        raise JqError(f"strftime({preview(pattern)}) cannot be applied to: {shown(parts)}")
    moment, fraction = _moment(parts, f"strftime({preview(pattern)})")

    def one(directive: re.Match[str]) -> str:
        if directive[1] == "f":
            return f"{int(fraction * 1e6):06d}"
        if directive[1] and directive[1] in _FLAGGED:
            raise JqError(f"strftime: flags and widths are not supported: {directive[0]}")
        form = _FORMATS.get(directive[1])
        return directive[0] if form is None else form(moment)

    return _DIRECTIVE.sub(one, _composed(pattern))


def _strptime(value: Any, pattern: Any) -> list[Any]:
    if type(value) is not str or type(pattern) is not str:
        raise JqError(f"strptime({preview(pattern)}) cannot be applied to: {shown(value)}")
    try:
        return broken_down(read(value, _composed(pattern)))
    except Unreadable as problem:
        quoted = [json_string(text, html=False) for text in (value, pattern)]
        reason = f"failed to parse {quoted[0]} with {quoted[1]}: {problem}"
        call = f"strptime({preview(pattern)}) cannot be applied to {preview(value)}"
        raise JqError(f"{call}: {reason}") from problem


def _todate(value: Any) -> str:
    return _strftime(value, "%Y-%m-%dT%H:%M:%SZ")


def _fromdate(value: Any) -> float:
    return _mktime(_strptime(value, "%Y-%m-%dT%H:%M:%S%z"))


NATIVE: dict[tuple[str, int], Callable[..., Any]] = {
    ("gmtime", 0): _gmtime,
    ("mktime", 0): _mktime,
    ("strftime", 1): _strftime,
    ("strptime", 1): _strptime,
    **{(name, 0): _todate for name in ("todate", "todateiso8601")},
    **{(name, 0): _fromdate for name in ("fromdate", "fromdateiso8601")},
    ("now", 0): lambda _: datetime.now(UTC).timestamp(),
}
