"""Cron schedules as robfig/cron v3 reads them: CronWorkflows, calendars, `conditionsReset`.

`parse(text, zone) -> Schedule` with `next` and `previous`. Five fields, `@daily` and its kind,
`@every 1h30m`, and a `TZ=`/`CRON_TZ=` prefix that beats the given zone. When the clock springs
forward a skipped time doesn't fire that day; when it falls back a repeated time fires twice, as
upstream. Its own parser because croniter fires differently there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pinnace.languages import durations
from pinnace.languages.errors import LanguageError

LANGUAGE = "cron"
_YEARS = 5  # a schedule that doesn't fire within so many years never does
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class _Bounds:
    name: str
    low: int
    high: int
    names: tuple[str, ...] = ()


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_FIELDS = (
    _Bounds(name="minute", low=0, high=59),
    _Bounds(name="hour", low=0, high=23),
    _Bounds(name="day of month", low=1, high=31),
    _Bounds(name="month", low=1, high=12, names=_MONTHS),
    _Bounds(name="day of week", low=0, high=6, names=_DAYS),
)
_DESCRIPTORS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}


@dataclass(frozen=True, kw_only=True)
class _Field:
    """The values a field allows, and whether it was a star."""

    allowed: frozenset[int]
    star: bool


@dataclass(frozen=True, kw_only=True)
class Every:
    """`@every 90s`: so much after the last time, in whole seconds."""

    span: timedelta

    def next(self, after: datetime) -> datetime:
        """The time one span after, without fractions of a second."""
        return after.replace(microsecond=0) + self.span

    def previous(self, before: datetime) -> datetime:
        """The time one span before."""
        return before.replace(microsecond=0) - self.span


@dataclass(frozen=True, kw_only=True)
class Spec:
    """Five fields in a time zone."""

    minute: _Field
    hour: _Field
    day: _Field
    month: _Field
    weekday: _Field
    zone: tzinfo

    def next(self, after: datetime) -> datetime | None:
        """The first time later than `after`, in UTC; None if there is none in five years."""
        if not (self.minute.allowed and self.hour.allowed and self.month.allowed):
            return None
        return _Search(self, after).found()

    def previous(self, before: datetime) -> datetime | None:
        """The last time earlier than `before`, in UTC; None if there is none in five years."""
        utc = before.astimezone(UTC)
        moment = utc.replace(second=0, microsecond=0)
        moment -= _MINUTE if moment == utc else timedelta(0)
        limit = moment - timedelta(days=366 * _YEARS)
        while moment > limit:
            local = moment.astimezone(self.zone)
            if not self.matches_day(local):
                moment = self._midnight(local, 0) - _MINUTE
            elif local.hour not in self.hour.allowed:
                moment -= timedelta(minutes=local.minute + 1)
            elif local.minute not in self.minute.allowed:
                moment -= _MINUTE
            else:
                return moment
        return None

    def _midnight(self, local: datetime, days: int) -> datetime:
        date = local.date() + timedelta(days=days)
        return datetime.combine(date, time(), self.zone).astimezone(UTC)

    def matches_day(self, local: datetime) -> bool:
        """Day of month and of week are alternatives, unless one of them is a star."""
        if local.month not in self.month.allowed:
            return False
        by_date = local.day in self.day.allowed
        by_week = local.isoweekday() % 7 in self.weekday.allowed
        if self.day.star or self.weekday.star:
            return by_date and by_week
        return by_date or by_week


class _Search:
    """The walk to the next time, step for step as SpecSchedule.Next goes.

    Which steps it takes decides what happens where the clock is changed: months and days are
    counted on the calendar, hours and minutes as they pass.
    """

    def __init__(self, spec: Spec, after: datetime) -> None:
        self._spec = spec
        self._at = _Wall.at(after.replace(microsecond=0) + timedelta(seconds=1), spec.zone)
        self._added = False  # whether a field was counted up: the smaller ones then start anew
        self._last_year = self._at.local.year + _YEARS

    def found(self) -> datetime | None:
        """The time in UTC, or None when there is none."""
        while self._at.local.year <= self._last_year:
            if self._month() and self._day() and self._hour() and self._minute():
                return self._at.instant
        return None

    def _start(self, **smaller: int) -> None:
        if not self._added:
            self._added = True
            self._at = self._at.with_fields(**smaller)

    def _month(self) -> bool:
        """Whether a month of this year fits; False after the turn of a year."""
        while self._at.local.month not in self._spec.month.allowed:
            self._start(day=1, hour=0, minute=0, second=0)
            self._at = self._at.next_month()
            if self._at.local.month == 1:
                return False
        return True

    def _day(self) -> bool:
        while not self._spec.matches_day(self._at.local):
            self._start(hour=0, minute=0, second=0)
            before, self._at = self._at.instant, self._at.next_day()
            if self._at.instant <= before:  # a day that its zone left out; upstream hangs here
                self._at = _Wall.at(before + timedelta(days=1), self._spec.zone)
            hour = self._at.local.hour  # no midnight on days when the clock skips it
            if hour:
                self._at = self._at.later(hours=24 - hour if hour > 12 else -hour)
            if self._at.local.day == 1:
                return False
        return True

    def _hour(self) -> bool:
        while self._at.local.hour not in self._spec.hour.allowed:
            self._start(minute=0, second=0)
            self._at = self._at.later(hours=1)
            if self._at.local.hour == 0:
                return False
        return True

    def _minute(self) -> bool:
        while self._at.local.minute not in self._spec.minute.allowed:
            if not self._added:
                self._added = True
                self._at = self._at.later(seconds=-self._at.local.second)
            self._at = self._at.later(minutes=1)
            if self._at.local.minute == 0:
                return False
        if second := self._at.local.second:
            self._added = True
            self._at = self._at.later(seconds=60 - second)
            return False
        return True


@dataclass(frozen=True)
class _Wall:
    """An instant, and what the clock on the wall shows then."""

    instant: datetime
    local: datetime
    zone: tzinfo

    @classmethod
    def at(cls, instant: datetime, zone: tzinfo) -> _Wall:
        return cls(instant.astimezone(UTC), instant.astimezone(zone), zone)

    def later(self, **span: int) -> _Wall:
        """So much time after."""
        return _Wall.at(self.instant + timedelta(**span), self.zone)

    def with_fields(self, **fields: int) -> _Wall:
        """As Go's time.Date: where the clock is changed, the offset of one of both sides."""
        return self._named(self.local.replace(tzinfo=None, **fields))

    def next_month(self) -> _Wall:
        """The same day and time of the next month."""
        plain = self.local.replace(tzinfo=None)
        first = (plain.replace(day=1) + timedelta(days=31)).replace(day=1)
        return self._named(first + timedelta(days=plain.day - 1))

    def next_day(self) -> _Wall:
        """The same time of the next day."""
        return self._named(self.local.replace(tzinfo=None) + timedelta(days=1))

    def _named(self, plain: datetime) -> _Wall:
        guess = plain.replace(tzinfo=UTC)
        offset = self._offset(guess)
        return _Wall.at(guess - self._offset(guess - offset) if offset else guess, self.zone)

    def _offset(self, instant: datetime) -> timedelta:
        return instant.astimezone(self.zone).utcoffset() or timedelta(0)


