"""Removes from the journal what is over its source's limits; what is yet to be consumed stays."""

from pinnace.bus import History, Keep
from pinnace.bus.keep import keep_of
from pinnace.eventserver import Parts
from pinnace.objects.kinds import EVENT_SOURCES
from pinnace.objects.meta import name_of, namespace_of


class Retention:
    """Removes the events that are over their source's limits."""

    def __init__(self, parts: Parts, default: Keep) -> None:
        self._parts, self._default = parts, default
        self._history = History(parts.store)

    def sweep(self) -> int:
        """Remove what is over the limits now; returns how many events."""
        keep = dict.fromkeys(self._history.sources(), self._default)
        for obj in self._parts.store.scan(EVENT_SOURCES, None):
            keep[namespace_of(obj), name_of(obj)] = keep_of(obj, self._default)
        consumed = self._parts.ledger.consumed()
        head = self._parts.journal.head()
        return self._history.prune(
            keep, head if consumed is None else consumed, self._parts.store.clock.now()
        )
