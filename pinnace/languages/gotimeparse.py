"""time.Parse: a text read by one of Go's layouts (time/format.go)."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from pinnace.languages import gomoments, gozones
from pinnace.languages.errors import LanguageError
from pinnace.languages.golayouts import DAYS, MONTHS, pieces


class _Bad(ValueError):
    """The text doesn't fit, or is out of range."""


@dataclass
class _Parts:
    """What was read so far."""

    year: int = 0
    month: int | None = None
    day: int | None = None
    ordinal: int | None = None  # the day of the year
    hour: int = 0
    minute: int = 0
    second: int = 0
    nanoseconds: int = 0
    half: str = ""
    utc: bool = False
    offset: int | None = None
    zone: str = ""


def parse(layout: str, text: str, zone: tzinfo = UTC) -> datetime:
    """time.ParseInLocation(layout, text, zone); what the layout doesn't name is year 0, day 1."""
    parts, rest = _Parts(), text
    found = pieces(layout)
    try:
        for index, (literal, directive) in enumerate(found):
            rest = _skip(rest, literal)
            if directive:
                following = found[index + 1][1] if index + 1 < len(found) else ""
                rest = _read(parts, directive, rest, following)
        if rest:
            raise _Bad(f"extra text: {rest!r}")
        return _assemble(parts, zone)
    except (ValueError, OverflowError) as problem:
        message = f"cannot parse {text!r} as {layout!r}"
        detail = f": {problem}" if str(problem) else ""
        raise LanguageError("date", text, len(text) - len(rest), message + detail) from problem


def _skip(text: str, literal: str) -> str:
    """Past the literal; a run of spaces matches any run of spaces, also none at the end."""
    while literal:
        if literal[0] == " ":
            if text and text[0] != " ":
                raise _Bad
            literal, text = literal.lstrip(" "), text.lstrip(" ")
        elif not text or text[0] != literal[0]:
            raise _Bad
        else:
            literal, text = literal[1:], text[1:]
    return text


def _number(text: str, most: int, *, fixed: bool) -> tuple[int, str]:
    found = re.match(rf"[0-9]{{1,{most}}}", text)
    if found is None or (fixed and len(found.group()) < most):
        raise _Bad
    return int(found.group()), text[found.end() :]


def _within(name: str, value: int, low: int, high: int) -> int:
    if not low <= value <= high:
        raise _Bad(f"{name} out of range")
    return value


def _read(parts: _Parts, directive: str, text: str, following: str) -> str:
    if directive in _NAMES:
        return _named(parts, directive, text)
    if directive in _NUMBERS:
        name, fixed, low, high = _NUMBERS[directive]
        if directive == "_2" and text[:1] == " ":
            text = text[1:]
        value, text = _number(text, 2, fixed=fixed)
        if name == "second":
            text = _fraction_after_second(parts, text, following)
        setattr(parts, name, _within(name, value, low, high))
        return text
    if directive[0] in ".,":
        return _fraction(parts, directive, text)
    if directive[0] in "-Z":
        return _offset(parts, directive, text)
    return _OTHERS[directive](parts, text)


_NUMBERS = {
    "1": ("month", False, 1, 12), "01": ("month", True, 1, 12),
    "2": ("day", False, 0, 99), "_2": ("day", False, 0, 99), "02": ("day", True, 0, 99),
    "15": ("hour", False, 0, 23), "3": ("hour", False, 0, 12), "03": ("hour", True, 0, 12),
    "4": ("minute", False, 0, 59), "04": ("minute", True, 0, 59),
    "5": ("second", False, 0, 59), "05": ("second", True, 0, 59),
}  # fmt: skip
_NAMES = {
    "January": MONTHS, "Jan": [name[:3] for name in MONTHS],
    "Monday": DAYS, "Mon": [name[:3] for name in DAYS],
}  # fmt: skip


def _named(parts: _Parts, directive: str, text: str) -> str:
    for index, name in enumerate(_NAMES[directive]):
        if text[: len(name)].lower() == name.lower() and text[: len(name)].isascii():
            if directive[0] == "J":
                parts.month = index + 1
            return text[len(name) :]
    raise _Bad


def _short_year(parts: _Parts, text: str) -> str:
    if not re.match(r"[0-9]{2}|[+-][0-9]", text):  # Atoi of two characters, so a sign is taken
        raise _Bad
    number = int(text[:2])
    parts.year = number + (1900 if number >= 69 else 2000)
    return text[2:]


def _long_year(parts: _Parts, text: str) -> str:
    parts.year, rest = _number(text, 4, fixed=True)
    return rest


def _ordinal(fixed: bool) -> Callable[[_Parts, str], str]:
    def read(parts: _Parts, text: str) -> str:
        if not fixed:
            text = re.sub(r"^ {1,2}", "", text)
        parts.ordinal, rest = _number(text, 3, fixed=fixed)
        return rest

    return read


def _half(names: tuple[str, str]) -> Callable[[_Parts, str], str]:
    def read(parts: _Parts, text: str) -> str:
        if text[:2] not in names:
            raise _Bad
        # of two halves PM wins, whichever comes first
        parts.half = "pm" if parts.half == "pm" else text[:2].lower()
        return text[2:]

    return read


