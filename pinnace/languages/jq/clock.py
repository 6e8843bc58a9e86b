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


_YEARS = 292_277_022_400
_ZERO = (_YEARS * 146_097 // 400 + 306) * 86_400 + 62_135_596_800
"""Where upstream's seconds without sign begin, before 1970: March 1 of the year -_YEARS."""
_WORD = 2**64
_SECOND = 1_000_000_000


def moment(seconds: int) -> Moment:
    """The moment so many seconds after 1970; like upstream's it wraps at 64 bits."""
    seconds = gonumbers.wrap(seconds)
    days, rest = divmod((seconds + _ZERO) % _WORD - _ZERO, 86_400)
    cycles, days = divmod(days - _BEFORE, _CYCLE)
    return Moment(seconds, _START + timedelta(days=days, seconds=rest), 400 * cycles)


def composed(parts: list[int], nanoseconds: int = 0) -> Moment:
    """The moment of year, month from 0, day, hour, minute, second; too many of one carry over."""
    year, month, day, hour, minute, second = parts
    year, month = _carried(year, month, 12)
    second, _ = _carried(second, nanoseconds, _SECOND)
    minute, second = _carried(minute, second, 60)
    hour, minute = _carried(hour, minute, 60)
    day, hour = _carried(day, hour, 24)
    days = _days(year, month + 1) + day - 1
    return moment(days * 86_400 + hour * 3600 + minute * 60 + second - _ZERO)


def _carried(high: int, low: int, base: int) -> tuple[int, int]:
    carry, low = divmod(low, base)
    return gonumbers.wrap(high + carry), low


def _days(year: int, month: int) -> int:
    """Days from upstream's beginning to that of a month; years begin with March."""
    early = month < 3
    century, within = divmod((year - early + _YEARS) % _WORD, 100)
    before = (979 * (month + 12 * early) - 2919) >> 5
    return 146_097 * century % _WORD // 4 + 1461 * within // 4 + before


def split(seconds: float) -> tuple[int, int]:
    """Whole seconds, and nanoseconds from the second below; as amd64 cuts what has no 64 bits."""
    below = float(math.floor(seconds)) if math.isfinite(seconds) else seconds
    return gonumbers.truncate(seconds), gonumbers.truncate((seconds - below) * 1e9)


def broken_down(seconds: float) -> list[Any]:
    """`gmtime`."""
    whole, nanoseconds = _carried(*split(seconds), _SECOND)
    at = moment(whole)
    day = at.day.timetuple()
    return [at.year, day.tm_mon - 1, day.tm_mday, day.tm_hour, day.tm_min,
            day.tm_sec + nanoseconds / 1e9, (day.tm_wday + 1) % 7, day.tm_yday - 1]  # fmt: skip
