"""Which scheduled time is due, and when to look again. Pure.

A time is *live* when the controller was there to see it, and *missed* otherwise; a missed one is
made up for only within ``startingDeadlineSeconds``. Mirrors ``shouldOutstandingWorkflowsBeRun``.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pinnace.languages.cron import latest
from pinnace.workflows.cron.spec import CronSpec

#: A live time that is noticed later than this (the machine slept) counts as missed.
LATE = timedelta(seconds=60)
#: A clock that was set, or a machine that slept, is noticed within so much.
LOOK_EVERY = timedelta(seconds=10)


@dataclass(frozen=True, kw_only=True)
class Memory:
    """What the controller remembers of a CronWorkflow while it runs.

    Times up to ``since`` are not live; missed times up to ``dismissed`` have been decided against.
    """

    uid: str
    written: str
    since: datetime
    dismissed: datetime | None = None

    def passed(self, tick: datetime, *, dismiss: bool) -> "Memory":
        """Return the memory after a time at which nothing was to run."""
        dismissed = tick if dismiss else self.dismissed
        return replace(self, since=max(self.since, tick), dismissed=dismissed)


def due(
    spec: CronSpec, memory: Memory, last: datetime | None, now: datetime, *, known: bool
) -> datetime | None:
    """Return the time to run for, if there is one.

    ``last`` is ``status.lastScheduledTime``; ``known``: the schedules were in use already before
    this controller began, so times may have been missed.
    """
    last = last if last is None or last <= now else None  # the clock was set back
    live = _latest(spec, memory.since if last is None else max(memory.since, last), now)
    if live is not None and now - live <= LATE:
        return live
    if last is None or spec.deadline is None or not known:
        return None
    after = last if memory.dismissed is None else max(last, memory.dismissed)
    missed = _latest(spec, after, now)
    return missed if missed is not None and now < missed + spec.deadline else None


def _latest(spec: CronSpec, after: datetime, now: datetime) -> datetime | None:
    found = [latest(schedule, after, now) for schedule in spec.schedules]
    return max((each for each in found if each is not None), default=None)


def wait(spec: CronSpec, memory: Memory, last: datetime | None, now: datetime) -> float:
    """Return how many seconds to wait before looking again."""
    base = max(memory.since, last) if last is not None and last <= now else memory.since
    soonest = now + LOOK_EVERY
    for schedule in spec.schedules:
        following = schedule.next(latest(schedule, base, now) or base)
        if following is not None and now < following < soonest:
            soonest = following
    return (soonest - now).total_seconds()
