from datetime import UTC, datetime
from pathlib import Path

import pytest

from pinnace.bus import Addition, Checkpoints, Entry, Event, Firing, Journal, Ledger, Rejection
from pinnace.objects.kinds import CONFIG_MAPS
from pinnace.objects.types import Object
from pinnace.store import Store, Transaction

NOW = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)


def event(id_: str) -> Event:
    return Event(id=id_, source="es", type="webhook", subject="e", time=NOW, data=b'{"a":1}')


def appended(journal: Journal, id_: str, dedupe: str | None = None) -> Entry | None:
    return journal.append(event(id_), dedupe=dedupe).result()


def test_events_come_back_in_order(store: Store) -> None:
    journal = Journal(store)
    seen: list[int] = []
    journal.subscribe(seen.append)
    for n in range(5):
        appended(journal, str(n))
    assert [entry.event for entry in journal.read(0)] == [event(str(n)) for n in range(5)]
    assert [entry.event.id for entry in journal.read(3)] == ["3", "4"]
    assert seen == [1, 2, 3, 4, 5]
    assert journal.head() == 5
    found = journal.find("2")
    assert found is not None and found.event.as_json()["data"] == {"a": 1}


def test_one_delivery_is_one_event(store: Store) -> None:
    journal = Journal(store)
    assert appended(journal, "a", dedupe="delivery-1") is not None
    assert appended(journal, "b", dedupe="delivery-1") is None
    assert appended(journal, "c", dedupe="delivery-2") is not None
    assert [entry.event.id for entry in journal.read(0)] == ["a", "c"]


def test_a_batch_finds_its_duplicates_and_keeps_its_order(store: Store) -> None:
    journal = Journal(store)
    assert appended(journal, "old", dedupe="1")
    told: list[int] = []
    journal.subscribe(told.append)
    given = [("a", "2"), ("b", "1"), ("old", None), ("c", None), ("a", "3"), ("d", "2"), ("e", "4")]
    additions = [Addition(event=event(id_), dedupe=dedupe) for id_, dedupe in given]
    entries = store.write(lambda tx: journal.append_in(tx, additions))
    new = [entry.event.id if entry else "" for entry in entries]
    assert new == ["a", "", "", "c", "", "", "e"]
    there = journal.read(0)
    assert [entry.event.id for entry in there] == ["old", "a", "c", "e"]
    assert [entry for entry in entries if entry] == there[1:]
    assert told == [there[-1].offset]


@pytest.mark.parametrize("count", [1, 3, 4, 21, 64, 150])
def test_batches_of_any_size(store: Store, count: int) -> None:
    journal = Journal(store)
    additions = [Addition(event=event(str(n))) for n in range(count)]
    entries = store.write(lambda tx: journal.append_in(tx, additions))
    assert entries == journal.read(0)
    assert [entry.event.id for entry in entries if entry] == [str(n) for n in range(count)]


def test_consuming_and_creating_are_one_commit(store: Store) -> None:
    journal = Journal(store)
    ledger = Ledger(store, journal)
    appended(journal, "a")
    made: Object = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "made"}}

    def fire(tx: Transaction) -> None:
        ledger.advance(tx, "sensor", 1)
        tx.create(made)
        raise RuntimeError("killed in between")

    future = store.transact(fire)
    assert isinstance(future.exception(), RuntimeError)
    assert ledger.offset("sensor") is None
    assert store.find(CONFIG_MAPS, "default", "made") is None


def test_the_ledger_remembers(store: Store) -> None:
    journal = Journal(store)
    ledger = Ledger(store, journal)
    for id_ in ("a", "b"):
        appended(journal, id_)
    store.write(lambda tx: ledger.hold(tx, "uid", "t", "dep", 1))
    store.write(lambda tx: ledger.hold(tx, "uid", "t", "dep", 2))
    assert ledger.joined("uid", "t")["dep"].event.id == "b"
    firing = Firing(
        sensor_uid="uid", namespace="default", sensor="s", trigger="t", event_ids=("a", "b"),
        state="pending", time=NOW,
    )  # fmt: skip
    store.write(lambda tx: ledger.clear(tx, "uid", "t"))
    store.write(lambda tx: ledger.record(tx, firing))
    assert ledger.joined("uid", "t") == {}
    assert [f.trigger for f in ledger.firings(event_id="b")] == ["t"]
    assert [f.state for f in ledger.firings(sensor_uid="uid", state="pending")] == ["pending"]


def test_refusals_and_checkpoints_are_kept(tmp_path: Path) -> None:
    with Store.open(tmp_path / "s.db") as store:
        rejection = Rejection(source="es", subject="e", reason="bad token", status=401, time=NOW)
        Journal(store).reject(rejection).result()
        checkpoints = Checkpoints(store)
        store.write(lambda tx: checkpoints.put_in(tx, "k", "v"))
    with Store.open(tmp_path / "s.db") as store:
        assert Journal(store).rejections() == [rejection]
        assert Checkpoints(store).get("k") == "v"
