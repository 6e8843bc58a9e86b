"""The methods of Go's dates, durations, months, weekdays and time zones, for templates and expr.

A table for each type. A method is its signature as Go writes it, an error result left out, and what
it does; of several results it gives the first, for that is what expr takes (templates take none).
`Time.ZoneBounds` is not there.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any

from pinnace.languages import durations, gomoments, gonumbers, gotime, gozones
from pinnace.languages.durations import Duration
from pinnace.languages.gotypes import Named

Methods = Mapping[str, tuple[str, Callable[..., Any]]]


def _between(left: datetime, right: datetime) -> Duration:
    return Duration(gomoments.between(left, right))


def _month(moment: datetime) -> Named:
    return Named(moment.month, "time.Month", gotime.MONTHS[moment.month - 1])


def _weekday(moment: datetime) -> Named:
    return Named(moment.isoweekday() % 7, "time.Weekday", gotime.DAYS[moment.weekday()])


def _iso_year(moment: datetime) -> int:
    return moment.isocalendar().year - moment.year + gomoments.year(moment)


def _in(moment: datetime, zone: tzinfo | None) -> datetime:
    if zone is None:
        raise ValueError("time: missing Location in call to Time.In")
    return gomoments.in_zone(moment, zone)


def _zone(moment: datetime) -> tzinfo:
    return gomoments.aware(moment).tzinfo or UTC


def _strict(moment: datetime) -> bytes:
    """RFC 3339 with nanoseconds, as far as that can say it (appendStrictRFC3339)."""
    if not 0 <= gomoments.year(moment) <= 9999:
        raise ValueError("year outside of range [0,9999]")
    if abs(gomoments.offset(moment)) >= 24 * 3600:
        raise ValueError("timezone hour outside of range [0,23]")
    return gotime.format(moment, gotime.RFC3339_NANO).encode()


_UNIX_TO_INTERNAL = 62_135_596_800


def _binary(moment: datetime) -> bytes:
    """AppendBinary: a version, seconds since year 1, nanoseconds, minutes east (-1 for UTC)."""
    east = gomoments.offset(moment)
    minutes, seconds = int(east / 60), int(math.fmod(east, 60))  # both towards zero
    if _zone(moment) is UTC:
        minutes = -1
    elif minutes == -1:
        raise ValueError("Time.MarshalBinary: unexpected zone offset")
    since = gomoments.unix(moment) + _UNIX_TO_INTERNAL
    written = bytes([2 if seconds else 1]) + since.to_bytes(8, signed=True)
    written += gomoments.nanosecond(moment).to_bytes(4) + minutes.to_bytes(2, signed=True)
    return written + (bytes([seconds & 0xFF]) if seconds else b"")


def _unix_in(nanoseconds: int) -> Callable[[datetime], int]:
    return lambda moment: gonumbers.wrap(gomoments.unix_nanoseconds(moment) // nanoseconds)


TIME: Methods = {
    "Year": ("() int", gomoments.year),
    "Month": ("() time.Month", _month),
    "Day": ("() int", lambda t: t.day),
    "Hour": ("() int", lambda t: t.hour),
    "Minute": ("() int", lambda t: t.minute),
    "Second": ("() int", lambda t: t.second),
    "Nanosecond": ("() int", gomoments.nanosecond),
    "Weekday": ("() time.Weekday", _weekday),
    "YearDay": ("() int", lambda t: t.timetuple().tm_yday),
    "Date": ("() int, time.Month, int", gomoments.year),
    "Clock": ("() int, int, int", lambda t: t.hour),
    "ISOWeek": ("() int, int", _iso_year),
    "Unix": ("() int64", gomoments.unix),
    "UnixMilli": ("() int64", _unix_in(10**6)),
    "UnixMicro": ("() int64", _unix_in(10**3)),
    "UnixNano": ("() int64", _unix_in(1)),
    "Format": ("(string) string", gotime.format),
    "String": ("() string", gotime.go_string),
    "GoString": ("() string", gotime.go_syntax),
    "AppendFormat": (
        "([]uint8, string) []uint8",
        lambda t, before, layout: before + gotime.format(t, layout).encode(),
    ),
    "AppendText": ("([]uint8) []uint8", lambda t, before: before + _strict(t)),
    "AppendBinary": ("([]uint8) []uint8", lambda t, before: before + _binary(t)),
    "MarshalText": ("() []uint8", _strict),
    "MarshalJSON": ("() []uint8", lambda t: json.dumps(_strict(t).decode()).encode()),
    "MarshalBinary": ("() []uint8", _binary),
    "GobEncode": ("() []uint8", _binary),
    "UTC": ("() time.Time", lambda t: gomoments.in_zone(t, UTC)),
    "Local": ("() time.Time", lambda t: gomoments.in_zone(t, gozones.LOCAL)),
    "In": ("(*time.Location) time.Time", _in),
    "Location": ("() *time.Location", _zone),
    "Zone": ("() string, int", gozones.name),
    "IsDST": ("() bool", lambda t: bool(t.dst())),
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
DURATION: Methods = {
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
NAMED: Methods = {"String": ("() string", str)}
LOCATION: Methods = {"String": ("() string", gozones.location)}