def _fraction_after_second(parts: _Parts, text: str, following: str) -> str:
    """A fraction is read after the seconds even where the layout names none."""
    found = re.match(r"[.,][0-9]+", text)
    if found is None or following[:1] in (".", ",") and following:
        return text
    parts.nanoseconds = _nanoseconds(found.group())
    return text[found.end() :]


def _nanoseconds(fraction: str) -> int:
    return int(fraction[1:10].ljust(9, "0"))


def _fraction(parts: _Parts, directive: str, text: str) -> str:
    if directive[1] == "9":
        found = re.match(r"[.,][0-9]+", text)
        if found is None:
            return text
    else:
        found = re.match(rf"[.,][0-9]{{{len(directive) - 1}}}", text)
        if found is None:
            raise _Bad
    parts.nanoseconds = _nanoseconds(found.group())
    return text[found.end() :]


_OFFSETS = {
    "07": r"([+-])(\d\d)", "0700": r"([+-])(\d\d)(\d\d)", "07:00": r"([+-])(\d\d):(\d\d)",
    "070000": r"([+-])(\d\d)(\d\d)(\d\d)", "07:00:00": r"([+-])(\d\d):(\d\d):(\d\d)",
}  # fmt: skip


def _offset(parts: _Parts, directive: str, text: str) -> str:
    if directive[0] == "Z" and text[:1] == "Z":
        parts.utc = True
        return text[1:]
    found = re.match(_OFFSETS[directive[1:]], text, re.ASCII)
    if found is None:
        raise _Bad
    hours, minutes, seconds = (int(part) for part in (*found.groups()[1:], "0", "0")[:3])
    _within("time zone offset hour", hours, 0, 24)
    _within("time zone offset minute", minutes, 0, 60)
    _within("time zone offset second", seconds, 0, 60)
    total = (hours * 60 + minutes) * 60 + seconds
    parts.offset = -total if found.group(1) == "-" else total
    return text[found.end() :]


def _zone(parts: _Parts, text: str) -> str:
    if text.startswith("UTC"):
        parts.utc = True
        return text[3:]
    parts.zone = gozones.abbreviation(text)
    if not parts.zone:
        raise _Bad
    return text[len(parts.zone) :]


_OTHERS: dict[str, Callable[[_Parts, str], str]] = {
    "06": _short_year, "2006": _long_year, "__2": _ordinal(False), "002": _ordinal(True),
    "PM": _half(("AM", "PM")), "pm": _half(("am", "pm")), "MST": _zone,
}  # fmt: skip


def _assemble(parts: _Parts, zone: tzinfo) -> datetime:
    if parts.half == "pm" and parts.hour < 12:
        parts.hour += 12
    elif parts.half == "am" and parts.hour == 12:
        parts.hour = 0
    if parts.ordinal is not None:
        _by_ordinal(parts)
    month, day = parts.month or 1, 1 if parts.day is None else parts.day
    date = (parts.year, month, _within("day", day, 1, _days_in(parts.year, month)))
    clock = (parts.hour, parts.minute, parts.second)
    if parts.utc:
        return gomoments.civil(date, clock, parts.nanoseconds, UTC)
    if parts.offset is None and not parts.zone:
        return gomoments.civil(date, clock, parts.nanoseconds, zone)
    local = gomoments.civil(date, clock, parts.nanoseconds, UTC)
    return _at_offset(parts, local, zone) if parts.offset is not None else _at(parts, local, zone)


_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _days_in(year: int, month: int) -> int:
    return 29 if month == 2 and calendar.isleap(year) else _DAYS[month - 1]


def _by_ordinal(parts: _Parts) -> None:
    ordinal = parts.ordinal or 0
    _within("day-of-year", ordinal, 1, 365 + calendar.isleap(parts.year))
    month = 1
    while ordinal > _days_in(parts.year, month):
        ordinal -= _days_in(parts.year, month)
        month += 1
    if parts.month not in (None, month):
        raise _Bad("day-of-year does not match month")
    if parts.day not in (None, ordinal):
        raise _Bad("day-of-year does not match day")
    parts.month, parts.day = month, ordinal


def _at_offset(parts: _Parts, local: datetime, zone: tzinfo) -> datetime:
    """With an offset: in the zone if it has that offset (and name) then, else in a fixed one."""
    offset = parts.offset or 0
    moment = gomoments.add(local, -offset * 10**9)
    here = gomoments.in_zone(moment, zone)
    if gomoments.offset(here) == offset and parts.zone in ("", here.tzname()):
        return here
    return gomoments.in_zone(moment, gozones.fixed(offset, parts.zone))


def _at(parts: _Parts, local: datetime, zone: tzinfo) -> datetime:
    """With only an abbreviation: what the zone knows by it, else a made-up zone at UTC."""
    offset = gozones.known(zone, parts.zone, gomoments.unix(local))
    if offset is not None:
        return gomoments.in_zone(gomoments.add(local, -offset * 10**9), zone)
    signed = parts.zone[3:] if parts.zone.startswith("GMT") else ""
    offset = int(signed) * 3600 if signed else 0
    # as in Go the clock is that of UTC: the offset of GMT+3 only names the zone
    return gomoments.in_zone(local, gozones.fixed(offset, parts.zone))
