"""The resource source on a real store."""

from typing import Any

import pytest

from pinnace.objects.kinds import CONFIG_MAPS
from pinnace.objects.meta import Key
from tests.eventually import eventually
from tests.integration.eventsources.conftest import Plane, event_source

CRON_TABS = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "crontabs.stable.example.com"},
    "spec": {
        "group": "stable.example.com",
        "names": {"plural": "crontabs", "singular": "crontab", "kind": "CronTab"},
        "scope": "Namespaced",
        "versions": [{"name": "v1", "served": True, "storage": True, "schema": {
            "openAPIV3Schema": {"type": "object"}}}],
    },
}  # fmt: skip


def source(*types: str, **more: Any) -> Any:
    spec = {"group": "", "version": "v1", "resource": "configmaps", "namespace": "default",
            "eventTypes": list(types), **more}  # fmt: skip
    return event_source("resource", {"resource": {"example": spec}})


def config(name: str, namespace: str = "default", labels: Any = None, **data: str) -> Any:
    metadata = {"name": name, "namespace": namespace}
    if labels:
        metadata["labels"] = labels
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


def change(plane: Plane, name: str, **data: str) -> None:
    plane.store.modify(Key(CONFIG_MAPS, "default", name), lambda old: {**old, "data": data})


def told(plane: Plane) -> list[tuple[str, str]]:
    return [(data["type"], data["body"]["metadata"]["name"]) for data in plane.data()]


def test_what_happens_to_an_object(plane: Plane) -> None:
    plane.store.create(config("before", a="0"))
    plane.run(source("ADD", "UPDATE", "DELETE", metadata={"m": "n"}))
    eventually(plane.events)  # as upstream: what is there is told as an ADD
    plane.store.create(config("x", a="1"))
    plane.store.create(config("elsewhere", namespace="other"))
    change(plane, "x", a="2")
    plane.store.delete(Key(CONFIG_MAPS, "default", "x"))
    eventually(lambda: len(plane.events()) == 4)
    assert told(plane) == [("ADD", "before"), ("ADD", "x"), ("UPDATE", "x"), ("DELETE", "x")]
    _, added, updated, deleted = plane.data()
    assert added["oldBody"] is None and deleted["oldBody"] is None
    assert (updated["oldBody"]["data"], updated["body"]["data"]) == ({"a": "1"}, {"a": "2"})
    assert updated["oldBody"]["metadata"]["uid"] == updated["body"]["metadata"]["uid"]
    assert deleted["body"]["data"] == {"a": "2"}
    assert (added["group"], added["version"], added["resource"]) == ("", "v1", "configmaps")
    assert list(added) == ["type", "body", "oldBody", "group", "version", "resource", "metadata"]
    assert plane.events()[0].type == "resource"


