"""sprig's dates: layouts are Go's, durations are Go's, the clock is the caller's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pinnace.languages import durations, gomoments, gonumbers, gotime
from pinnace.languages.ambient import Ambient
from pinnace.languages.durations import Duration
from pinnace.languages.errors import LanguageError
from pinnace.languages.gotypes import Int64, Named, Uint8, Uint64
from pinnace.languages.sprig.casts import nearest_int


def _moment(value: Any, ambient: Ambient) -> datetime:
    """A date, or seconds since 1970; anything else is now, as in sprig."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, int) and not isinstance(value, bool | Uint8 | Uint64 | Named):
        return gomoments.from_unix(int(value))
    return ambient.now()


def _zone(name: str) -> tzinfo:
    """An unknown zone is UTC, as in sprig."""
    if name in ("", "UTC", "Local"):
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def _modify(span: str, moment: datetime) -> datetime:
    try:
        return gomoments.add(moment, durations.parse(span).nanoseconds)
    except LanguageError:
        return moment


def _must_modify(span: str, moment: datetime) -> datetime:
    return gomoments.add(moment, durations.parse(span).nanoseconds)


def _to_date(layout: str, text: str) -> datetime:
    try:
        return gotime.parse(layout, text)
    except LanguageError:
        return gomoments.ZERO


_UNITS = (("y", 31536000), ("mo", 2592000), ("d", 86400), ("h", 3600), ("m", 60), ("s", 1))


def _rounded(span: int) -> str:
    """The largest unit that the span exceeds: `2h`, `3d`, `1mo`."""
    for unit, seconds in _UNITS:
        if abs(span) > seconds * 10**9:
            return f"{abs(span) // (seconds * 10**9)}{unit}"
    return "0s"


def _duration(value: Any) -> str:
    seconds = 0
    if isinstance(value, str):
        seconds = nearest_int(value)
    elif isinstance(value, Int64):
        seconds = int(value)
    return str(Duration(gonumbers.wrap(seconds * 10**9)))


def _duration_round(value: Any, ambient: Ambient) -> str:
    if isinstance(value, str):
        try:
            return _rounded(durations.parse(value).nanoseconds)
        except LanguageError:
            return "0s"
    if isinstance(value, datetime):
        return _rounded(_since(value, ambient))
    return _rounded(int(value)) if isinstance(value, Int64) else "0s"


def _since(moment: datetime, ambient: Ambient) -> int:
    return gomoments.unix_nanoseconds(ambient.now()) - gomoments.unix_nanoseconds(moment)


def _ago(value: Any, ambient: Ambient) -> str:
    span = Duration(_since(_moment(value, ambient), ambient))
    return str(durations.rounded(span, Duration(10**9)))


def table(ambient: Ambient) -> dict[str, Callable[..., Any]]:
    """sprig's date functions over this clock."""

    def in_zone(layout: str, value: Any, zone: str) -> str:
        return gotime.format(gomoments.in_zone(_moment(value, ambient), _zone(zone)), layout)

    def plain(layout: str, value: Any) -> str:
        return in_zone(layout, value, "Local")

    return {
        "now": ambient.now,
        "date": plain,
        "dateInZone": in_zone,
        "date_in_zone": in_zone,
        "htmlDate": lambda value: plain("2006-01-02", value),
        "htmlDateInZone": lambda value, zone: in_zone("2006-01-02", value, zone),
        "dateModify": _modify,
        "date_modify": _modify,
        "mustDateModify": _must_modify,
        "must_date_modify": _must_modify,
        "toDate": _to_date,
        "mustToDate": gotime.parse,
        "unixEpoch": lambda value: str(gomoments.unix(value)),
        "duration": _duration,
        "durationRound": lambda value: _duration_round(value, ambient),
        "ago": lambda value: _ago(value, ambient),
    }
