"""A queue of keys: each key is worked on by one worker at a time, and never lost.

As client-go's workqueue: adding a key that waits changes nothing, adding one that is being worked
on makes it run once more afterwards.
"""

import heapq
import threading
from collections.abc import Hashable
from itertools import count
from time import monotonic
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


class WorkQueue(Generic[K]):
    """Keys in order of when they are due."""

    def __init__(self) -> None:
        self._ready = threading.Condition()
        self._heap: list[tuple[float, int, K]] = []
        self._due: dict[K, float] = {}
        self._busy: set[K] = set()
        self._again: dict[K, float] = {}
        self._order = count()
        self._closed = False

    def add(self, key: K, after: float = 0.0) -> None:
        """Make a key due ``after`` seconds; the earlier of two dates counts."""
        due = monotonic() + after
        with self._ready:
            pending = self._again if key in self._busy else self._due
            if key in pending and pending[key] <= due:
                return
            pending[key] = due
            if pending is self._due:
                heapq.heappush(self._heap, (due, next(self._order), key))
                self._ready.notify()

    def take(self) -> K | None:
        """Wait for a due key and mark it as being worked on; None when the queue is closed."""
        with self._ready:
            while not self._closed:
                now = monotonic()
                if self._heap and self._heap[0][0] <= now:
                    due, _, key = heapq.heappop(self._heap)
                    if self._due.get(key) != due:
                        continue  # moved to an earlier date since
                    del self._due[key]
                    self._busy.add(key)
                    return key
                self._ready.wait(self._heap[0][0] - now if self._heap else None)
            return None

    def done(self, key: K) -> None:
        """End the work on a key; what was added meanwhile becomes due."""
        with self._ready:
            self._busy.discard(key)
            due = self._again.pop(key, None)
        if due is not None:
            self.add(key, max(0.0, due - monotonic()))

    def close(self) -> None:
        """Wake all workers; :meth:`take` returns None from now on."""
        with self._ready:
            self._closed = True
            self._ready.notify_all()

    def __len__(self) -> int:
        """Return how many keys wait."""
        with self._ready:
            return len(self._due)
