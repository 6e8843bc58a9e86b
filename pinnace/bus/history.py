"""The journal looked at by people: found by source, event and time; kept within limits.

Lists page through the primary key (or the index by event source), so that they cost the same
however many events there are. Times are those at which the journal recorded an event: they never go
back when the clock does, and an imported event is as old as its import.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from pinnace.bus import sql
from pinnace.bus.event import Entry
from pinnace.bus.journal import read_entry
from pinnace.bus.keep import Keep
from pinnace.objects.clock import rfc3339_micro
from pinnace.store import Store, Transaction

_PAGE = 512
#: Events removed in one transaction: others wait no longer than it takes.
_BATCH = 2_000
#: Events whose sizes are added up in one look.
_STRIDE = 50_000


@dataclass(frozen=True, kw_only=True)
class Query:
    """Which events: an empty text or None doesn't restrict; ``since`` and ``until`` are recorded
    times.
    """

    namespace: str = ""
    source: str = ""
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None


class History:
    """Queries over all events, and their retention."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._sizes: Counter[tuple[str, str]] = Counter()  # bytes of each source up to …
        self._counted = 0  # … this offset
        store.ensure(sql.HISTORY)

    def newest(self, query: Query, *, limit: int, before: int | None = None) -> list[Entry]:
        """Return matching events below an offset, newest first."""
        return list(islice(self._backwards(query, before, limit), limit))

    def oldest(self, query: Query, *, limit: int, after: int = 0) -> list[Entry]:
        """Return matching events above an offset, oldest first."""
        start = max(after, self.position_at(query.since) if query.since else 0)
        return list(islice(self._forwards(query, start, limit), limit))

    def find(self, prefix: str, limit: int = 2) -> list[Entry]:
        """Return events whose id starts with a text."""
        rows = self._store.connection.execute(
            sql.FIND_PREFIX, (prefix, prefix + "\U0010ffff", limit)
        )
        return [read_entry(row) for row in rows]

    def sources(self) -> list[tuple[str, str]]:
        """Return (namespace, name) of every event source that has events."""
        found = [("", "")]
        while row := self._store.connection.execute(sql.NEXT_SOURCE, found[-1]).fetchone():
            found.append((str(row[0]), str(row[1])))
        return found[1:]

    def position_at(self, moment: datetime) -> int:
        """Return the last offset before a moment: recorded times grow with offsets, so halving
        finds it.
        """
        wanted = rfc3339_micro(moment) if moment.year > 1 else ""
        low, high = 0, int(self._store.connection.execute(sql.LAST).fetchone()[0])
        while low < high:
            middle = (low + high + 1) // 2
            row = self._store.connection.execute(sql.RECORDED_FROM, (middle,)).fetchone()
            if row is None or row[0] >= wanted:
                high = middle - 1
            else:
                low = int(row[1])
        return low

    def prune(self, keep: Mapping[tuple[str, str], Keep], consumed: int, now: datetime) -> int:
        """Remove what is over its source's limits; returns how many events.

        Nothing is removed that a sensor has yet to consume (above ``consumed``) or a join holds.
        """
        removed = 0
        self._count()
        for (namespace, source), limits in keep.items():
            last = min(self._last_over(namespace, source, limits, now), consumed)
            while last > 0:
                count, size = self._store.write(_Removal(namespace, source, last))
                removed += count
                self._sizes[namespace, source] -= size
                if count < _BATCH:
                    break
        return removed

    def _last_over(self, namespace: str, source: str, keep: Keep, now: datetime) -> int:
        """Return the offset up to which a source's events are over its limits, 0 for none."""
        by_age = self.position_at(now - keep.age) if keep.age is not None else 0
        return max(by_age, self._over_size(namespace, source, keep.size))

    def _over_size(self, namespace: str, source: str, size: int | None) -> int:
        if size is None:
            return 0
        excess, after = self._sizes[namespace, source] - size, 0
        connection = self._store.connection
        while excess > 0:
            rows = connection.execute(sql.SIZES, (namespace, source, after, _PAGE)).fetchall()
            if not rows:
                break
            for position, length in rows:
                after, excess = position, excess - length
                if excess <= 0:
                    break
        return after

    def _count(self) -> None:
        """Add up the bytes that came since the last look; in strides, as a long read stops
        SQLite from shortening its log.
        """
        connection = self._store.connection
        head = int(connection.execute(sql.LAST).fetchone()[0])
        while self._counted < head:
            upto = min(head, self._counted + _STRIDE)
            for namespace, source, size in connection.execute(
                sql.SIZES_BETWEEN, (self._counted, upto)
            ):
                self._sizes[namespace, source] += size
            self._counted = upto

    def _backwards(self, query: Query, before: int | None, page: int) -> Iterator[Entry]:
        stop = self.position_at(query.since) if query.since else 0
        before = _END if before is None else before
        if query.until is not None:
            before = min(before, self.position_at(query.until) + 1)
        while True:
            rows = self._rows(sql.NEWEST, sql.NEWEST_OF_SOURCE, query, before, page)
            for row in rows:
                if row[0] <= stop:
                    return
                if _matches(query, row):
                    yield read_entry(row)
            if len(rows) < page:
                return
            before, page = rows[-1][0], _PAGE

    def _forwards(self, query: Query, after: int, page: int) -> Iterator[Entry]:
        last = self.position_at(query.until) if query.until is not None else _END
        while True:
            rows = self._rows(sql.READ, sql.READ_OF_SOURCE, query, after, page)
            for row in rows:
                if row[0] > last:
                    return
                if _matches(query, row):
                    yield read_entry(row)
            if len(rows) < page:
                return
            after, page = rows[-1][0], _PAGE

    def _rows(
        self, of_all: str, of_source: str, query: Query, position: int, page: int
    ) -> list[tuple[int, ...]]:
        connection = self._store.connection
        if query.namespace and query.source:
            given = (query.namespace, query.source, position, page)
            return connection.execute(of_source, given).fetchall()
        return connection.execute(of_all, (position, page)).fetchall()


_END = 2**63 - 1


@dataclass(frozen=True)
class _Removal:
    """One batch of events to remove, with the firings that only they explain."""

    namespace: str
    source: str
    last: int

    def __call__(self, tx: Transaction) -> tuple[int, int]:
        """Remove them; returns how many, and how many bytes."""
        given = (self.namespace, self.source, self.last, _BATCH)
        rows = tx.connection.execute(sql.OVER, given).fetchall()
        for position, event_id, _ in rows:
            tx.connection.execute(sql.REMOVE_FIRINGS, (event_id,))
            tx.connection.execute(sql.REMOVE_FIRED, (event_id,))
            tx.connection.execute(sql.REMOVE, (position,))
        return len(rows), sum(length for _, _, length in rows)


def _matches(query: Query, row: tuple[object, ...]) -> bool:
    _, namespace, _, source, subject, *_ = row
    return (
        query.namespace in ("", namespace)
        and query.source in ("", source)
        and query.subject in ("", subject)
    )
