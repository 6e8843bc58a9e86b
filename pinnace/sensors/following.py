"""Reading the journal for one consumer, from one offset to another."""

from collections.abc import Callable

from pinnace.bus import Journal
from pinnace.sensors.consumer import Consumer

_PAGE = 256


def follow(
    consumer: Consumer, journal: Journal, after: int, until: int, going_on: Callable[[], bool]
) -> int:
    """Hand a consumer the events that concern it; returns the offset up to which it has seen all.

    Ends early when the consumer fails, and when it should not go on.
    """
    wanted = consumer.concerns()
    while after < until:
        found = journal.routes(after, _PAGE)
        for offset, route in found:
            if offset > until:
                return until
            entry = journal.at(offset) if route in wanted else None
            if entry is not None:
                consumer.hand(entry)
            if consumer.failed or not going_on():
                return after if consumer.failed else offset
            after = offset
        if not found:
            return until
    return after
