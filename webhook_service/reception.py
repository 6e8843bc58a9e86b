"""Taking a delivery in: record it, try the EventSource once, and tell the sender the truth.

A sender with a wrong signature must see 401, and only the EventSource can tell; so the first try is
made while the sender waits, for a few seconds at most. What the EventSource can't answer now is
answered 202 and tried again by the worker.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from webhook_service.config import Settings
from webhook_service.delivery import Attempt, Delivery, Incoming, State, after
from webhook_service.forwarding import Forwarder
from webhook_service.records import Records

_MARGIN = timedelta(seconds=1)


class Turns:
    """One delivery of a source at a time, so their order is kept."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._turns: dict[str, threading.Lock] = {}

    @contextmanager
    def take(self, source: str, *, timeout: float) -> Iterator[bool]:
        """Wait for the turn of a source; yields whether it was had in time."""
        with self._guard:
            turn = self._turns.setdefault(source, threading.Lock())
        had = turn.acquire(timeout=timeout)
        try:
            yield had
        finally:
            if had:
                turn.release()


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What reception and worker share."""

    settings: Settings
    records: Records
    forwarder: Forwarder
    turns: Turns
    now: Callable[[], datetime]

    def try_once(self, delivery: Delivery, timeout: float) -> Delivery:
        """Try the EventSource and write down what came of it; the source's turn is the caller's."""
        attempt = self.forwarder.attempt(delivery, timeout=timeout)
        tries = delivery.attempts + 1
        settled = after(attempt, tries=tries, limit=self.settings.attempts)
        return self.records.settle(delivery, settled, self.now())


class Reception:
    """Where requests come in; any thread may call."""

    def __init__(self, desk: Desk, wake: Callable[[], None]) -> None:
        self._desk, self._wake = desk, wake

    def receive(self, incoming: Incoming) -> Delivery:
        """Record a delivery and try it once, unless earlier ones of its source still wait."""
        patience = self._desk.settings.relay_deadline
        with self._desk.turns.take(incoming.source, timeout=patience) as had:
            behind = not had or self._desk.records.head(incoming.source) is not None
            now = self._desk.now()
            due = now if behind else now + timedelta(seconds=patience) + _MARGIN
            delivery = self._desk.records.record(incoming, now, next_at=due)
            if not behind:
                delivery = self._desk.try_once(delivery, patience)
        if delivery.state is State.WAITING:
            self._wake()
        return delivery

    def refuse_size(self, incoming: Incoming, size: int) -> Delivery:
        """Record that a body was over the limit; the body itself is not read."""
        limit = self._desk.settings.body_limit
        reason = f"the body has {size} bytes; the limit is {limit} (WEBHOOK_BODY_LIMIT)"
        attempt = Attempt(state=State.REJECTED, status=413, reason=reason)
        return self._desk.records.refuse(incoming, self._desk.now(), attempt)
