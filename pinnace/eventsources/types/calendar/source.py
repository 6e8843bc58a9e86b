"""The ``calendar`` source: the ticks that were missed, if asked for, and those to come."""

from datetime import UTC, datetime, timedelta

from pinnace.eventsources.emission import (
    Emission,
    Items,
    ListenContext,
    to_json,
    with_metadata,
)
from pinnace.eventsources.types.calendar.memory import Memory
from pinnace.eventsources.types.calendar.schedule import longest, missed, schedule_of
from pinnace.languages import gotime

#: The longest wait in one go: a clock that was set, or a machine that slept, is noticed by then.
_LOOK_SECONDS = 1.0


def event_time(instant: datetime, running: timedelta | None = None) -> str:
    """Return Go's ``time.String()``; a live tick carries Go's monotonic reading."""
    text = gotime.go_string(instant.astimezone(UTC))
    return text if running is None else f"{text} m=+{running.total_seconds():.9f}"


def listen(context: ListenContext) -> Items:
    """Yield an event at each tick, and first those missed, if the spec asks for them."""
    spec = context.spec
    schedule, memory = schedule_of(spec), Memory(context)
    started = last = context.now()
    known, notes = memory.begin(started)
    yield tuple(notes)
    if known is not None:
        for tick in missed(schedule, known, started, longest(spec)):
            yield _emission(context, memory, tick, event_time(tick))
    context.listening()
    while not _wait_until(context, schedule(last)):
        # from the present, as upstream: what passed while the machine slept is not made up for
        last = context.now()
        yield _emission(context, memory, last, event_time(last, last - started))


def _emission(context: ListenContext, memory: Memory, tick: datetime, at: str) -> Emission:
    data = to_json(with_metadata({"eventTime": at}, context.spec.at("metadata")))
    return Emission(data=data, commit=memory.commit(tick, data))


def _wait_until(context: ListenContext, tick: datetime) -> bool:
    """Wait for an instant of the wall clock; return True when it is time to stop."""
    while (left := (tick - context.now()).total_seconds()) > 0:
        if context.pause(min(left, _LOOK_SECONDS)):
            return True
    return context.stopping.is_set()
