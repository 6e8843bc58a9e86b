"""The clock on a wall: how Go counts days and months where clocks are changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo


@dataclass(frozen=True)
class Wall:
    """An instant, and what the clock on the wall shows then."""

    instant: datetime
    local: datetime
    zone: tzinfo

    @classmethod
    def at(cls, instant: datetime, zone: tzinfo) -> Wall:
        """What it shows at an instant."""
        return cls(instant.astimezone(UTC), instant.astimezone(zone), zone)

    def later(self, **span: int) -> Wall:
        """So much time after."""
        return Wall.at(self.instant + timedelta(**span), self.zone)

    def with_fields(self, **fields: int) -> Wall:
        """As Go's time.Date: where the clock is changed, the offset of one of both sides."""
        return self._named(self.local.replace(tzinfo=None, **fields))

    def next_month(self) -> Wall:
        """The same day and time of the next month."""
        plain = self.local.replace(tzinfo=None)
        first = (plain.replace(day=1) + timedelta(days=31)).replace(day=1)
        return self._named(first + timedelta(days=plain.day - 1))

    def next_day(self) -> Wall:
        """The same time of the next day."""
        return self._named(self.local.replace(tzinfo=None) + timedelta(days=1))

    def _named(self, plain: datetime) -> Wall:
        guess = plain.replace(tzinfo=UTC)
        offset = self._offset(guess)
        return Wall.at(guess - self._offset(guess - offset) if offset else guess, self.zone)

    def _offset(self, instant: datetime) -> timedelta:
        return instant.astimezone(self.zone).utcoffset() or timedelta(0)
