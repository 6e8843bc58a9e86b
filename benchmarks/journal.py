"""The journal, short and long: appending, consuming, listing.

How to read it: each figure of the long journal has its ratio to the same of a short one (1,000
events), measured in the same run; near 1 means that the journal's length costs nothing. The long
one is filled with SQL and its indexes are built afterwards: through the front door 10 million
events take an hour or two. Retention counts a source's bytes once after a start, which takes as
long as the journal is; from then on only what is new.
"""

import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

from benchmarks.report import figure, median, rate, timed, title
from pinnace.bus import Event, History, Journal, Keep, Query
from pinnace.eventsources.envelope import new_event_id
from pinnace.store import Store

EVENTS = 300_000
_SHORT = 1_000
_AT_ONCE = 64
_SECONDS = 2.0
_LOOKS = 200
_SOURCES = 10
_FILL = """
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
INSERT INTO events
SELECT i, 'default', printf('%012x', i * 100) || lower(hex(randomblob(10))), 'source-' || (i % ?),
       'call', 'webhook', time, time, 'application/json',
       CAST('{"body":{"number":' || i || '}}' AS BLOB), NULL
FROM (
    SELECT i, strftime('%Y-%m-%dT%H:%M:%f', 1767225600 + i / 10.0, 'unixepoch') || '000Z' AS time
    FROM n
)
"""


@dataclass(frozen=True, kw_only=True)
class _Found:
    """Events a second, and milliseconds."""

    append: float
    consume: float
    newest: float
    of_source: float
    since: float
    first_sweep: float
    sweep: float


def measure(events: int) -> None:
    """Measure and print."""
    title(f"events: a journal of {events:,} beside one of {_SHORT:,}")
    with _journal(_SHORT) as path:
        short = _measured(path)
    begun = perf_counter()
    with _journal(events) as path:
        size = path.stat().st_size / 2**30
        figure(f"filled with {events:,} events ({size:.2f} GiB)", perf_counter() - begun, "s")
        long = _measured(path)
    _show("appended, 64 waiting at a time", short.append, long.append, "/s")
    _show("consumed: the next 256 read", short.consume, long.consume, "ms")
    _show("events list, newest 50", short.newest, long.newest, "ms")
    _show("events list, newest 50 of a source", short.of_source, long.of_source, "ms")
    _show("events list --since, in the middle", short.since, long.since, "ms")
    _show("retention, first look after a start", short.first_sweep, long.first_sweep, "ms")
    _show("retention with nothing to remove", short.sweep, long.sweep, "ms")


def _show(name: str, short: float, long: float, unit: str) -> None:
    figure(f"{name}: short journal", short, unit)
    figure(f"{name}: long journal", long, unit, ratio=long / short, to="short")


@contextmanager
def _journal(events: int) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="pinnace-bench-") as folder:
        path = Path(folder) / "pinnace.db"
        with Store.open(path) as store:
            Journal(store)
            History(store)
        _fill(path, events)
        yield path


def _fill(path: Path, events: int) -> None:
    with sqlite3.connect(path, isolation_level=None) as connection:
        connection.execute("PRAGMA journal_mode=OFF")
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("PRAGMA cache_size=-400000")
        indexes = connection.execute(
            "SELECT name, sql FROM sqlite_schema WHERE type='index' AND tbl_name='events'"
        ).fetchall()
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}")
        connection.execute(_FILL, (events, _SOURCES))
        for _, statement in indexes:
            connection.execute(statement)
        connection.execute("PRAGMA journal_mode=WAL")
    connection.close()
    file = os.open(path, os.O_RDONLY)
    os.fsync(file)  # what is measured must not wait for what was filled in
    os.close(file)


def _measured(path: Path) -> _Found:
    with Store.open(path) as store:
        journal, history = Journal(store), History(store)
        head = journal.head()
        middle = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=head / 20)
        keep = {("default", f"source-{n}"): Keep(age=timedelta(days=36_500), size=2**40)
                for n in range(_SOURCES)}  # fmt: skip

        def sweep() -> None:
            history.prune(keep, head, datetime.now(UTC))

        return _Found(
            newest=_looked(lambda: history.newest(Query(), limit=50)),
            of_source=_looked(
                lambda: history.newest(Query(namespace="default", source="source-3"), limit=50)
            ),
            since=_looked(lambda: history.oldest(Query(since=middle), limit=50)),
            consume=_looked(lambda: journal.read(max(0, head - 256), 256)),
            append=rate(lambda: _append(journal), _SECONDS),
            first_sweep=1000 * timed(sweep),
            sweep=_looked(sweep),
        )


def _looked(work: Callable[[], object]) -> float:
    work()
    return 1000 * median([timed(work) for _ in range(_LOOKS)])


def _append(journal: Journal) -> int:
    now = datetime.now(UTC)
    waiting = [
        journal.append(
            Event(id=new_event_id(now), source="source-3", type="webhook", subject="call",
                  time=now, data=b'{"body":{"number":7}}')
        )
        for _ in range(_AT_ONCE)
    ]  # fmt: skip
    for future in waiting:
        future.result()
    return _AT_ONCE
