"""The event journal: append durably, read in order, remember what was refused."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pinnace.bus import sql
from pinnace.bus.event import Entry, Event
from pinnace.objects.clock import parse_rfc3339, rfc3339_micro
from pinnace.objects.meta import DEFAULT_NAMESPACE
from pinnace.store import Store, Transaction

#: Namespace, event source and event name: what tells whom an event concerns.
Route = tuple[str, str, str]


@dataclass(frozen=True, kw_only=True)
class Rejection:
    """A delivery that was refused before it became an event."""

    source: str
    subject: str
    reason: str
    status: int
    time: datetime
    remote: str = ""
    namespace: str = DEFAULT_NAMESPACE


@dataclass(frozen=True, kw_only=True)
class Addition:
    """An event to journal.

    Two events of one source and subject with the same ``dedupe`` key (a provider's delivery id, an
    object's etag) are one event.
    """

    event: Event
    namespace: str = DEFAULT_NAMESPACE
    dedupe: str | None = None

    def row(self, recorded: str) -> tuple[object, ...]:
        """Return it as a row of the journal."""
        event = self.event
        return (
            self.namespace, event.id, event.source, event.subject, event.type,
            rfc3339_micro(event.time), event.datacontenttype, event.data, self.dedupe, recorded,
        )  # fmt: skip


class Journal:
    """Events in the order in which they became durable."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._listeners: dict[object, Callable[[int], None]] = {}
        store.ensure(sql.SCHEMA)
        store.write(_add_recorded)

    def append(
        self, event: Event, *, namespace: str = DEFAULT_NAMESPACE, dedupe: str | None = None
    ) -> Future[Entry | None]:
        """Store an event; the future resolves when it is on disk, with None for a duplicate."""
        addition = Addition(event=event, namespace=namespace, dedupe=dedupe)
        return self._store.share(self.append_in, addition)

    def append_in(self, tx: Transaction, additions: Sequence[Addition]) -> list[Entry | None]:
        """Store events as part of a larger transaction; None for each that is a duplicate.

        Many rows go in with few statements: each gives up the interpreter's lock, and a busy
        process is slow to have it back. They are recorded at the present time, or at that of the
        newest event while the clock is behind it: so offsets and recorded times grow together.
        """
        recorded = max(rfc3339_micro(tx.now), _newest(tx))
        offsets: list[int | None] = []
        start = 0
        for size in sql.ROWS:
            while len(additions) - start >= size:
                offsets += _insert(tx, additions[start : start + size], recorded)
                start += size
        entries = [
            None
            if offset is None
            else Entry(offset=offset, namespace=addition.namespace, event=addition.event)
            for offset, addition in zip(offsets, additions, strict=True)
        ]
        stored = [entry.offset for entry in entries if entry is not None]
        if stored:
            tx.after_commit.append(lambda: self._tell(stored[-1]))
        return entries

    def first_in(
        self, tx: Transaction, *, namespace: str, source: str, subject: str, dedupe: str
    ) -> str | None:
        """Return the id of the event that was journaled under a ``dedupe`` key."""
        row = tx.connection.execute(sql.FIRST, (namespace, source, subject, dedupe)).fetchone()
        return str(row[0]) if row else None

    def read(self, after: int, limit: int = 256) -> list[Entry]:
        """Return the next events after an offset, oldest first."""
        return [read_entry(row) for row in self._store.connection.execute(sql.READ, (after, limit))]

    def routes(self, after: int, limit: int = 256) -> list[tuple[int, Route]]:
        """Return offset and route of the next events after an offset, without their data."""
        rows = self._store.connection.execute(sql.READ_ROUTES, (after, limit))
        return [(offset, (namespace, source, name)) for offset, namespace, source, name in rows]

    def find(self, event_id: str) -> Entry | None:
        """Return the event with that CloudEvent id."""
        row = self._store.connection.execute(sql.FIND, (event_id,)).fetchone()
        return read_entry(row) if row else None

    def at(self, offset: int) -> Entry | None:
        """Return the event at an offset."""
        row = self._store.connection.execute(sql.AT, (offset,)).fetchone()
        return read_entry(row) if row else None

    def head(self) -> int:
        """Return the offset of the newest event, 0 when there never was one."""
        return int(self._store.connection.execute(sql.HEAD).fetchone()[0])

    def subscribe(self, listener: Callable[[int], None]) -> Callable[[], None]:
        """Call ``listener`` with the newest offset when events are on disk; it must not block."""
        token = object()
        with self._lock:
            self._listeners[token] = listener

        def unsubscribe() -> None:
            with self._lock:
                self._listeners.pop(token, None)

        return unsubscribe

    def _tell(self, offset: int) -> None:
        with self._lock:
            listeners = tuple(self._listeners.values())
        for listener in listeners:
            listener(offset)

    def reject(self, rejection: Rejection) -> Future[None]:
        """Record a refused delivery."""
        row = (
            rejection.namespace, rejection.source, rejection.subject, rejection.reason,
            rejection.status, rfc3339_micro(rejection.time), rejection.remote,
        )  # fmt: skip

        def insert(tx: Transaction) -> None:
            tx.connection.execute(sql.REJECT, row)

        return self._store.transact(insert)

    def rejections(self, limit: int = 100) -> list[Rejection]:
        """Return refused deliveries, newest first."""
        rows = self._store.connection.execute(sql.REJECTIONS, (limit,))
        return [
            Rejection(
                namespace=namespace, source=source, subject=subject, reason=reason,
                status=status, time=parse_rfc3339(time), remote=remote,
            )
            for namespace, source, subject, reason, status, time, remote in rows
        ]  # fmt: skip


def _add_recorded(tx: Transaction) -> None:
    if ("recorded",) not in tx.connection.execute(sql.COLUMNS).fetchall():
        for statement in sql.ADD_RECORDED:
            tx.connection.execute(statement)


def _newest(tx: Transaction) -> str:
    row = tx.connection.execute(sql.NEWEST_RECORDED).fetchone()
    return str(row[0]) if row else ""


def _insert(tx: Transaction, additions: Sequence[Addition], recorded: str) -> list[int | None]:
    """Insert a number of rows that ``sql.ROWS`` lists; returns their offsets."""
    values = [value for addition in additions for value in addition.row(recorded)]
    done = tx.connection.execute(sql.APPEND[len(additions)], values)
    if done.rowcount == len(additions) and done.lastrowid is not None:
        return list(range(done.lastrowid - len(additions) + 1, done.lastrowid + 1))
    # some were there already: the new ones have the highest offsets
    ids = [addition.event.id for addition in additions]
    found = {id_: offset for id_ in ids if (offset := _offset(tx, id_)) is not None}
    new = set(sorted(found.values())[len(found) - done.rowcount :])
    there = {id_: offset for id_, offset in found.items() if offset in new}
    return [there.pop(id_, None) for id_ in ids]  # popped: an id that comes twice is new once


def _offset(tx: Transaction, event_id: str) -> int | None:
    row = tx.connection.execute(sql.OFFSET_OF, (event_id,)).fetchone()
    return None if row is None else int(row[0])


def read_entry(row: Any) -> Entry:
    """Return an event from a row of the journal, its columns as ``sql`` lists them."""
    offset, namespace, id_, source, subject, type_, time, content_type, data = row
    event = Event(
        id=id_, source=source, type=type_, subject=subject, time=parse_rfc3339(time),
        data=bytes(data), datacontenttype=content_type,
    )  # fmt: skip
    return Entry(offset=offset, namespace=namespace, event=event)
