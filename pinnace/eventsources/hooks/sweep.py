"""Removes the hooks of events that are gone: deleted, or declared without hooks now.

It goes by the durable record, so a control plane that was killed in between takes it up again. A
stop of Pinnace removes nothing: the providers repeat what they could not deliver meanwhile.
"""

import logging
import threading
from collections import Counter
from collections.abc import Callable

from pinnace.eventsources.emission import Outside
from pinnace.eventsources.hooks import keep
from pinnace.eventsources.hooks.book import Book, Record
from pinnace.eventsources.hooks.shape import HookModule
from pinnace.eventsources.spec import EventSpec
from pinnace.objects.errors import PinnaceError
from pinnace.store import Store

#: How often a removal is tried before a person has to do it.
ATTEMPTS = 8
_STOP_SECONDS = 2.0

logger = logging.getLogger(__name__)


class Sweeper:
    """A thread that removes what nobody declares; ``wake`` it when something may be gone."""

    def __init__(
        self,
        store: Store,
        book: Book,
        module: Callable[[EventSpec], HookModule | None],
        is_declared: Callable[[EventSpec], bool],
        access: Callable[[EventSpec], Outside],
    ) -> None:
        self._store, self._book = store, book
        self._module, self._is_declared, self._access = module, is_declared, access
        self._failed: Counter[str] = Counter()
        self._wake, self._stopping = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="hook-sweeper", daemon=True)

    def start(self) -> None:
        """Look once, and whenever woken."""
        self._wake.set()
        self._thread.start()

    def wake(self) -> None:
        """Look again soon."""
        self._wake.set()

    def stop(self) -> None:
        """End; what is left is taken up after the next start."""
        self._stopping.set()
        self._wake.set()
        self._thread.join(_STOP_SECONDS)

    def _run(self) -> None:
        delays = keep.PACE.delays()
        delay: float | None = None
        while True:
            self._wake.wait(delay)
            self._wake.clear()
            if self._stopping.is_set():
                return
            left = self._look()
            delay = next(delays) if left else None
            delays = delays if left else keep.PACE.delays()

    def _look(self) -> bool:
        """Remove what is to go; return whether something is left to try again."""
        gone = [r for r in self._book.records() if not self._is_declared(r.spec)]
        return any([not self._removed(record) for record in gone])

    def _removed(self, record: Record) -> bool:
        spec = record.spec
        module = self._module(spec)
        problem = ""
        if module is not None and module.removes(spec):
            problem = self._remove(record, module)
        key = f"{spec.uid}/{spec.event}"
        self._failed[key] += 1
        if problem and self._failed[key] < ATTEMPTS:
            logger.info("%s: hooks of %s: %s; again later", spec.where, spec.source, problem)
            return False
        if problem:
            logger.warning("%s: hooks of %s are left behind, remove them by hand: %s",
                           spec.where, spec.source, problem)  # fmt: skip
        del self._failed[key]
        self._store.write(self._book.forget(spec))
        return True

    def _taken_over(self, gone: Record) -> set[tuple[str, str]]:
        """Return the hooks that another event has taken over (the EventSource was made anew)."""
        others = (record for record in self._book.records() if record.spec.uid != gone.spec.uid)
        return {(place, kept.id) for record in others for place, kept in record.kept.items()}

    def _remove(self, record: Record, module: HookModule) -> str:
        """Remove each hook of a record; return why one could not be."""
        try:
            provider = module.provider(self._access(record.spec))
            taken_over = self._taken_over(record)
            for place, kept in record.kept.items():
                if (place, kept.id) not in taken_over:
                    provider.remove(place, kept)
        except PinnaceError as error:
            return str(error)
        except Exception as error:  # supervisor: one provider's surprise must not end the thread
            logger.exception("%s: removing hooks crashed", record.spec.where)
            return type(error).__name__
        return ""
