"""What is forgotten by itself: core/v1 Events after an hour, as by the API server; and old events
of the journal, as ``retention`` says.
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from pinnace.objects.clock import Clock, parse_rfc3339
from pinnace.objects.errors import PinnaceError
from pinnace.objects.kinds import EVENTS
from pinnace.objects.meta import key_of
from pinnace.objects.types import Object
from pinnace.store import Store, Transaction

log = logging.getLogger(__name__)

_KEPT = timedelta(hours=1)
_PERIOD = 300.0


class Housekeeping:
    """Deletes old Events, and does what else is to be done now and then."""

    def __init__(self, store: Store, clock: Clock, *more: Callable[[], object]) -> None:
        self._store, self._clock = store, clock
        self._duties = (self.sweep, *more)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="housekeeping", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def sweep(self) -> int:
        """Delete what is too old now; returns how many."""
        limit = self._clock.now() - _KEPT
        old = [key_of(event) for event in self._store.scan(EVENTS, None) if _last(event) < limit]

        def delete(tx: Transaction) -> None:
            for key in old:
                if tx.find(key.kind, key.namespace, key.name) is not None:
                    tx.delete(key)

        if old:
            self._store.write(delete)
        return len(old)

    def _run(self) -> None:
        while not self._stopping.wait(_PERIOD):
            for duty in self._duties:
                try:
                    duty()
                except PinnaceError as error:  # the store can't write now: the next round will
                    log.warning("housekeeping waits: %s", error)


def _last(event: Object) -> datetime:
    return parse_rfc3339(event.get("lastTimestamp") or event["metadata"]["creationTimestamp"])
