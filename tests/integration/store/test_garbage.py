"""What goes along with an object that is deleted, and in which order."""

from typing import Any

import pytest

from pinnace.objects.kinds import CONFIG_MAPS, NAMESPACES, PODS, SECRETS, WORKFLOWS
from pinnace.objects.meta import Key, owner_reference
from pinnace.objects.types import Object
from pinnace.store import Store


def obj(kind: str, name: str, *owners: Object, **metadata: Any) -> Object:
    version = "argoproj.io/v1alpha1" if kind == "Workflow" else "v1"
    metadata = {"name": name, "namespace": "default", **metadata}
    if owners:
        metadata["ownerReferences"] = [owner_reference(owner) for owner in owners]
    return {"apiVersion": version, "kind": kind, "metadata": metadata}


def key(kind: Any, name: str, namespace: str = "default") -> Key:
    return Key(kind, namespace, name)


def test_in_the_foreground_dependents_go_first(store: Store) -> None:
    owner = store.create(obj("Workflow", "w"))
    middle = store.create(obj("ConfigMap", "c", owner))
    store.create(obj("Secret", "s", middle, finalizers=["a/b"]))
    waiting = store.delete(key(WORKFLOWS, "w"), propagation="Foreground")
    assert waiting and waiting["metadata"]["finalizers"] == ["foregroundDeletion"]
    held = store.get(CONFIG_MAPS, "default", "c")
    assert held["metadata"]["finalizers"] == ["foregroundDeletion"]
    assert "deletionTimestamp" in store.get(SECRETS, "default", "s")["metadata"]
    since = store.revision()
    watch = store.watch(None, since=since)
    store.modify(
        key(SECRETS, "s"), lambda s: {**s, "metadata": {**s["metadata"], "finalizers": []}}
    )
    gone = [change.key.name for change in iter(lambda: watch.get(0.5), None)
            if change.type == "DELETED"]  # fmt: skip
    assert gone == ["s", "c", "w"]


def test_in_the_foreground_what_does_not_block_is_not_waited_for(store: Store) -> None:
    owner = store.create(obj("Workflow", "w"))
    child = obj("ConfigMap", "c", finalizers=["a/b"])
    reference = {**owner_reference(owner), "blockOwnerDeletion": False}
    child["metadata"]["ownerReferences"] = [reference]
    store.create(child)
    assert store.delete(key(WORKFLOWS, "w"), propagation="Foreground") is None
    assert "deletionTimestamp" in store.get(CONFIG_MAPS, "default", "c")["metadata"]


def test_a_dependent_of_two_stays_with_the_one_that_stays(store: Store) -> None:
    first, second = store.create(obj("Workflow", "a")), store.create(obj("Workflow", "b"))
    store.create(obj("ConfigMap", "c", first, second))
    store.delete(key(WORKFLOWS, "a"), propagation="Foreground")
    left = store.get(CONFIG_MAPS, "default", "c")["metadata"]["ownerReferences"]
    assert [reference["name"] for reference in left] == ["b"]
    store.delete(key(WORKFLOWS, "b"))
    assert store.find(CONFIG_MAPS, "default", "c") is None


def test_an_owner_that_never_was_keeps_nobody(store: Store) -> None:
    owner = store.create(obj("Workflow", "a"))
    child = obj("ConfigMap", "c", owner)
    child["metadata"]["ownerReferences"].append({**owner_reference(owner), "uid": "never"})
    store.create(child)
    store.delete(key(WORKFLOWS, "a"))
    assert store.find(CONFIG_MAPS, "default", "c") is None


@pytest.mark.parametrize("propagation", ["Background", "Foreground"])
def test_a_long_chain_of_owners_is_no_deep_stack(store: Store, propagation: str) -> None:
    def chain(tx: Any) -> None:
        last = tx.create(obj("ConfigMap", "c-0"))
        for number in range(1, 1500):
            last = tx.create(obj("ConfigMap", f"c-{number}", last))

    store.write(chain)
    store.delete(key(CONFIG_MAPS, "c-0"), propagation=propagation)
    assert store.count(CONFIG_MAPS) == 0


@pytest.mark.parametrize("propagation", ["Background", "Foreground"])
def test_owners_in_a_circle_end_together(store: Store, propagation: str) -> None:
    first = store.create(obj("ConfigMap", "a"))
    second = store.create(obj("ConfigMap", "b", first))
    store.update({**first, "metadata": {**first["metadata"],
                                        "ownerReferences": [owner_reference(second)]}})  # fmt: skip
    store.delete(key(CONFIG_MAPS, "a"), propagation=propagation)
    assert store.count(CONFIG_MAPS) == 0


def test_a_namespace_is_terminating_until_it_is_empty(store: Store) -> None:
    team = store.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "team"}})
    assert team["metadata"]["labels"] == {"kubernetes.io/metadata.name": "team"}
    store.create({**obj("Pod", "p", namespace="team"), "spec": {"nodeName": "here"}})
    store.create(obj("ConfigMap", "c", namespace="team"))
    waiting = store.delete(key(NAMESPACES, "team", ""))
    assert waiting and waiting["status"]["phase"] == "Terminating"
    assert store.count(CONFIG_MAPS) == 0
    assert "deletionTimestamp" in store.get(PODS, "team", "p")["metadata"]
    store.delete(key(PODS, "p", "team"), grace=0)  # as the node agent does
    assert store.find(NAMESPACES, "", "team") is None


def test_an_empty_namespace_goes_at_once(store: Store) -> None:
    store.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "team"}})
    watch = store.watch(NAMESPACES, since=store.revision())
    assert store.delete(key(NAMESPACES, "team", "")) is None
    seen = [watch.get(1), watch.get(1)]
    assert [change.type for change in seen if change] == ["MODIFIED", "DELETED"]
