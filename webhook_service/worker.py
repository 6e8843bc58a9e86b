"""The worker in the background: tries again what still waits, each source in its order.

All it knows is in the records, so it goes on after a restart where it was. Sources are tried beside
one another: one that hangs does not hold up the rest.
"""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from webhook_service.reception import Desk

_TIMEOUT = 10.0
_LONGEST_SLEEP = 30.0
_PRUNE_EVERY = timedelta(hours=1)
_SOURCES_AT_ONCE = 4

log = logging.getLogger(__name__)


class Worker:
    """Start it once; ``wake`` when there is something new to do."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._woken, self._stopping = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="webhook-worker", daemon=True)
        self._pool = ThreadPoolExecutor(_SOURCES_AT_ONCE, thread_name_prefix="webhook-forward")
        self._busy: set[str] = set()
        self._guard = threading.Lock()
        self._prune_at: datetime | None = None

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """Look at once at what is due."""
        self._woken.set()

    def stop(self) -> None:
        """End after the tries in hand."""
        self._stopping.set()
        self._woken.set()
        self._thread.join()
        self._pool.shutdown(wait=True)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._woken.clear()
            try:
                sleep = self._look()
            except Exception:  # supervisor: a database that is away must not end the worker
                log.exception("waiting deliveries could not be looked at")
                sleep = _LONGEST_SLEEP
            self._woken.wait(sleep)

    def _look(self) -> float:
        """Start what is due; return how many seconds until something else is."""
        now = self._desk.now()
        self._prune(now)
        sleep = _LONGEST_SLEEP
        for source, due in self._desk.records.due().items():
            if self._is_busy(source):
                continue
            if due <= now:
                self._pool.submit(self._forward, source)
            else:
                self._free(source)
                sleep = min(sleep, (due - now).total_seconds())
        return sleep

    def _is_busy(self, source: str) -> bool:
        """Claim a source, unless it is claimed."""
        with self._guard:
            if source in self._busy:
                return True
            self._busy.add(source)
            return False

    def _free(self, source: str) -> None:
        with self._guard:
            self._busy.discard(source)

    def _forward(self, source: str) -> None:
        """Try the source's waiting deliveries, oldest first, until one must wait."""
        try:
            while not self._stopping.is_set() and self._forward_head(source):
                pass
        except Exception:  # supervisor: one source's trouble must not end the worker
            log.exception("deliveries of %s could not be forwarded", source)
        finally:
            self._free(source)
            self._woken.set()

    def _forward_head(self, source: str) -> bool:
        """Try the oldest delivery if it is due; tell whether the next may be tried now."""
        with self._desk.turns.take(source, timeout=_TIMEOUT) as had:
            delivery = self._desk.records.head(source) if had else None
            due = delivery.next_at if delivery else None
            if delivery is None or (due is not None and due > self._desk.now()):
                return False
            settled = self._desk.try_once(delivery, _TIMEOUT)
        log.info(
            "delivery %s to %s/%s: %s after %d attempts",
            settled.id, settled.source, settled.event, settled.state, settled.attempts,
        )  # fmt: skip
        return settled.finished_at is not None

    def _prune(self, now: datetime) -> None:
        if self._prune_at is None or now >= self._prune_at:
            self._prune_at = now + _PRUNE_EVERY
            gone = self._desk.records.prune(now, timedelta(days=self._desk.settings.keep_days))
            if gone:
                log.info("%d old deliveries were deleted", gone)
