"""Schedules as values: when they fire next, when they did before, and what was missed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from pinnace.languages.cron import walks
from pinnace.languages.cron.fields import Fields


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

    fields: Fields
    zone: tzinfo

    def next(self, after: datetime) -> datetime | None:
        """The first time later than `after`, in UTC; None if there is none in five years."""
        return walks.Forward(self.fields, self.zone, after).found() if self.fields.ever else None

    def previous(self, before: datetime) -> datetime | None:
        """The last time earlier than `before`, in UTC; None if there is none in five years."""
        return walks.backward(self.fields, self.zone, before)


Schedule = Spec | Every


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
