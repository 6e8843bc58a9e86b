"""The store: identity, conflicts, watches, pages, batches, what it survives."""

import sqlite3
import threading
import weakref
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import closing
from pathlib import Path

import pytest

from pinnace.objects import names
from pinnace.objects.errors import (
    AlreadyExists,
    Conflict,
    Gone,
    Invalid,
    NotFound,
    Permanent,
    Unavailable,
)
from pinnace.objects.kinds import CONFIG_MAPS, PODS, SECRETS, WORKFLOWS
from pinnace.objects.meta import key_of, owner_reference, uid_of
from pinnace.objects.selectors import parse_labels
from pinnace.objects.types import Object
from pinnace.store import Store, Transaction, sql
from tests.integration.store.samples import config_map, pod, workflow


def test_creation_gives_identity(store: Store) -> None:
    made = store.create(
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"generateName": "a-"}}
    )
    metadata = made["metadata"]
    assert metadata["name"].startswith("a-")
    assert metadata["namespace"] == "default"
    assert metadata["uid"] and metadata["creationTimestamp"] and metadata["resourceVersion"]
    assert store.get(CONFIG_MAPS, "default", metadata["name"]) == made


def test_a_name_is_taken_once(store: Store) -> None:
    store.create(config_map("a"))
    with pytest.raises(AlreadyExists, match='configmaps "a" already exists'):
        store.create(config_map("a"))
    with pytest.raises(Invalid, match="lower case"):
        store.create(config_map("Not_A_Name"))


def test_an_update_of_something_older_is_a_conflict(store: Store) -> None:
    old = store.create(config_map("a"))
    store.update({**old, "data": {"x": "1"}})
    with pytest.raises(Conflict, match="has been modified"):
        store.update({**old, "data": {"x": "2"}})


def test_an_update_that_changes_nothing_writes_nothing(store: Store) -> None:
    made = store.create(config_map("a"))
    before = store.revision()
    assert store.update(made) == made
    assert store.revision() == before


def test_the_generation_moves_with_the_spec_only(store: Store) -> None:
    made = store.create(workflow("a"))
    status = store.update({**made, "status": {"phase": "Running"}})
    assert status["metadata"]["generation"] == 1
    spec = store.update({**status, "spec": {"entrypoint": "b"}})
    assert spec["metadata"]["generation"] == 2


def test_a_secret_s_string_data_is_folded_in(store: Store) -> None:
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}}
    store.create({**secret, "stringData": {"k": "v"}})
    found = store.get(SECRETS, "default", "s")
    assert found["data"] == {"k": "dg=="}
    assert "stringData" not in found


def test_pages_go_on_where_they_stopped(store: Store) -> None:
    for name in "abcde":
        store.create(config_map(name, labels={"odd": str(ord(name) % 2)}))
    first = store.page(CONFIG_MAPS, limit=2)
    second = store.page(CONFIG_MAPS, limit=2, continue_=first.continue_)
    third = store.page(CONFIG_MAPS, limit=2, continue_=second.continue_)
    names = [o["metadata"]["name"] for page in (first, second, third) for o in page.items]
    assert names == list("abcde")
    assert third.continue_ == ""
    assert len(store.list(CONFIG_MAPS, labels=parse_labels("odd=1"))) == 3


def test_a_failed_unit_leaves_the_others_of_its_batch_alone(store: Store) -> None:
    def broken(tx: Transaction) -> None:
        tx.create(config_map("half"))
        raise KeyError("mine")

    futures: list[Future[Object | None]] = [
        store.transact(lambda tx: tx.create(config_map("one"))),
        store.transact(broken),
    ]
    futures.append(store.transact(lambda tx: tx.create(config_map("two"))))
    assert futures[0].result() and futures[2].result()
    with pytest.raises(KeyError):
        futures[1].result()
    assert [o["metadata"]["name"] for o in store.list(CONFIG_MAPS)] == ["one", "two"]


def test_neighbours_share_their_work_and_a_bad_one_fails_alone(store: Store) -> None:
    calls: list[list[str]] = []

    def add(tx: Transaction, names: Sequence[str]) -> list[str]:
        calls.append(list(names))
        return [tx.create(config_map(name))["metadata"]["name"] for name in names]

    started, go_on = threading.Event(), threading.Event()

    def hold_up(_: Transaction) -> bool:
        started.set()
        return go_on.wait(10)

    busy = store.transact(hold_up)
    assert started.wait(10)
    futures = [store.share(add, name) for name in ("a", "b", "a", "c")]
    between = store.transact(lambda tx: tx.create(config_map("between")))
    last = store.share(add, "d")
    go_on.set()
    assert busy.result()
    outcomes = [future.exception() or future.result() for future in (*futures, last)]
    assert isinstance(outcomes.pop(2), AlreadyExists)
    assert outcomes == ["a", "b", "c", "d"]
    assert between.result()
    assert calls == [["a", "b", "a", "c"], ["a"], ["b"], ["a"], ["c"], ["d"]]


def test_a_watch_sees_every_change_in_order(store: Store) -> None:
    since = store.revision()
    made = store.create(config_map("a"))
    watch = store.watch(CONFIG_MAPS, since=since)
    store.update({**made, "data": {"x": "1"}})
    store.delete(key_of(made))
    changes = [watch.get(1) for _ in range(3)]
    assert [change.type for change in changes if change] == ["ADDED", "MODIFIED", "DELETED"]
    assert watch.get(0) is None


