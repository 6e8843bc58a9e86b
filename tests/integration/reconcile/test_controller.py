import threading
from collections.abc import Callable

from pinnace.objects.errors import Transient
from pinnace.objects.kinds import CONFIG_MAPS, EVENTS, PODS, WORKFLOWS
from pinnace.objects.meta import Key, key_of, owner_reference
from pinnace.objects.types import Object
from pinnace.reconcile import NOTHING, Controller, Decision, Note, Watches, WorkQueue, owned_by
from pinnace.store import Store
from tests.eventually import eventually


def workflow(name: str) -> Object:
    metadata = {"name": name}
    return {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "metadata": metadata,
            "spec": {}}  # fmt: skip


def controller(store: Store, reconcile: Callable[[Key], Decision]) -> Controller:
    watches = (Watches(PODS, owned_by(WORKFLOWS)),)
    return Controller(store, name="t", kind=WORKFLOWS, reconcile=reconcile, watches=watches)


def with_phase(obj: Object, phase: str) -> Object:
    return {**obj, "status": {"phase": phase}}


def test_a_decision_becomes_true_as_a_whole(store: Store) -> None:
    def reconcile(key: Key) -> Decision:
        found = store.find(WORKFLOWS, key.namespace, key.name)
        if found is None or found.get("status"):
            return NOTHING
        pod = {"apiVersion": "v1", "kind": "Pod", "spec": {},
               "metadata": {"name": "p", "ownerReferences": [owner_reference(found)]}}  # fmt: skip
        note = Note(reason="Started", message="it runs")
        return Decision(status=with_phase(found, "Running"), wanted=(pod,), events=(note,))

    store.create(workflow("before"))
    running = controller(store, reconcile)
    running.start()
    try:
        eventually(lambda: store.find(PODS, "default", "p"))
        assert store.get(WORKFLOWS, "default", "before")["status"]["phase"] == "Running"
        events = store.list(EVENTS)
        assert [(e["reason"], e["involvedObject"]["name"]) for e in events] == [
            ("Started", "before")
        ]
    finally:
        running.stop()


def test_a_child_s_change_wakes_its_owner(store: Store) -> None:
    woken: list[str] = []

    def reconcile(key: Key) -> Decision:
        woken.append(key.name)
        return NOTHING

    owner = store.create(workflow("w"))
    running = controller(store, reconcile)
    running.start()
    try:
        eventually(lambda: woken)
        woken.clear()
        references = [owner_reference(owner)]
        store.create({"apiVersion": "v1", "kind": "Pod", "spec": {},
                      "metadata": {"name": "p", "ownerReferences": references}})  # fmt: skip
        eventually(lambda: woken)
    finally:
        running.stop()


def test_one_bad_object_delays_no_other(store: Store) -> None:
    tries: list[str] = []

    def reconcile(key: Key) -> Decision:
        if key.name == "bad":
            tries.append("bad")
            raise Transient("not yet", after=0.01) if len(tries) % 2 else ValueError("broken")
        found = store.get(WORKFLOWS, key.namespace, key.name)
        return Decision(status=with_phase(found, "Succeeded"))

    running = controller(store, reconcile)
    running.start()
    try:
        store.create(workflow("bad"))
        for n in range(20):
            store.create(workflow(f"good-{n}"))
        eventually(
            lambda: all(
                (w.get("status") or {}).get("phase") == "Succeeded"
                for w in store.list(WORKFLOWS)
                if w["metadata"]["name"] != "bad"
            )
        )
        eventually(lambda: len(tries) >= 3)  # and the bad one is tried again and again
    finally:
        running.stop()


def test_an_old_decision_is_decided_again(store: Store) -> None:
    made = store.create(workflow("w"))
    stale = threading.Event()

    def reconcile(key: Key) -> Decision:
        found = store.get(WORKFLOWS, key.namespace, key.name)
        if not stale.is_set():
            stale.set()
            store.update({**found, "spec": {"suspend": True}})
        return Decision(status=with_phase(found, "Running"))

    running = controller(store, reconcile)
    running.start()
    try:
        eventually(lambda: (store.get(WORKFLOWS, "default", "w").get("status") or {}).get("phase"))
        assert store.get(WORKFLOWS, "default", "w")["spec"] == {"suspend": True}
    finally:
        running.stop()
    assert key_of(made).name == "w"


def test_nothing_is_created_for_what_is_gone(store: Store) -> None:
    made = store.create(workflow("w"))

    def reconcile(key: Key) -> Decision:
        if store.find(WORKFLOWS, key.namespace, key.name):
            store.delete(key)
            child = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "orphan"}}
            return Decision(status=made, wanted=(child,))
        return NOTHING

    running = controller(store, reconcile)
    running.start()
    try:
        eventually(lambda: store.find(WORKFLOWS, "default", "w") is None)
    finally:
        running.stop()
    assert store.list(CONFIG_MAPS) == []


def test_a_key_is_worked_on_once_at_a_time_and_not_forgotten() -> None:
    queue: WorkQueue[str] = WorkQueue()
    queue.add("a")
    queue.add("a")
    assert queue.take() == "a"
    queue.add("a")  # while it is being worked on
    assert len(queue) == 0
    queue.done("a")
    assert queue.take() == "a"
    queue.add("later", after=30)
    queue.add("soon")
    assert queue.take() == "soon"
    queue.add("later")
    assert queue.take() == "later"
    queue.close()
    assert queue.take() is None
