"""A Sensor whose expressions are slow, on a thread of its own: it holds up nobody but itself.

The dispatcher puts a consumer here when one evaluation took long, and has it back when the lane has
ended (an edit, a deletion, the end of the control plane). Filters and transforms are bounded in
time each, so it ends soon.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

from pinnace.bus import Journal
from pinnace.objects.errors import PinnaceError
from pinnace.sensors.consumer import Consumer
from pinnace.sensors.following import follow

#: An evaluation that takes longer makes its Sensor a slow one.
SLOW_SECONDS = 0.25
_IDLE_SECONDS = 5.0
_RECOVERY_SECONDS = 0.5
_STOP_SECONDS = 2.0

log = logging.getLogger(__name__)

N = TypeVar("N")


class Lane(Generic[N]):
    """Follows the journal for one consumer; ``news`` is what its owner keeps until it has ended."""

    def __init__(self, consumer: Consumer, journal: Journal, on_end: Callable[[], None]) -> None:
        self.consumer = consumer
        self.news: deque[N] = deque()
        self._journal, self._on_end = journal, on_end
        self._wake = threading.Event()
        self._stopping = False
        self.ended = False  # then the consumer is its owner's again
        self._looked = consumer.offset
        name = f"sensor-{consumer.sensor.name}"
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin where the consumer stands."""
        self._thread.start()

    def ask_to_stop(self) -> None:
        """End after the event in hand."""
        self._stopping = True
        self._wake.set()

    def join(self) -> None:
        """Wait for the end, but not for as long as an expression may take."""
        self._thread.join(_STOP_SECONDS)

    def _run(self) -> None:
        unsubscribe = self._journal.subscribe(lambda _: self._wake.set())
        try:
            while not self._stopping:
                self._wake.clear()
                self._round()
        finally:
            unsubscribe()
            self.ended = True
            self._on_end()

    def _round(self) -> None:
        consumer = self.consumer
        try:
            if consumer.failed:
                consumer.load()
                self._looked = consumer.offset
            self._looked = follow(
                consumer, self._journal, max(self._looked, consumer.offset), self._journal.head(),
                lambda: not self._stopping,
            )  # fmt: skip
        except PinnaceError as error:  # the store can't write now: all is read again later
            log.warning("sensor %s waits: %s", consumer.sensor.name, error)
        except Exception:  # a supervisor: no bug may end the Sensor for good
            log.exception("sensor %s failed; going on", consumer.sensor.name)
        if not self._wake.wait(_RECOVERY_SECONDS if consumer.failed else _IDLE_SECONDS):
            consumer.move_on(self._looked)
