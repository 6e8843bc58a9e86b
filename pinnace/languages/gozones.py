"""Time zones as Go's time package names, fixes and looks them up (time/zoneinfo.go)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from pinnace.languages import gomoments, tzif

_ZONE = re.compile(
    r"(?P<four>ChST|MeST)|(?P<gmt>GMT)(?P<gmt_offset>[+-][0-9]+)?|(?P<signed>[+-][0-9]+)"
    r"|(?P<name>[A-Z]{3,6})"
)


def abbreviation(text: str) -> str:
    """parseTimeZone: the zone that the text begins with (`CEST`, `GMT+3`, `-03`), or nothing."""
    found = _ZONE.match(text) if len(text) >= 3 else None
    if found is None:
        return ""
    name = found.group()
    signed = found["signed"] or found["gmt_offset"]
    if signed and int(signed[1:]) > 23:
        name = "GMT" if found["gmt"] else ""
    return _letters(name) if found["name"] else name


def _letters(name: str) -> str:
    """Five letters must end in T, four in T or be WITA; six are too many."""
    fits = {3: True, 4: name[3:4] == "T" or name == "WITA", 5: name[4:5] == "T"}
    return name if fits.get(len(name), False) else ""


_NAMELESS = "UTC+00:00"


class _Local(tzinfo):
    """time.Local where no other zone is set, as in containers: UTC by another name."""

    def __eq__(self, other: object) -> bool:
        return other is UTC or other is self

    __hash__ = tzinfo.__hash__

    def utcoffset(self, _moment: datetime | None) -> timedelta:
        return timedelta()

    dst = utcoffset

    def tzname(self, _moment: datetime | None) -> str:
        return "UTC"


LOCAL = _Local()


def fixed(offset: int, name: str) -> tzinfo:
    """time.FixedZone; without a name it prints as its offset."""
    try:
        span = timedelta(seconds=offset)
        if not name and span:
            return timezone(span)  # its name is UTC+01:00 or the like
        return timezone(span, name or _NAMELESS)
    except ValueError as problem:
        raise ValueError(
            "time zone offset out of range: less than 24 hours are possible"
        ) from problem


def name(moment: datetime) -> str:
    """The abbreviation in effect (`UTC`, `CET`); "" in a fixed zone without one."""
    return _unless_made_up(moment.tzname() or "UTC")


def location(zone: tzinfo) -> str:
    """Location.String: `UTC`, `Europe/Berlin`, or the name of a fixed zone."""
    return zone.key if isinstance(zone, ZoneInfo) else _unless_made_up(zone.tzname(None) or "UTC")


def same(left: datetime, right: datetime) -> bool:
    """Whether two moments are of one zone, as reflect.DeepEqual finds."""
    one, other = (moment.tzinfo or UTC for moment in (left, right))
    if one is LOCAL or other is LOCAL:
        return one is other
    offsets = gomoments.offset(left), gomoments.offset(right)
    return location(one) == location(other) and offsets[0] == offsets[1]


def _unless_made_up(name: str) -> str:
    return "" if name.startswith("UTC") and name != "UTC" else name


def _types(zone: tzinfo) -> Sequence[tuple[str, int]]:
    """Every (abbreviation, offset) that the zone has had."""
    if isinstance(zone, ZoneInfo):
        return tzif.local_time_types(zone.key)
    return [(zone.tzname(None) or "", gomoments.offset(datetime(1970, 1, 1, tzinfo=zone)))]


def known(zone: tzinfo, name: str, local: int) -> int | None:
    """lookupName: an offset that was in effect by this name then, else the first one."""
    offsets = [offset for abbreviation, offset in _types(zone) if abbreviation == name]
    for offset in offsets:
        then = gomoments.from_unix(local - offset, 0, zone)
        if then.tzname() == name:
            return gomoments.offset(then)
    return offsets[0] if offsets else None