Schedule = Spec | Every


def parse(text: str, zone: tzinfo = UTC, *, five_fields_only: bool = False) -> Schedule:
    """The schedule of a text; a LanguageError names the field that is wrong.

    `five_fields_only` refuses descriptors, as the calendar event source does.
    """
    spec, start = text, 0
    if text.startswith(("TZ=", "CRON_TZ=")):
        name, _, spec = text.partition(" ")
        zone = _zone(text, name.partition("=")[2], zone)
        start = len(text) - len(spec)
        spec = spec.strip()
    if not spec.strip():
        raise LanguageError(LANGUAGE, text, 0, "empty spec string")
    if spec.startswith("@"):
        if five_fields_only:
            message = f"parser does not accept descriptors: {spec}; write five fields"
            raise LanguageError(LANGUAGE, text, start, message)
        return _descriptor(text, spec, zone)
    return _spec(text, spec, start, zone)


def _zone(text: str, name: str, local: tzinfo) -> tzinfo:
    if name == "Local":
        return local
    try:
        return UTC if name in ("", "UTC") else ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as problem:
        message = f"provided bad location {name}: unknown time zone"
        raise LanguageError(LANGUAGE, text, text.find(name), message) from problem


def _descriptor(text: str, descriptor: str, zone: tzinfo) -> Schedule:
    if descriptor.startswith("@every "):
        try:
            span = durations.parse(descriptor.removeprefix("@every "))
        except LanguageError as problem:
            message = f"failed to parse duration {descriptor}: {problem.expected}"
            raise LanguageError(LANGUAGE, text, 0, message) from problem
        return Every(span=timedelta(seconds=max(1, span.nanoseconds // 10**9)))
    if descriptor not in _DESCRIPTORS:
        raise LanguageError(LANGUAGE, text, 0, f"unrecognized descriptor: {descriptor}")
    return _spec(text, _DESCRIPTORS[descriptor], 0, zone)


def _spec(text: str, spec: str, start: int, zone: tzinfo) -> Spec:
    fields = spec.split()
    if len(fields) != len(_FIELDS):
        message = f"expected exactly 5 fields, found {len(fields)}: [{' '.join(fields)}]"
        raise LanguageError(LANGUAGE, text, start, message)
    place = start
    found: list[_Field] = []
    for field, bounds in zip(fields, _FIELDS, strict=True):
        place = max(text.find(field, place), 0)
        try:
            found.append(_field(field, bounds))
        except ValueError as problem:
            message = f"{bounds.name}: {problem}"
            raise LanguageError(LANGUAGE, text, place, message) from problem
        place += len(field)
    minute, hour, day, month, weekday = found
    return Spec(minute=minute, hour=hour, day=day, month=month, weekday=weekday, zone=zone)


def _field(field: str, bounds: _Bounds) -> _Field:
    parts = [_range(part, bounds) for part in field.split(",") if part]
    allowed = frozenset(value for values, _ in parts for value in values)
    return _Field(allowed=allowed, star=any(star for _, star in parts))


def _range(part: str, bounds: _Bounds) -> tuple[range, bool]:
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


def _number(text: str, bounds: _Bounds, part: str) -> int:
    if text.lower() in bounds.names:
        return bounds.names.index(text.lower()) + bounds.low
    if not re.fullmatch(r"\+?[0-9]{1,18}", text):
        raise ValueError(f"failed to parse int from {text!r}: {part}")
    return int(text)


def between(schedule: Schedule, after: datetime, until: datetime) -> Iterator[datetime]:
    """Every time later than `after` up to and including `until`: what was missed."""
    moment = schedule.next(after)
    while moment is not None and moment <= until:
        yield moment
        moment = schedule.next(moment)


def latest(schedule: Schedule, after: datetime, until: datetime) -> datetime | None:
    """The last time later than `after` up to and including `until`, however long that is."""
    if isinstance(schedule, Every):
        start = after.replace(microsecond=0)
        moment = start + schedule.span * ((until - start) // schedule.span)
        return moment if moment > after and until >= moment else None
    found = schedule.previous(until + timedelta(microseconds=1))
    return found if found is not None and found > after else None
