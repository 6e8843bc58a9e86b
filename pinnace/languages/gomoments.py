"""Go's time.Time on Python's datetime: nanoseconds, and years beyond 1 to 9999.

A datetime serves as it is wherever it can. A :class:`Moment` is one that carries what does not fit:
the nanoseconds below the microsecond, and how many cycles of 400 years (in which the calendar
repeats, weekdays included) are to be added. Only the functions here look at either.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

_CYCLE_YEARS, _CYCLE_SECONDS = 400, 146_097 * 86_400
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST, _LAST = -62_135_596_800 + 2 * 86_400, 253_402_300_800 - 2 * 86_400
"""Seconds since 1970 between which Python's datetimes are safe in every zone."""
_EARLIEST = -(292_277_022_400 * 3_652_425 // 10_000 + 306 + 719_162) * 86_400
"""Go's first instant, in seconds since 1970; 2**64 seconds later time begins anew."""


class Moment(datetime):
    """A datetime with nanoseconds below its microsecond, and 400-year cycles to add."""

    nanos: int
    cycles: int

    def __new__(cls, *parts: Any, nanos: int = 0, cycles: int = 0, **named: Any) -> Moment:
        """As datetime, with what does not fit into one."""
        made = super().__new__(cls, *parts, **named)
        made.nanos, made.cycles = nanos, cycles
        return made

    __hash__ = datetime.__hash__

    # datetime's own comparisons don't know what it carries
    def __eq__(self, other: object) -> bool:
        return isinstance(other, datetime) and order(self, other) == 0

    def __lt__(self, other: date, /) -> bool:
        return _order(self, other) < 0

    def __le__(self, other: date, /) -> bool:
        return _order(self, other) <= 0

    def __gt__(self, other: date, /) -> bool:
        return _order(self, other) > 0

    def __ge__(self, other: date, /) -> bool:
        return _order(self, other) >= 0


def from_unix(seconds: int, nanoseconds: int = 0, zone: tzinfo = UTC) -> datetime:
    """time.Unix(seconds, nanoseconds).In(zone)."""
    carried, nanoseconds = divmod(nanoseconds, 10**9)
    seconds += carried
    cycles = 0
    if not _FIRST <= seconds <= _LAST:
        seconds = (seconds - _EARLIEST) % 2**64 + _EARLIEST
        cycles = (seconds - (_FIRST if seconds < _FIRST else _LAST)) // _CYCLE_SECONDS
        cycles += seconds > _LAST
        seconds -= cycles * _CYCLE_SECONDS
    micro, nanos = divmod(nanoseconds, 1000)
    whole = (_EPOCH + timedelta(seconds=seconds, microseconds=micro)).astimezone(zone)
    if not nanos and not cycles:
        return whole
    return Moment(
        whole.year, whole.month, whole.day, whole.hour, whole.minute, whole.second,
        whole.microsecond, whole.tzinfo, fold=whole.fold, nanos=nanos, cycles=cycles,
    )  # fmt: skip


def aware(moment: datetime) -> datetime:
    """A naive datetime is taken for UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def cycles(moment: datetime) -> int:
    """The 400-year cycles that the moment's year needs."""
    return getattr(moment, "cycles", 0)


def year(moment: datetime) -> int:
    """Time.Year."""
    return moment.year + _CYCLE_YEARS * cycles(moment)


def nanosecond(moment: datetime) -> int:
    """Time.Nanosecond: within the second."""
    return moment.microsecond * 1000 + int(getattr(moment, "nanos", 0))


def unix(moment: datetime) -> int:
    """Time.Unix: whole seconds since 1970, rounded down."""
    span = aware(moment) - _EPOCH
    return span.days * 86_400 + span.seconds + cycles(moment) * _CYCLE_SECONDS


def unix_nanoseconds(moment: datetime) -> int:
    """Nanoseconds since 1970, of any size."""
    return unix(moment) * 10**9 + nanosecond(moment)


def in_zone(moment: datetime, zone: tzinfo) -> datetime:
    """Time.In."""
    return from_unix(unix(moment), nanosecond(moment), zone)


def add(moment: datetime, nanoseconds: int) -> datetime:
    """Time.Add."""
    zone = aware(moment).tzinfo or UTC
    return from_unix(unix(moment), nanosecond(moment) + nanoseconds, zone)


def offset(moment: datetime) -> int:
    """Seconds east of UTC."""
    return int((moment.utcoffset() or timedelta()).total_seconds())


def civil(
    date: tuple[int, int, int], clock: tuple[int, int, int], nanoseconds: int, zone: tzinfo
) -> datetime:
    """time.Date: a local time that the zone skips or repeats is resolved as Go does."""
    number, month, day = date
    shift = 0 if 2 <= number <= 9998 else (number - 2000) // _CYCLE_YEARS
    midnight = datetime(number - shift * _CYCLE_YEARS, month, day, tzinfo=UTC)
    hour, minute, second = clock
    local = unix(midnight) + shift * _CYCLE_SECONDS + hour * 3600 + minute * 60 + second
    at = local - offset(from_unix(local, 0, zone))
    return from_unix(local - offset(from_unix(at, 0, zone)), nanoseconds, zone)


ZERO = datetime(1, 1, 1, tzinfo=UTC)
"""The zero time.Time."""


def _nanoseconds_between(left: datetime, right: datetime) -> int:
    return unix_nanoseconds(left) - unix_nanoseconds(right)


def _order(left: datetime, right: date) -> int:
    if not isinstance(right, datetime):
        raise TypeError("a moment can't be compared with a date")
    return order(left, right)


def order(left: datetime, right: datetime) -> int:
    """Time.Compare: -1, 0 or 1."""
    span = _nanoseconds_between(left, right)
    return (span > 0) - (span < 0)


def between(left: datetime, right: datetime) -> int:
    """Time.Sub: the nanoseconds from right to left, at most what 64 bits hold."""
    return max(-(2**63), min(_nanoseconds_between(left, right), 2**63 - 1))


def truncated(moment: datetime, step: int) -> datetime:
    """Time.Truncate: down to a multiple of the step, in nanoseconds since year 1."""
    if step <= 0:
        return moment
    return add(moment, -(_nanoseconds_between(moment, ZERO) % step))


def rounded(moment: datetime, step: int) -> datetime:
    """Time.Round: to the nearest multiple of the step, halves up."""
    if step <= 0:
        return moment
    rest = _nanoseconds_between(moment, ZERO) % step
    return add(moment, -rest if rest + rest < step else step - rest)
