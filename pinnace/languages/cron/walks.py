"""How the next time and the one before are found: walks over the calendar of a time zone."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, tzinfo

from pinnace.languages.cron.fields import Fields
from pinnace.languages.cron.wall import Wall

YEARS = 5
"""A schedule that doesn't fire within so many years never does."""
_MINUTE = timedelta(minutes=1)


class Forward:
    """The walk to the next time, step for step as SpecSchedule.Next goes.

    Which steps it takes decides what happens where the clock is changed: months and days are
    counted on the calendar, hours and minutes as they pass.
    """

    def __init__(self, fields: Fields, zone: tzinfo, after: datetime) -> None:
        self._fields, self._zone = fields, zone
        self._at = Wall.at(after.replace(microsecond=0) + timedelta(seconds=1), zone)
        self._added = False  # whether a field was counted up: the smaller ones then start anew
        self._last_year = self._at.local.year + YEARS

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
        while self._at.local.month not in self._fields.month.allowed:
            self._start(day=1, hour=0, minute=0, second=0)
            self._at = self._at.next_month()
            if self._at.local.month == 1:
                return False
        return True

    def _day(self) -> bool:
        while not self._fields.matches_day(self._at.local):
            self._start(hour=0, minute=0, second=0)
            before, self._at = self._at.instant, self._at.next_day()
            if self._at.instant <= before:  # a day that its zone left out; upstream hangs here
                self._at = Wall.at(before + timedelta(days=1), self._zone)
            hour = self._at.local.hour  # no midnight on days when the clock skips it
            if hour:
                self._at = self._at.later(hours=24 - hour if hour > 12 else -hour)
            if self._at.local.day == 1:
                return False
        return True

    def _hour(self) -> bool:
        while self._at.local.hour not in self._fields.hour.allowed:
            self._start(minute=0, second=0)
            self._at = self._at.later(hours=1)
            if self._at.local.hour == 0:
                return False
        return True

    def _minute(self) -> bool:
        while self._at.local.minute not in self._fields.minute.allowed:
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


def backward(fields: Fields, zone: tzinfo, before: datetime) -> datetime | None:
    """The last time earlier than `before`, in UTC; None if there is none in five years."""
    utc = before.astimezone(UTC)
    moment = utc.replace(second=0, microsecond=0)
    moment -= _MINUTE if moment == utc else timedelta(0)
    limit = moment - timedelta(days=366 * YEARS)
    while moment > limit:
        local = moment.astimezone(zone)
        if not fields.matches_day(local):
            midnight = datetime.combine(local.date(), time(), zone)
            moment = midnight.astimezone(UTC) - _MINUTE
        elif local.hour not in fields.hour.allowed:
            moment -= timedelta(minutes=local.minute + 1)
        elif local.minute not in fields.minute.allowed:
            moment -= _MINUTE
        else:
            return moment
    return None