def test_a_restart_repeats_nothing_and_misses_nothing(plane: Plane) -> None:
    for name in ("kept", "changed", "deleted", "replaced"):
        plane.store.create(config(name, a="1"))
    plane.run(source("ADD", "UPDATE", "DELETE"))
    eventually(lambda: len(plane.events()) == 4)
    plane.controller.stop()
    change(plane, "changed", a="2")
    for name in ("deleted", "replaced"):
        plane.store.delete(Key(CONFIG_MAPS, "default", name))
    plane.store.create(config("replaced", a="2"))
    plane.store.create(config("new"))
    plane.restart()
    eventually(lambda: len(plane.events()) == 9)
    assert sorted(told(plane)[4:]) == [
        ("ADD", "new"), ("ADD", "replaced"), ("DELETE", "deleted"), ("DELETE", "replaced"),
        ("UPDATE", "changed"),
    ]  # fmt: skip
    (updated,) = [data for data in plane.data() if data["type"] == "UPDATE"]
    assert updated["oldBody"]["data"] == {"a": "1"}
    plane.restart()
    plane.listening("resource")
    assert len(plane.events()) == 9


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({"prefix": "a"}, ["a1", "a2"]),
        ({"labels": [{"key": "app", "operation": "==", "value": "web"}]}, ["a1"]),
        ({"labels": [{"key": "app", "operation": "!=", "value": "web"}]}, ["a2", "b1"]),
        ({"labels": [{"key": "app", "operation": "in", "value": "web,db"}]}, ["a1", "a2"]),
        ({"labels": [{"key": "app", "operation": "exists"}]}, ["a1", "a2"]),
        ({"labels": [{"key": "n", "operation": "gt", "value": "1"}]}, ["a2"]),
        ({"fields": [{"key": "data.mode", "operation": "==", "value": "^t"}]}, ["a1"]),
        ({"fields": [{"key": "data.mode", "operation": "!=", "value": "^t"}]}, ["a2"]),
        ({"fields": [{"key": "metadata.generation", "operation": "!=", "value": "x"}]}, []),
        ({"createdBy": "2020-01-01T00:00:00Z"}, []),
    ],
)
def test_filters(plane: Plane, filters: Any, names: list[str]) -> None:
    plane.run(source("ADD", filter=filters))
    plane.store.create(config("a1", labels={"app": "web", "n": "1"}, mode="test"))
    plane.store.create(config("a2", labels={"app": "db", "n": "2"}, mode="live"))
    plane.store.create(config("b1"))
    plane.replace("resource", lambda old: {**old, **source("ADD", prefix="", filter={**filters})})
    plane.run(event_source("last", {"resource": {"last": {
        "version": "v1", "resource": "configmaps", "eventTypes": ["ADD"]}}}))  # fmt: skip
    eventually(lambda: sum(event.subject == "last" for event in plane.events()) == 3)
    eventually(lambda: len(plane.events()) == 3 + len(names))
    mine = [e.as_json()["data"] for e in plane.events() if e.subject == "example"]
    assert sorted(data["body"]["metadata"]["name"] for data in mine) == names


def test_after_start_what_was_there_is_not_told(plane: Plane) -> None:
    plane.store.create(config("before"))
    plane.run(source("ADD", "UPDATE", filter={"afterStart": True}))
    plane.store.create(config("after"))
    eventually(plane.events)
    change(plane, "before", a="1")
    eventually(lambda: told(plane) == [("ADD", "after"), ("UPDATE", "before")])


def test_labels_that_no_longer_match_are_a_delete(plane: Plane) -> None:
    labels = [{"key": "app", "value": "web"}]
    plane.run(source("ADD", "DELETE", filter={"labels": labels}))
    plane.store.create(config("x", labels={"app": "web"}))
    plane.store.modify(
        Key(CONFIG_MAPS, "default", "x"),
        lambda old: {**old, "metadata": {**old["metadata"], "labels": {}}},
    )
    eventually(lambda: told(plane) == [("ADD", "x"), ("DELETE", "x")])


def test_a_resource_that_is_not_served_is_told(plane: Plane) -> None:
    plane.store.create(source("ADD", resource="crontabs", group="stable.example.com"))
    problem = "found crontabs of stable.example.com v1"
    eventually(lambda: problem in plane.condition("resource").get("message", ""))
    plane.store.create(CRON_TABS)
    plane.listening("resource")
    tab = {"apiVersion": "stable.example.com/v1", "kind": "CronTab",
           "metadata": {"name": "tab", "namespace": "default"}}  # fmt: skip
    plane.store.create(tab)
    eventually(plane.events)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"eventTypes": ["CHANGE"]}, "eventTypes"),
        ({"eventTypes": []}, "eventTypes"),
        ({"version": ""}, "version"),
        ({"filter": {"labels": [{"key": "a", "operation": "like"}]}}, "filter.labels[0].operation"),
        ({"filter": {"fields": [{"key": "a", "operation": "in"}]}}, "filter.fields[0].operation"),
        ({"filter": {"fields": [{"key": "a", "value": "("}]}}, "filter.fields[0].value"),
        ({"filter": {"createdBy": "soon"}}, "filter.createdBy"),
    ],
)
def test_a_wrong_spec_is_named(plane: Plane, more: Any, field: str) -> None:
    plane.store.create(source("ADD", **more))
    problem = eventually(lambda: plane.condition("resource", "SourcesProvided"))
    assert f"spec.resource.example.{field}: expected" in problem["message"]