def test_a_watch_from_too_long_ago_is_gone(tmp_path: Path) -> None:
    with Store.open(tmp_path / "s.db") as store:
        old = store.revision()
        store.create(config_map("a"))
    with Store.open(tmp_path / "s.db") as store:
        with pytest.raises(Gone, match="too old"):
            store.watch(CONFIG_MAPS, since=old)
        assert store.watch(CONFIG_MAPS, since=store.revision()).get(0) is None


def test_everything_is_there_after_a_restart(tmp_path: Path) -> None:
    with Store.open(tmp_path / "s.db") as store:
        made = store.create(workflow("w"))
        revision = store.revision()
    with Store.open(tmp_path / "s.db") as store:
        assert store.get(WORKFLOWS, "default", "w") == made
        assert store.revision() == revision
    assert (tmp_path / "s.db").stat().st_mode & 0o077 == 0


def test_a_file_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    Store.open(path).close()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (sql.LAYOUT,)
        connection.execute(f"PRAGMA user_version={sql.LAYOUT + 1}")
    with pytest.raises(Permanent, match="s.db was written by a newer Pinnace.*found 2.*--state"):
        Store.open(path)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "s.db").write_text("something else" * 100)
    with pytest.raises(Permanent, match="s.db can't be used.*file is not a database"):
        Store.open(tmp_path / "s.db")


def test_a_full_disk_is_said_and_survived(store: Store) -> None:
    pages = store.connection.execute("PRAGMA page_count").fetchone()[0]

    def limit(tx: Transaction, most: int) -> None:
        tx.connection.execute(f"PRAGMA max_page_count={most}")

    store.write(lambda tx: limit(tx, pages + 2))
    big = {**config_map("big"), "data": {"x": "y" * 100_000}}
    with pytest.raises(Unavailable, match="can't write now"):
        store.create(big)
    store.write(lambda tx: limit(tx, 1_000_000))
    assert store.create(big)["metadata"]["name"] == "big"


def test_many_writers_lose_nothing(store: Store) -> None:
    store.create({**config_map("n"), "data": {"n": "0"}})
    key = key_of(config_map("n"))

    def count() -> None:
        for _ in range(50):
            store.modify(key, lambda o: {**o, "data": {"n": str(int(o["data"]["n"]) + 1)}})

    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.get(CONFIG_MAPS, "default", "n")["data"]["n"] == "400"


def test_nothing_is_there_to_get(store: Store) -> None:
    with pytest.raises(NotFound, match='pods "p" not found'):
        store.get(PODS, "default", "p")


def test_a_cancelled_write_and_a_broken_listener_stop_nobody(store: Store) -> None:
    def broken(_changes: object) -> None:
        raise RuntimeError("a listener's own mistake")

    release = threading.Event()
    store.subscribe(broken)
    busy = store.transact(lambda _tx: release.wait(5))
    waiting = store.transact(lambda tx: tx.create(config_map("never")))
    assert waiting.cancel()
    release.set()
    assert busy.result()
    assert store.create(config_map("after"))
    assert [o["metadata"]["name"] for o in store.list(CONFIG_MAPS)] == ["after"]


def test_a_thread_that_ends_leaves_no_connection_behind(store: Store) -> None:
    folder = Path("/proc/self/fd")
    store.list(PODS)
    before = len(list(folder.iterdir()))
    for _ in range(50):
        reader = threading.Thread(target=lambda: store.list(PODS))
        reader.start()
        reader.join()
    assert len(list(folder.iterdir())) <= before + 5


def test_an_owners_objects_are_found_by_index(store: Store) -> None:
    plan = store.connection.execute(f"EXPLAIN QUERY PLAN {sql.LIST_OWNED}", ("u", "", "pods"))
    steps = [row[3] for row in plan]
    assert "SEARCH objects USING INDEX objects_uid (uid=?)" in steps


def test_only_what_changed_of_an_owners_objects_is_read_anew(store: Store) -> None:
    owner = owner_reference(store.create(workflow("w")))
    for name in ("a", "b", "c"):
        store.create(pod(name, ownerReferences=[owner]))
    known: dict[str, Object] = {}
    first = store.owned(PODS, owner["uid"], known)
    store.modify(key_of(first[1]), lambda obj: {**obj, "spec": {"nodeName": "here"}})
    store.delete(key_of(first[2]))
    second = store.owned(PODS, owner["uid"], known)
    assert second == tuple(store.list(PODS, owner=owner["uid"]))
    assert second[0] is first[0]
    assert second[1]["spec"] == {"nodeName": "here"}
    assert set(known) == {uid_of(each) for each in second}


def test_the_log_of_changes_does_not_keep_what_a_listener_decoded(store: Store) -> None:
    decoded: list[weakref.ref[object]] = []
    store.subscribe(lambda changes: decoded.extend(weakref.ref(each) for each in changes))
    store.subscribe(lambda changes: [each.object for each in changes] and None)
    store.create(pod("p"))
    store.create(pod("q"))  # by now the writer has let go of the first
    assert decoded[0]() is None


def test_a_generated_name_that_is_taken_is_drawn_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    draws = iter(["aaaaa", "aaaaa", "aaaaa", "bbbbb"])
    monkeypatch.setattr(names, "generate_suffix", lambda: next(draws))
    made = [store.create(config_map("", generateName="w-")) for _ in range(2)]
    assert [each["metadata"]["name"] for each in made] == ["w-aaaaa", "w-bbbbb"]
    monkeypatch.setattr(names, "generate_suffix", lambda: "aaaaa")
    with pytest.raises(AlreadyExists, match="w-aaaaa"):
        store.create(config_map("", generateName="w-"))
