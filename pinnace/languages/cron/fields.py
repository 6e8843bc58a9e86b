"""The five fields of a schedule: `*/15`, `1-5`, `mon,wed`, and the values that each allows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """What may stand in a field."""

    name: str
    low: int
    high: int
    names: tuple[str, ...] = ()


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
FIELDS = (
    Bounds(name="minute", low=0, high=59),
    Bounds(name="hour", low=0, high=23),
    Bounds(name="day of month", low=1, high=31),
    Bounds(name="month", low=1, high=12, names=_MONTHS),
    Bounds(name="day of week", low=0, high=6, names=_DAYS),
)


@dataclass(frozen=True, kw_only=True)
class Field:
    """The values a field allows, and whether it was a star."""

    allowed: frozenset[int]
    star: bool


@dataclass(frozen=True, kw_only=True)
class Fields:
    """The minutes, hours and days at which a schedule fires."""

    minute: Field
    hour: Field
    day: Field
    month: Field
    weekday: Field

    @property
    def ever(self) -> bool:
        """Whether there is any such time of day and month."""
        return bool(self.minute.allowed and self.hour.allowed and self.month.allowed)

    def matches_day(self, local: datetime) -> bool:
        """Day of month and of week are alternatives, unless one of them is a star."""
        if local.month not in self.month.allowed:
            return False
        by_date = local.day in self.day.allowed
        by_week = local.isoweekday() % 7 in self.weekday.allowed
        if self.day.star or self.weekday.star:
            return by_date and by_week
        return by_date or by_week


def read_field(field: str, bounds: Bounds) -> Field:
    """What a field allows; raises ValueError."""
    parts = [_range(part, bounds) for part in field.split(",") if part]
    allowed = frozenset(value for values, _ in parts for value in values)
    return Field(allowed=allowed, star=any(star for _, star in parts))


def _range(part: str, bounds: Bounds) -> tuple[range, bool]:
    """`*`, `5`, `1-5`, `*/15`, `10/5`; and whether it was a plain star."""
    span, *steps = part.split("/")
    if len(steps) > 1:
        raise ValueError(f"too many slashes: {part}")
    low, *highs = span.split("-")
    star = low in ("*", "?")
    if len(highs) > 1 and not star:
        raise ValueError(f"too many hyphens: {part}")
    first = bounds.low if star else _number(low, bounds, part)
    last = bounds.high if star else _number(highs[0], bounds, part) if highs else first
    step = _number(steps[0], bounds, part) if steps else 1
    if steps and not highs:
        last = bounds.high  # "10/5" is "10-59/5"
    if first < bounds.low:
        raise ValueError(f"beginning of range ({first}) below minimum ({bounds.low}): {part}")
    if last > bounds.high:
        raise ValueError(f"end of range ({last}) above maximum ({bounds.high}): {part}")
    if first > last:
        raise ValueError(f"beginning of range ({first}) beyond end of range ({last}): {part}")
    if step == 0:
        raise ValueError(f"step of range should be a positive number: {part}")
    return range(first, last + 1, step), star and step == 1


def _number(text: str, bounds: Bounds, part: str) -> int:
    if text.lower() in bounds.names:
        return bounds.names.index(text.lower()) + bounds.low
    if not re.fullmatch(r"\+?[0-9]{1,18}", text):
        raise ValueError(f"failed to parse int from {text!r}: {part}")
    return int(text)
