"""Moments of any year: broken down as jq does it, and put together again.

Python's dates end with the year 9999, and the calendar repeats every 400 years: a moment is a date
within the first 400 years from 2000 on, and how many years it is moved.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pinnace.languages import gonumbers
from pinnace.languages.jq.values import JqError

_CYCLE = 146_097  # days in 400 years
_START = datetime(2000, 1, 1, tzinfo=UTC)
_BEFORE = 10_957  # days from 1970 to 2000


@dataclass(frozen=True)
class Moment:
    """A second of UTC."""

    seconds: int
    """Since 1970."""
    day: datetime
    shift: int
    """Years between `day` and the moment."""

    @property
    def year(self) -> int:
        """The year, which may be negative."""
        return self.day.year + self.shift


def moment(seconds: int) -> Moment:
    """The moment so many seconds after 1970; raises JqError beyond 64 bits."""
    if not gonumbers.MIN_INT64 <= seconds <= gonumbers.MAX_INT64:
        raise JqError("this date is beyond 64 bits of seconds")
    days, rest = divmod(seconds, 86_400)
    cycles, days = divmod(days - _BEFORE, _CYCLE)
    return Moment(seconds, _START + timedelta(days=days, seconds=rest), 400 * cycles)


def composed(parts: list[int]) -> Moment:
    """The moment of year, month from 0, day, hour, minute, second; too many of one carry over."""
    year, month, day, hour, minute, second = parts
    year, month = year + month // 12, month % 12
    cycles, within = divmod(year - 2000, 400)
    start = datetime(2000 + within, month + 1, 1, tzinfo=UTC)
    days = (start - _START).days + _BEFORE + cycles * _CYCLE + day - 1
    return moment(days * 86_400 + hour * 3600 + minute * 60 + second)


def broken_down(seconds: float) -> list[Any]:
    """`gmtime`."""
    if not math.isfinite(seconds):
        raise JqError("this date is beyond 64 bits of seconds")
    fraction = int((seconds - math.floor(seconds)) * 1e9) / 1e9
    at = moment(int(seconds))
    day = at.day.timetuple()
    return [at.year, day.tm_mon - 1, day.tm_mday, day.tm_hour, day.tm_min,
            day.tm_sec + fraction, (day.tm_wday + 1) % 7, day.tm_yday - 1]  # fmt: skip
