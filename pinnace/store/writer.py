"""The one thread that writes, with group commit.

Each unit of work runs in a savepoint of its own, so one that fails leaves the others alone; all
that wait while the disk syncs share the next commit. A future resolves only after its commit is on
disk.

Work of one kind that is done for many items (journaling events) is *shared*: items that wait one
after another are handed to it together, which costs a few statements where each item for itself
would cost several. That counts double, as SQLite's calls give up the interpreter's lock.
"""

import logging
import queue
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from pinnace.objects.clock import Clock
from pinnace.objects.errors import PinnaceError, Unavailable
from pinnace.objects.registry import Registry
from pinnace.store import sql
from pinnace.store.changes import ChangeLog
from pinnace.store.transaction import Transaction, stored_definitions

_BATCH = 256

log = logging.getLogger(__name__)

Unit = Callable[[Transaction], Any]
#: Does the same for several items at once; returns a result for each, in order.
SharedWork = Callable[[Transaction, Sequence[Any]], Sequence[Any]]


@dataclass(frozen=True, eq=False)
class _Waiting:
    """A unit of work in the queue, or (``item``) one item of shared work."""

    work: Any  # Unit or SharedWork
    future: Future[Any]
    item: tuple[Any, ...] | None = None


@dataclass(frozen=True)
class _Job:
    """What runs in one savepoint, and who waits for which of its results."""

    run: Callable[[Transaction], Sequence[Any]]
    waiting: Sequence[_Waiting]


@dataclass(frozen=True)
class _Done:
    waiting: Sequence[_Waiting]
    results: Sequence[Any]
    transaction: Transaction


class Writer:
    """Runs units of work in order on its own thread and connection."""

    def __init__(self, connection: sqlite3.Connection, clock: Clock, log: ChangeLog) -> None:
        self._connection, self._clock, self._log = connection, clock, log
        self._revision = log.revision
        self.kinds = Registry.of_definitions(stored_definitions(connection))
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    def submit(self, unit: Unit) -> Future[Any]:
        """Queue a unit of work; the future holds its result once it is durable."""
        return self._enqueue(_Waiting(unit, Future()))

    def share(self, work: SharedWork, item: Any) -> Future[Any]:
        """Queue one item of shared work; when it fails for several, each is tried alone."""
        return self._enqueue(_Waiting(work, Future(), (item,)))

    def _enqueue(self, waiting: _Waiting) -> Future[Any]:
        if self._closed.is_set():
            waiting.future.set_exception(Unavailable("the store is closed"))
        else:
            self._queue.put(waiting)
        return waiting.future

    def close(self) -> None:
        """Finish what is queued, then end the thread."""
        self._closed.set()
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (batch := self._next_batch()) is not None:
            self._commit(batch)
        while not self._queue.empty():  # submitted in the instant of closing
            left = self._queue.get()
            if left is not None:
                left.future.set_exception(Unavailable("the store is closed"))

    def _next_batch(self) -> list[_Waiting] | None:
        first = self._queue.get()
        if first is None:
            return None
        batch = [first]
        while len(batch) < _BATCH and not self._queue.empty():
            item = self._queue.get()
            if item is None:
                self._queue.put(None)
                break
            batch.append(item)
        return batch

    def _commit(self, batch: list[_Waiting]) -> None:
        done: list[_Done] = []
        before = self._revision
        kinds = self.kinds
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            for job in _jobs(batch):
                for outcome in self._attempt(job, kinds):
                    done.append(outcome)
                    kinds = outcome.transaction.kinds
            if self._revision != before:
                self._connection.execute(sql.SET_REVISION, (self._revision,))
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._abandon(batch, error)
            return
        self.kinds = kinds
        changes = [change for outcome in done for change in outcome.transaction.changes]
        if changes:
            _tell(lambda: self._log.publish(changes, self._revision))
        for outcome in done:
            for tell in outcome.transaction.after_commit:
                _tell(tell)
            for waiting, result in zip(outcome.waiting, outcome.results, strict=True):
                waiting.future.set_result(result)

    def _attempt(self, job: _Job, kinds: Registry) -> Iterator[_Done]:
        """Run a job in a savepoint; one that fails for several items is run for each alone."""
        if not job.waiting:
            return  # cancelled before its turn
        self._connection.execute("SAVEPOINT unit")
        transaction = Transaction(self._connection, self._clock.now(), self._next_revision, kinds)
        try:
            results = job.run(transaction)
        except Exception as error:
            if isinstance(error, sqlite3.OperationalError) and not self._connection.in_transaction:
                raise  # SQLite gave up the whole transaction (disk full): so does the batch
            self._connection.execute("ROLLBACK TO unit")
            self._connection.execute("RELEASE unit")
            if len(job.waiting) > 1:
                for waiting in job.waiting:
                    yield from self._attempt(_job([waiting]), kinds)
            else:
                job.waiting[0].future.set_exception(_named(error))
            return
        self._connection.execute("RELEASE unit")
        yield _Done(job.waiting, results, transaction)

    def _next_revision(self) -> int:
        self._revision += 1
        return self._revision

    def _abandon(self, batch: list[_Waiting], error: sqlite3.Error) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")
        for waiting in batch:
            if not waiting.future.done():
                waiting.future.set_exception(_named(error))


def _jobs(batch: Iterable[_Waiting]) -> Iterator[_Job]:
    """Yield what runs in one savepoint each: a unit, or neighbours that share their work.

    Who was cancelled before its turn is left out; from here on it can't be any more.
    """
    for _, group in groupby(batch, key=lambda w: w.work if w.item is not None else w):
        yield _job([w for w in group if w.future.set_running_or_notify_cancel()])


def _job(waiting: Sequence[_Waiting]) -> _Job:
    if not waiting or waiting[0].item is None:
        return _Job(lambda tx: [each.work(tx) for each in waiting], waiting)
    items = [each.item[0] for each in waiting if each.item is not None]
    return _Job(lambda tx: waiting[0].work(tx, items), waiting)


def _tell(listener: Callable[[], None]) -> None:
    """Tell a listener of what is on disk already; its failure must not end the one writer."""
    try:
        listener()
    except Exception:  # what is committed stays so, whoever listens
        log.exception("a listener of the store failed")


def _named(error: Exception) -> Exception:
    """Turn SQLite's own failures into one that tells the caller to come back."""
    if isinstance(error, sqlite3.OperationalError) and not isinstance(error, PinnaceError):
        return Unavailable(f"the store can't write now: {error}")
    return error
