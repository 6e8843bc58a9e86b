"""What deleting takes along, holds back and leaves."""

from pinnace.objects.kinds import CONFIG_MAPS, PODS
from pinnace.objects.meta import Key, key_of, owner_reference, uid_of
from pinnace.store import Store
from tests.integration.store.samples import config_map, pod, workflow


def test_what_an_object_owns_goes_with_it(store: Store) -> None:
    owner = store.create(workflow("w"))
    store.create(pod("mine", ownerReferences=[owner_reference(owner)]))
    store.create(pod("other"))
    assert [p["metadata"]["name"] for p in store.list(PODS, owner=uid_of(owner))] == ["mine"]
    store.delete(key_of(owner))
    assert [p["metadata"]["name"] for p in store.list(PODS)] == ["other"]


def test_orphans_stay_when_asked(store: Store) -> None:
    owner = store.create(workflow("w"))
    store.create(pod("mine", ownerReferences=[owner_reference(owner)]))
    store.delete(key_of(owner), propagation="Orphan")
    assert store.get(PODS, "default", "mine")["metadata"]["ownerReferences"] == []


def test_a_running_pod_is_given_its_grace_period(store: Store) -> None:
    made = store.create({**pod("p"), "spec": {"nodeName": "n"}})
    waiting = store.delete(key_of(made))
    assert waiting is not None
    assert waiting["metadata"]["deletionGracePeriodSeconds"] == 30
    assert store.delete(key_of(made), grace=0) is None
    assert store.find(PODS, "default", "p") is None


def test_finalizers_hold_an_object_until_they_are_removed(store: Store) -> None:
    made = store.create(config_map("a", finalizers=["keep"]))
    held = store.delete(key_of(made))
    assert held is not None and "deletionTimestamp" in held["metadata"]
    store.update({**held, "metadata": {**held["metadata"], "finalizers": []}})
    assert store.find(CONFIG_MAPS, "default", "a") is None


def test_a_namespace_takes_what_is_in_it_along(store: Store) -> None:
    store.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "team"}})
    store.create(config_map("a", namespace="team"))
    from_default = store.create(config_map("a"))
    store.write(lambda tx: tx.delete(_namespace("team")))
    assert store.list(CONFIG_MAPS) == [from_default]


def _namespace(name: str) -> Key:
    return key_of({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
