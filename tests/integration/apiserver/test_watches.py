"""Watches on the wire: what they begin with, selectors, tables, bookmarks, how they end."""

import random
import socket
from typing import Any

import httpx

from pinnace.objects.kinds import CONFIG_MAPS
from pinnace.objects.meta import Key
from pinnace.objects.types import Object
from tests.integration.apiserver.conftest import TOKEN, Served
from tests.integration.apiserver.wire import MAPS, TABLE, Events, config_map


def test_a_watch_begins_with_what_is_there(client: httpx.Client, served: Served) -> None:
    served.store.create(config_map("a"))
    with Events(client, f"{MAPS}?watch=true&timeoutSeconds=30") as events:
        type_, obj = events.next()
        assert (type_, obj["metadata"]["name"]) == ("ADDED", "a")
        served.store.create(config_map("b"))
        assert events.next()[1]["metadata"]["name"] == "b"
        served.store.delete(Key(CONFIG_MAPS, "default", "a"))
        type_, obj = events.next()
        assert (type_, obj["metadata"]["name"]) == ("DELETED", "a")


def test_objects_enter_and_leave_the_view_of_a_selector(
    client: httpx.Client, served: Served
) -> None:
    key = Key(CONFIG_MAPS, "default", "a")

    def label(value: str) -> None:
        served.store.modify(
            key, lambda o: {**o, "metadata": {**o["metadata"], "labels": {"in": value}}}
        )

    since = served.store.revision()
    query = f"watch=1&labelSelector=in%3Dyes&timeoutSeconds=30&resourceVersion={since}"
    with Events(client, f"{MAPS}?{query}") as events:
        served.store.create(config_map("a"))
        for value in ("yes", "yes-still", "yes"):
            label(value)
        assert [events.next()[0] for _ in range(3)] == ["ADDED", "DELETED", "ADDED"]


def test_watching_a_table(client: httpx.Client, served: Served) -> None:
    client.headers["Accept"] = TABLE
    with Events(client, f"{MAPS}?watch=1&timeoutSeconds=30") as events:
        served.store.create(config_map("a"))
        served.store.create(config_map("b"))
        first, second = events.next()[1], events.next()[1]
    assert first["columnDefinitions"] and not second["columnDefinitions"]
    assert second["rows"][0]["cells"][0] == "b"


def test_bookmarks_and_the_end_of_a_watch(client: httpx.Client, served: Served) -> None:
    served.store.create(config_map("a"))
    query = "watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan"
    path = f"{MAPS}?{query}&allowWatchBookmarks=true&timeoutSeconds=1"
    with Events(client, path) as events:
        assert events.next()[0] == "ADDED"
        type_, mark = events.next()
        assert type_ == "BOOKMARK"
        assert mark["metadata"]["annotations"] == {"k8s.io/initial-events-end": "true"}
        (last,) = events.rest()
        assert last["type"] == "BOOKMARK"
        assert int(last["object"]["metadata"]["resourceVersion"]) <= served.store.revision()


def test_a_revision_that_is_no_longer_kept_is_gone(client: httpx.Client, served: Served) -> None:
    served.store.create(config_map("a"))

    def bump(obj: Object) -> Object:
        return {**obj, "data": {"n": str(random.random())}}

    key = Key(CONFIG_MAPS, "default", "a")

    def many(tx: Any) -> None:
        for _ in range(9000):
            tx.update(bump(tx.get(key.kind, key.namespace, key.name)))

    served.store.write(many)
    with Events(client, f"{MAPS}?watch=1&resourceVersion=2") as events:
        type_, status = events.next()
    assert (type_, status["code"], status["reason"]) == ("ERROR", 410, "Expired")


def test_a_watcher_that_does_not_read_holds_up_nobody(client: httpx.Client, served: Served) -> None:
    port = int(served.url.rpartition(":")[2])
    slow = socket.create_connection(("127.0.0.1", port))
    slow.sendall(
        f"GET {MAPS}?watch=1 HTTP/1.1\r\nHost: localhost\r\n"
        f"Authorization: Bearer {TOKEN}\r\n\r\n".encode()
    )
    with Events(client, f"{MAPS}?watch=1&timeoutSeconds=60") as events:
        for number in range(200):
            served.store.create(config_map(f"c{number}", text="x" * 50_000))
            assert events.next()[1]["metadata"]["name"] == f"c{number}"
    slow.close()


def test_stopping_ends_watches(client: httpx.Client, served: Served) -> None:
    with Events(client, f"{MAPS}?watch=1&timeoutSeconds=60") as events:
        served.server.stop()
        assert events.rest() == []
