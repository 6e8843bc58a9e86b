"""sprig's dates: layouts are Go's, durations are Go's, the clock is the caller's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pinnace.languages import durations, gotime
from pinnace.languages.ambient import Ambient
from pinnace.languages.durations import Duration
from pinnace.languages.errors import LanguageError
from pinnace.languages.sprig.casts import to_int, want_text


def _moment(value: Any, ambient: Ambient) -> datetime:
    """A date, or seconds since 1970; anything else is now, as in sprig."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return datetime.fromtimestamp(value, UTC)
    return ambient.now()


def _zone(name: Any) -> tzinfo:
    """An unknown zone is UTC, as in sprig."""
    if name in ("", "UTC", "Local"):
        return UTC
    try:
        return ZoneInfo(want_text(name))
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def _modify(span: Any, moment: Any) -> datetime:
    if not isinstance(moment, datetime):
        raise ValueError("dateModify takes a duration and a date")
    return moment + durations.parse(want_text(span)).timedelta


def _to_date(layout: Any, text: Any) -> datetime:
    try:
        return gotime.parse(want_text(layout), want_text(text))
    except LanguageError:
        return datetime(1, 1, 1, tzinfo=UTC)  # sprig's toDate gives the zero time


def _rounded(span: Duration) -> str:
    """The largest unit that fits: `2h`, `3d`, `1mo`."""
    seconds = int(abs(span.seconds))
    units = (("y", 31536000), ("mo", 2592000), ("d", 86400), ("h", 3600), ("m", 60), ("s", 1))
    return next((f"{seconds // size}{unit}" for unit, size in units if seconds >= size), "0s")


def _duration(value: Any) -> str:
    return str(Duration(to_int(value) * 10**9))


def _duration_round(value: Any, ambient: Ambient) -> str:
    if isinstance(value, str):
        try:
            return _rounded(durations.parse(value))
        except LanguageError:
            return "0s"
    if isinstance(value, datetime):
        return _rounded(durations.of(ambient.now() - value))
    return _rounded(Duration(to_int(value)))


def _ago(value: Any, ambient: Ambient) -> str:
    seconds = (ambient.now() - _moment(value, ambient)).total_seconds()
    return str(Duration(int(seconds + 0.5) * 10**9))


def table(ambient: Ambient) -> dict[str, Callable[..., Any]]:
    """sprig's date functions over this clock."""

    def in_zone(layout: Any, value: Any, zone: Any) -> str:
        return gotime.format(_moment(value, ambient).astimezone(_zone(zone)), want_text(layout))

    def plain(layout: Any, value: Any) -> str:
        return gotime.format(_moment(value, ambient), want_text(layout))

    return {
        "now": ambient.now,
        "date": plain,
        "dateInZone": in_zone,
        "date_in_zone": in_zone,
        "htmlDate": lambda value: plain("2006-01-02", value),
        "htmlDateInZone": lambda value, zone: in_zone("2006-01-02", value, zone),
        "dateModify": _modify,
        "date_modify": _modify,
        "mustDateModify": _modify,
        "must_date_modify": _modify,
        "toDate": _to_date,
        "mustToDate": lambda layout, text: gotime.parse(want_text(layout), want_text(text)),
        "unixEpoch": lambda value: str(int(_moment(value, ambient).timestamp() // 1)),
        "duration": _duration,
        "durationRound": lambda value: _duration_round(value, ambient),
        "ago": lambda value: _ago(value, ambient),
    }
