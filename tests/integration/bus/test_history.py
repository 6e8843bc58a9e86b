"""Finding events among many, and letting go of old ones."""

from datetime import UTC, datetime, timedelta

import pytest

from pinnace.bus import Event, Firing, History, Journal, Keep, Ledger, Query
from pinnace.store import Store

START = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
COUNT = 40


@pytest.fixture
def journal(store: Store) -> Journal:
    """Forty events, a minute apart: of ``a`` when even, of ``b`` when odd; 100 bytes each."""
    journal = Journal(store)
    for n in range(COUNT):
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
