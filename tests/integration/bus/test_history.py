"""Finding events among many, and letting go of old ones."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pinnace.bus import Event, Firing, History, Journal, Keep, Ledger, Query
from pinnace.bus.sql import SCHEMA
from pinnace.store import Store
from tests.manual_clock import ManualClock

START = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
COUNT = 40


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def store(tmp_path: Path, clock: ManualClock) -> Iterator[Store]:
    with Store.open(tmp_path / "s.db", clock=clock) as opened:
        yield opened


@pytest.fixture
def journal(store: Store, clock: ManualClock) -> Journal:
    """Forty events, a minute apart: of ``a`` when even, of ``b`` when odd; 100 bytes each."""
    journal = Journal(store)
    for n in range(COUNT):
        clock.advance((START + n * MINUTE - clock.now()).total_seconds())
        journal.append(
            Event(
                id=f"id-{n:02}", source="ab"[n % 2], type="webhook", subject=f"e{n % 3}",
                time=START + n * MINUTE, data=b'"' + b"x" * 98 + b'"',
            )
        ).result()  # fmt: skip
    return journal


@pytest.fixture
def history(store: Store, journal: Journal) -> History:
    return History(store)


QUERIES = [
    (Query(), list(range(COUNT))),
    (Query(source="a"), list(range(0, COUNT, 2))),
    (Query(namespace="default", source="b"), list(range(1, COUNT, 2))),
    (Query(namespace="elsewhere"), []),
    (Query(subject="e1", source="a"), [n for n in range(COUNT) if n % 3 == 1 and n % 2 == 0]),
    (Query(since=START + 30 * MINUTE), list(range(30, COUNT))),
    (Query(until=START + 5 * MINUTE), list(range(5))),
    (Query(since=START - MINUTE, until=START + 100 * MINUTE), list(range(COUNT))),
    (Query(since=START + 100 * MINUTE), []),
]


@pytest.mark.parametrize(("query", "wanted"), QUERIES)
def test_found_both_ways(history: History, query: Query, wanted: list[int]) -> None:
    ids = [f"id-{n:02}" for n in wanted]
    assert [each.event.id for each in history.oldest(query, limit=100)] == ids
    assert [each.event.id for each in history.newest(query, limit=100)] == ids[::-1]


def test_pages(history: History) -> None:
    first = history.newest(Query(source="a"), limit=3)
    second = history.newest(Query(source="a"), limit=3, before=first[-1].offset)
    assert [each.event.id for each in (*first, *second)] == [f"id-{n}" for n in range(38, 27, -2)]


def test_by_the_beginning_of_an_id(history: History) -> None:
    assert [each.event.id for each in history.find("id-07")] == ["id-07"]
    assert len(history.find("id-")) == 2
    assert history.find("none") == []


KEEPS = [
    (Keep(age=10 * MINUTE), [n for n in range(COUNT) if n % 2 or n >= 30]),
    (Keep(size=550), [n for n in range(COUNT) if n % 2 or n >= 30]),
    (Keep(size=550, age=4 * MINUTE), [n for n in range(COUNT) if n % 2 or n >= 36]),
    (Keep(), list(range(COUNT))),
]


@pytest.mark.parametrize(("keep", "left"), KEEPS)
def test_what_is_over_a_sources_limits_goes(history: History, keep: Keep, left: list[int]) -> None:
    now = START + COUNT * MINUTE
    removed = history.prune({("default", "a"): keep}, consumed=COUNT, now=now)
    assert removed == COUNT - len(left)
    assert [each.event.id for each in history.oldest(Query(), limit=100)] == [
        f"id-{n:02}" for n in left
    ]


def test_what_is_needed_stays(store: Store, journal: Journal, history: History) -> None:
    ledger = Ledger(store, journal)

    def firing(event_id: str, state: str) -> Firing:
        return Firing(
            sensor_uid="s", namespace="default", sensor="s", trigger="t", event_ids=(event_id,),
            state=state, time=START,
        )  # fmt: skip

    def prepare(tx: object) -> None:
        ledger.hold(tx, "s", "t", "dependency", 1)
        ledger.record(tx, firing("id-02", "pending"))
        ledger.record(tx, firing("id-04", "fired"))

    store.write(prepare)
    history.prune({("default", "a"): Keep(age=timedelta())}, consumed=20, now=START + 90 * MINUTE)
    left = [each.event.id for each in history.oldest(Query(source="a"), limit=100)]
    assert left == ["id-00", "id-02", *(f"id-{n}" for n in range(20, COUNT, 2))]
    assert [row.state for row in ledger.firings()] == ["pending"]


def test_limits_count_what_came_since_and_what_is_gone(
    store: Store, journal: Journal, history: History
) -> None:
    keep = {("default", "a"): Keep(size=1000)}
    counts: list[int] = []
    for n in (0, 4, 0, 1):
        for each in range(n):
            event = Event(id=f"more-{len(counts)}-{each}", source="a", type="t", subject="s",
                          time=START, data=b"x" * 100)  # fmt: skip
            journal.append(event).result()
        counts.append(history.prune(keep, consumed=1000, now=START))
    assert counts == [10, 4, 0, 1]
    assert len(history.oldest(Query(source="a"), limit=100)) == 10
    assert history.sources() == [("default", "a"), ("default", "b")]


def test_a_clock_that_jumps_leaves_order_and_times_in_step(
    store: Store, journal: Journal, history: History, clock: ManualClock
) -> None:
    def jump(minutes: int, id_: str) -> None:
        clock.advance(60 * minutes)
        event = Event(id=id_, source="a", type="t", subject="s", time=clock.now(), data=b"1")
        journal.append(event).result()

    jump(-60, "back")
    jump(1, "back-again")
    jump(600, "ahead")
    jump(-595, "mended")
    assert [each.event.id for each in journal.read(COUNT)] == [
        "back", "back-again", "ahead", "mended"
    ]  # fmt: skip
    newest = START + (COUNT - 1) * MINUTE
    assert history.position_at(newest) == COUNT - 1
    # nothing that is recorded from a moment on is before its position
    assert history.position_at(newest + MINUTE) == COUNT + 2
    found = history.oldest(Query(since=newest + MINUTE), limit=10)
    assert [each.event.id for each in found] == ["ahead", "mended"]
    # what a wrong clock recorded ahead of time is kept rather than lost
    history.prune({("default", "a"): Keep(age=MINUTE)}, consumed=1000, now=newest + 5 * MINUTE)
    left = history.oldest(Query(source="a"), limit=100)
    assert [each.event.id for each in left] == ["ahead", "mended"]
    assert [each.event.time for each in left] == sorted(
        (each.event.time for each in left), reverse=True
    )


def test_a_journal_without_times_of_its_own_gets_them(tmp_path: Path) -> None:
    with Store.open(tmp_path / "old.db") as store:
        old = SCHEMA.replace("recorded TEXT NOT NULL, ", "")
        assert old != SCHEMA
        store.ensure(old)
        insert = (
            "INSERT INTO events VALUES (1,'default','a','s','e','t','2026-01-31T12:00:00.000000Z',"
            "'application/json','1',NULL)"
        )
        store.write(lambda tx: tx.connection.execute(insert))
        Journal(store).append(
            Event(id="b", source="s", type="t", subject="e", time=START, data=b"2")
        ).result()
        history = History(store)
        assert [history.position_at(START), history.position_at(START + MINUTE)] == [0, 1]
