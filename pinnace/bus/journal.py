"""The event journal: append durably, read in order, remember what was refused."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pinnace.bus import sql
from pinnace.bus.event import Entry, Event
from pinnace.objects.clock import parse_rfc3339, rfc3339_micro
from pinnace.objects.meta import DEFAULT_NAMESPACE
from pinnace.store import Store, Transaction


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


class Journal:
    """Events in the order in which they became durable."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._listeners: dict[object, Callable[[int], None]] = {}
        store.ensure(sql.SCHEMA)

    def append(
        self, event: Event, *, namespace: str = DEFAULT_NAMESPACE, dedupe: str | None = None
    ) -> Future[Entry | None]:
        """Store an event; the future resolves when it is on disk, with None for a duplicate.

        Two events of one source and subject with the same ``dedupe`` key (a provider's delivery id,
        an object's etag) are one event.
        """
        return self._store.transact(
            lambda tx: self.append_in(tx, event, namespace=namespace, dedupe=dedupe)
        )

    def append_in(
        self,
        tx: Transaction,
        event: Event,
        *,
        namespace: str = DEFAULT_NAMESPACE,
        dedupe: str | None = None,
    ) -> Entry | None:
        """Store an event as part of a larger transaction."""
        row = tx.connection.execute(
            sql.APPEND,
            (
                namespace, event.id, event.source, event.subject, event.type,
                rfc3339_micro(event.time), event.datacontenttype, event.data, dedupe,
            ),
        ).fetchone()  # fmt: skip
        if row is None:
            return None
        offset = int(row[0])
        tx.after_commit.append(lambda: self._tell(offset))
        return Entry(offset=offset, namespace=namespace, event=event)

    def first_in(
        self, tx: Transaction, *, namespace: str, source: str, subject: str, dedupe: str
    ) -> str | None:
        """Return the id of the event that was journaled under a ``dedupe`` key."""
        row = tx.connection.execute(sql.FIRST, (namespace, source, subject, dedupe)).fetchone()
        return str(row[0]) if row else None

    def read(self, after: int, limit: int = 256) -> list[Entry]:
        """Return the next events after an offset, oldest first."""
        return [read_entry(row) for row in self._store.connection.execute(sql.READ, (after, limit))]

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
        """Call ``listener`` with each new offset once it is on disk; it must not block."""
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


def read_entry(row: Any) -> Entry:
    """Return an event from a row of the journal, its columns as ``sql`` lists them."""
    offset, namespace, id_, source, subject, type_, time, content_type, data = row
    event = Event(
        id=id_, source=source, type=type_, subject=subject, time=parse_rfc3339(time),
        data=bytes(data), datacontenttype=content_type,
    )  # fmt: skip
    return Entry(offset=offset, namespace=namespace, event=event)
