"""Time zones as Go's time package names, fixes and looks them up (time/zoneinfo.go)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache

from pinnace.languages import gomoments

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


@lru_cache(maxsize=64)
def _abbreviations(zone: tzinfo) -> dict[str, list[int]]:
    """Every abbreviation that the zone has had, with the offsets that it stood for."""
    found: dict[str, list[int]] = {}
    for year in (1700, *range(1845, 2038)):
        for month in (1, 4, 7, 10):
            moment = datetime(year, month, 1, tzinfo=UTC).astimezone(zone)
            offsets = found.setdefault(moment.tzname() or "", [])
            if gomoments.offset(moment) not in offsets:
                offsets.append(gomoments.offset(moment))
    return found


def known(zone: tzinfo, name: str, local: int) -> int | None:
    """lookupName: an offset that was in effect by this name then, else the first one."""
    if zone is UTC:
        return 0 if name == "UTC" else None
    offsets = _abbreviations(zone).get(name, [])
    for offset in offsets:
        then = gomoments.from_unix(local - offset, 0, zone)
        if then.tzname() == name:
            return gomoments.offset(then)
    return offsets[0] if offsets else None
