"""The one thread that writes, with group commit.

Each unit of work runs in a savepoint of its own, so one that fails leaves the others alone; all
that wait while the disk syncs share the next commit. A future resolves only after its commit is on
disk.
"""

import logging
import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from pinnace.objects.clock import Clock
from pinnace.objects.errors import PinnaceError, Unavailable
from pinnace.objects.registry import Registry
from pinnace.store import sql
from pinnace.store.changes import Change, ChangeLog
from pinnace.store.transaction import Transaction, stored_definitions

_BATCH = 256

log = logging.getLogger(__name__)

Unit = Callable[[Transaction], Any]


@dataclass(frozen=True)
class _Done:
    future: Future[Any]
    result: Any
    changes: list[Change]
    kinds: Registry
    after_commit: list[Callable[[], None]]


class Writer:
    """Runs units of work in order on its own thread and connection."""

    def __init__(self, connection: sqlite3.Connection, clock: Clock, log: ChangeLog) -> None:
        self._connection, self._clock, self._log = connection, clock, log
        self._revision = log.revision
        self.kinds = Registry.of_definitions(stored_definitions(connection))
        self._queue: queue.SimpleQueue[tuple[Unit, Future[Any]] | None] = queue.SimpleQueue()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    def submit(self, unit: Unit) -> Future[Any]:
        """Queue a unit of work; the future holds its result once it is durable."""
        future: Future[Any] = Future()
        if self._closed.is_set():
            future.set_exception(Unavailable("the store is closed"))
        else:
            self._queue.put((unit, future))
        return future

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
                left[1].set_exception(Unavailable("the store is closed"))

    def _next_batch(self) -> list[tuple[Unit, Future[Any]]] | None:
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

    def _commit(self, batch: list[tuple[Unit, Future[Any]]]) -> None:
        done: list[_Done] = []
        before = self._revision
        kinds = self.kinds
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            for unit, future in batch:
                if outcome := self._attempt(unit, future, kinds):
                    done.append(outcome)
                    kinds = outcome.kinds
            if self._revision != before:
                self._connection.execute(sql.SET_REVISION, (self._revision,))
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._abandon(batch, error)
            return
        self.kinds = kinds
        changes = [change for outcome in done for change in outcome.changes]
        if changes:
            _tell(lambda: self._log.publish(changes, self._revision))
        for outcome in done:
            for tell in outcome.after_commit:
                _tell(tell)
            outcome.future.set_result(outcome.result)

    def _attempt(self, unit: Unit, future: Future[Any], kinds: Registry) -> _Done | None:
        if not future.running() and not future.set_running_or_notify_cancel():
            return None  # cancelled before its turn; from here on it can't be any more
        self._connection.execute("SAVEPOINT unit")
        transaction = Transaction(self._connection, self._clock.now(), self._next_revision, kinds)
        try:
            result = unit(transaction)
        except Exception as error:
            if isinstance(error, sqlite3.OperationalError) and not self._connection.in_transaction:
                raise  # SQLite gave up the whole transaction (disk full): so does the batch
            self._connection.execute("ROLLBACK TO unit")
            self._connection.execute("RELEASE unit")
            future.set_exception(_named(error))
            return None
        self._connection.execute("RELEASE unit")
        return _Done(
            future, result, transaction.changes, transaction.kinds, transaction.after_commit
        )

    def _next_revision(self) -> int:
        self._revision += 1
        return self._revision

    def _abandon(self, batch: list[tuple[Unit, Future[Any]]], error: sqlite3.Error) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")
        for _, future in batch:
            if not future.done():
                future.set_exception(_named(error))


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
