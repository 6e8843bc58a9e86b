"""jq's dates: broken down into an array, or seconds since 1970 (itchyny/timefmt-go)."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from pinnace.languages.jq.values import JqError, number, preview, shown, to_float, to_int

_OUT_OF_RANGE = "this date is not within the years 1 to 9999"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _broken(seconds: float) -> list[Any]:
    if not math.isfinite(seconds):
        raise JqError(_OUT_OF_RANGE)
    whole = math.floor(seconds)
    try:
        moment = _EPOCH + timedelta(seconds=int(seconds))
    except OverflowError as problem:
        raise JqError(_OUT_OF_RANGE) from problem
    day = moment.timetuple()
    fraction = int((seconds - whole) * 1e9) / 1e9
    return [moment.year, moment.month - 1, moment.day, moment.hour, moment.minute,
            moment.second + fraction, (day.tm_wday + 1) % 7, day.tm_yday - 1]  # fmt: skip


def _moment(parts: list[Any], problem: Callable[[str], JqError]) -> tuple[datetime, float]:
    """The whole second, and the fraction."""
    numbers: list[int] = []
    fraction = 0.0
    for place, part in enumerate(parts[:8]):
        found = number(part)
        if found is None:
            raise problem("expected an array of 8 numbers")
        if place == 5:
            fraction = to_float(found) - math.floor(to_float(found))
        numbers.append(to_int(found) or 0)
    year, month, day, hour, minute, second = (numbers + [0] * 8)[:6]
    year, month = year + month // 12, month % 12
    try:
        start = datetime(year, month + 1, 1, tzinfo=UTC)
        span = timedelta(days=day - 1, hours=hour, minutes=minute, seconds=second)
        return start + span, int(fraction * 1e9) / 1e9
    except (ValueError, OverflowError) as error:
        raise JqError(_OUT_OF_RANGE) from error


def _gmtime(value: Any) -> list[Any]:
    found = number(value)
    if found is None:
        raise JqError(f"gmtime cannot be applied to: {shown(value)}")
    return _broken(to_float(found))


def _mktime(value: Any) -> float:
    if type(value) is not list:
        raise JqError(f"mktime cannot be applied to: {shown(value)}")
    moment, fraction = _moment(
        value, lambda text: JqError(f"mktime cannot be applied to {preview(value)}: {text}")
    )
    return (moment - _EPOCH).total_seconds() + fraction


_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
           "October", "November", "December")  # fmt: skip
_FORMATS: dict[str, Callable[[datetime], str]] = {
    "Y": lambda m: f"{m.year:04d}", "y": lambda m: f"{m.year % 100:02d}",
    "C": lambda m: f"{m.year // 100:02d}",
    "m": lambda m: f"{m.month:02d}", "d": lambda m: f"{m.day:02d}", "e": lambda m: f"{m.day:2d}",
    "H": lambda m: f"{m.hour:02d}", "k": lambda m: f"{m.hour:2d}",
    "I": lambda m: f"{(m.hour - 1) % 12 + 1:02d}", "l": lambda m: f"{(m.hour - 1) % 12 + 1:2d}",
    "M": lambda m: f"{m.minute:02d}", "S": lambda m: f"{m.second:02d}",
    "p": lambda m: "AM" if m.hour < 12 else "PM", "P": lambda m: "am" if m.hour < 12 else "pm",
    "j": lambda m: f"{m.timetuple().tm_yday:03d}", "u": lambda m: str(m.isoweekday()),
    "w": lambda m: str(m.isoweekday() % 7), "s": lambda m: str(int(m.timestamp())),
    "A": lambda m: _DAYS[m.weekday()], "a": lambda m: _DAYS[m.weekday()][:3],
    "B": lambda m: _MONTHS[m.month - 1], "b": lambda m: _MONTHS[m.month - 1][:3],
    "h": lambda m: _MONTHS[m.month - 1][:3], "Z": lambda _: "UTC", "z": lambda _: "+0000",
    "G": lambda m: f"{m.isocalendar().year:04d}", "V": lambda m: f"{m.isocalendar().week:02d}",
    "n": lambda _: "\n", "t": lambda _: "\t", "%": lambda _: "%",
}  # fmt: skip
_COMPOSED = {"F": "%Y-%m-%d", "T": "%H:%M:%S", "D": "%m/%d/%y", "R": "%H:%M", "r": "%I:%M:%S %p",
             "c": "%a %b %e %H:%M:%S %Y", "x": "%m/%d/%y", "X": "%H:%M:%S",
             "v": "%e-%b-%Y"}  # fmt: skip
_DIRECTIVE = re.compile("%(.?)", re.DOTALL)


def _composed(pattern: str) -> str:
    return _DIRECTIVE.sub(lambda m: _COMPOSED.get(m[1], m[0]), pattern)


def _strftime(value: Any, pattern: Any) -> str:
    parts = _broken(to_float(found)) if (found := number(value)) is not None else value
    if type(parts) is not list or type(pattern) is not str:
        raise JqError(f"strftime({preview(pattern)}) cannot be applied to: {shown(parts)}")

    def problem(text: str) -> JqError:
        call = f"strftime({preview(pattern)})"
        return JqError(f"{call} cannot be applied to {preview(parts)}: {text}")

    moment, _ = _moment(parts, problem)

    def one(directive: re.Match[str]) -> str:
        form = _FORMATS.get(directive[1])
        if form is None:
            raise JqError(f"strftime: the directive {directive[0]} is not supported")
        return form(moment)

    return _DIRECTIVE.sub(one, _composed(pattern))


_READ = {
    "Y": r"(?P<Y>\d{4})", "m": r"(?P<m>\d{1,2})", "d": r"(?P<d>\d{1,2})",
    "e": r"\s*(?P<d>\d{1,2})", "H": r"(?P<H>\d{1,2})", "M": r"(?P<M>\d{1,2})",
    "S": r"(?P<S>\d{1,2})", "y": r"(?P<y>\d{1,2})", "Z": r"(?P<Z>[A-Z]{1,4})",
    "z": r"(?P<z>Z|[-+]\d\d:?\d\d)", "b": r"(?P<b>[A-Za-z]{3})", "B": r"(?P<B>[A-Za-z]+)",
    "a": r"[A-Za-z]{3}", "A": r"[A-Za-z]+", "%": "%",
}  # fmt: skip


def _strptime(value: Any, pattern: Any) -> list[Any]:
    if type(value) is not str or type(pattern) is not str:
        raise JqError(f"strptime({preview(pattern)}) cannot be applied to: {shown(value)}")
    problem = JqError(
        f"strptime({preview(pattern)}) cannot be applied to {preview(value)}: "
        f"failed to parse {value!r} with {pattern!r}"
    )
    expression, place = "", 0
    composed = _composed(pattern)
    for directive in _DIRECTIVE.finditer(composed):
        expression += re.escape(composed[place : directive.start()])
        if directive[1] not in _READ:
            raise JqError(f"strptime: the directive {directive[0]} is not supported")
        expression += _READ[directive[1]]
        place = directive.end()
    expression += re.escape(composed[place:])
    try:
        found = re.fullmatch(expression, value, re.ASCII)
    except re.error:
        raise problem from None
    if found is None:
        raise problem
    return _broken((_read(found.groupdict(), problem) - _EPOCH).total_seconds())


def _read(parts: dict[str, str | None], problem: JqError) -> datetime:
    year = int(parts.get("Y") or 1900)
    if short := parts.get("y"):
        year = int(short) + (1900 if int(short) >= 69 else 2000)
    name = (parts.get("B") or parts.get("b") or "").lower()
    month = int(parts.get("m") or 1)
    if name:
        months = [
            at for at, full in enumerate(_MONTHS, 1) if name in (full.lower(), full[:3].lower())
        ]
        if not months:
            raise problem
        month = months[0]
    try:
        moment = datetime(
            year, month, int(parts.get("d") or 1), int(parts.get("H") or 0),
            int(parts.get("M") or 0), int(parts.get("S") or 0), tzinfo=UTC,
        )  # fmt: skip
    except ValueError:
        raise problem from None
    zone = (parts.get("z") or "Z").replace(":", "")
    if zone == "Z":
        return moment
    offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:5]))
    return moment - offset if zone[0] == "+" else moment + offset


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
    ("now", 0): lambda _: (datetime.now(UTC) - _EPOCH).total_seconds(),
}
