"""From an event on disk to the object that it makes, exactly once."""

from pathlib import Path

from pinnace.bus import History
from pinnace.objects.kinds import CONFIG_MAPS, EVENTS, SENSORS, WORKFLOWS
from pinnace.objects.meta import Key
from pinnace.sensors.lifetime import first_offset
from tests.eventually import eventually
from tests.integration.sensors.scene import Scene, dependency, event, sensor, workflow_trigger


def test_an_event_makes_one_workflow_with_its_labels_and_lineage(scene: Scene) -> None:
    scene.add(sensor())
    posted = scene.post("7")
    (firing,) = scene.settled(posted)
    (workflow,) = scene.workflows()
    assert workflow["spec"]["arguments"]["parameters"] == [{"name": "number", "value": "7"}]
    metadata = workflow["metadata"]
    assert metadata["name"].startswith("train-")
    assert metadata["namespace"] == "default"
    assert metadata["labels"]["events.argoproj.io/sensor"] == "sensor"
    assert metadata["labels"]["events.argoproj.io/trigger"] == "train"
    assert metadata["labels"]["events.argoproj.io/action-timestamp"].isdigit()
    assert metadata["annotations"]["pinnace.dev/event-id"] == posted.id
    assert metadata["annotations"]["pinnace.dev/event-source"] == "hooks/call"
    assert firing.state == "fired"
    assert firing.object == f"workflows/default/{metadata['name']}"


def test_a_hundred_events_make_a_hundred_workflows(scene: Scene) -> None:
    scene.add(sensor())
    for number in range(100):
        scene.journal.append(event({"body": {"number": str(number)}}))
    eventually(lambda: len(scene.numbers()) == 100)
    assert sorted(map(int, scene.numbers())) == list(range(100))


def test_a_filtered_event_makes_nothing(scene: Scene) -> None:
    wanted = {"data": [{"path": "body.number", "type": "string", "value": ["^yes$"]}]}
    scene.add(sensor(dependencies=[dependency(filters=wanted)]))
    ignored, fired = scene.post("no"), scene.post("yes")
    scene.settled(fired)
    assert scene.numbers() == ["yes"]
    assert scene.ledger.firings(event_id=ignored.id) == []


def test_a_new_sensor_begins_with_the_next_event(scene: Scene) -> None:
    scene.add(sensor("early"))
    scene.settled(scene.post("before"))
    scene.add(sensor("late"))
    scene.settled(scene.post("after"), count=2)
    assert sorted(scene.numbers()) == ["after", "after", "before"]


def test_an_edited_sensor_keeps_its_place_and_uses_its_new_triggers(scene: Scene) -> None:
    made = scene.add(sensor())
    scene.settled(scene.post("1"))
    edited = sensor(triggers=[workflow_trigger("renamed")])["spec"]
    key = Key(SENSORS, "default", made["metadata"]["name"])
    scene.store.modify(key, lambda obj: {**obj, "spec": edited})
    scene.settled(scene.post("2"))
    names = sorted(w["metadata"]["name"].rsplit("-", 1)[0] for w in scene.workflows())
    assert names == ["renamed", "train"]


def test_a_sensor_that_was_broken_for_a_while_misses_nothing(scene: Scene) -> None:
    made = scene.add(sensor())
    key = Key(SENSORS, "default", made["metadata"]["name"])
    good = made["spec"]
    scene.store.modify(key, lambda obj: {**obj, "spec": {**good, "triggers": []}})
    eventually(lambda: scene.conditions("sensor")["TriggersProvided"]["status"] == "False")
    scene.post("meanwhile")
    scene.store.modify(key, lambda obj: {**obj, "spec": good})
    eventually(lambda: scene.numbers() == ["meanwhile"])
    eventually(lambda: scene.conditions("sensor")["TriggersProvided"]["status"] == "True")


def test_a_join_waits_for_both_and_the_latest_event_wins(scene: Scene) -> None:
    both = [dependency(), dependency("other")]
    scene.add(sensor(dependencies=both))
    scene.post("old")
    newest = scene.post("new")
    other = scene.post("x", subject="other")
    (firing,) = scene.settled(other)
    assert scene.numbers() == ["new"]
    assert dict(zip(firing.dependencies, firing.event_ids, strict=True)) == {
        "call": newest.id,
        "other": other.id,
    }
    scene.post("again", subject="other")
    scene.settled(scene.post("third"))
    assert sorted(scene.numbers()) == ["new", "third"]


def test_a_join_survives_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with Scene(path) as first:
        first.add(sensor(dependencies=[dependency(), dependency("other")]))
        posted = first.post("half")
        consumer = first.store.list(SENSORS)[0]["metadata"]["uid"]
        eventually(lambda: first.ledger.joined(consumer, "train"))
    with Scene(path) as second:
        second.settled(second.post("x", subject="other"))
        assert second.numbers() == ["half"]
        assert second.ledger.firings(event_id=posted.id)


def test_what_came_while_it_was_down_is_consumed_on_return(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with Scene(path) as first:
        first.add(sensor())
        first.settled(first.post("1"))
    down = Scene(path)
    down.post("2")
    down.store.close()
    with Scene(path) as second:
        eventually(lambda: sorted(second.numbers()) == ["1", "2"])


def test_a_parameter_without_a_value_is_recorded_and_shown(scene: Scene) -> None:
    trigger = workflow_trigger()
    trigger["template"]["argoWorkflow"]["parameters"][0]["src"] = {
        "dependencyName": "call",
        "dataKey": "body.absent",
    }
    scene.add(sensor(triggers=[trigger]))
    (firing,) = scene.settled(scene.post("1"))
    assert firing.state == "failed"
    assert "body.absent does not exist" in firing.message
    assert scene.workflows() == []
    (note,) = scene.store.list(EVENTS)
    assert note["reason"] == "TriggerFailed"
    assert note["involvedObject"]["name"] == "sensor"
    assert "body.absent" in note["message"]


def test_an_object_that_is_there_already_is_a_recorded_failure(scene: Scene) -> None:
    trigger = workflow_trigger()
    trigger["template"]["argoWorkflow"]["source"]["resource"]["metadata"] = {"name": "only"}
    scene.add(sensor(triggers=[trigger]))
    scene.settled(scene.post("1"))
    (firing,) = scene.settled(scene.post("2"))
    assert (firing.state, firing.message) == (
        "failed",
        'workflows.argoproj.io "only" already exists',
    )
    assert len(scene.workflows()) == 1


def _k8s(operation: str, **data: str) -> dict[str, object]:
    resource = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "notes"},
        "data": data,
    }
    return {
        "template": {
            "name": operation,
            "conditions": operation,
            "k8s": {"operation": operation, "source": {"resource": resource}},
        }
    }


def test_k8s_creates_updates_patches_and_deletes(scene: Scene) -> None:
    operations = ("create", "update", "patch", "delete")
    triggers = [_k8s("create", a="1"), _k8s("update", b="2"), _k8s("patch", a="3"), _k8s("delete")]
    scene.add(sensor(dependencies=[dependency(name) for name in operations], triggers=triggers))
    expected = [{"a": "1"}, {"a": "1", "b": "2"}, {"a": "3", "b": "2"}, None]
    for operation, data in zip(operations, expected, strict=True):
        (firing,) = scene.settled(scene.post("x", subject=operation))
        assert firing.state == "fired", firing.message
        found = scene.store.find(CONFIG_MAPS, "default", "notes")
        assert (found and found["data"]) == data


def test_stop_changes_the_named_workflow(scene: Scene) -> None:
    named = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow"}
    scene.store.create({**named, "metadata": {"name": "long"}, "spec": {"entrypoint": "a"}})
    source = {"resource": {**named, "metadata": {"name": "long"}}}
    action = {"operation": "stop", "source": source}
    scene.add(sensor(triggers=[{"template": {"name": "stop", "argoWorkflow": action}}]))
    scene.settled(scene.post("x"))
    stopped = scene.store.get(WORKFLOWS, "default", "long")
    assert stopped["spec"] == {"entrypoint": "a", "shutdown": "Stop"}


def test_an_invalid_sensor_says_so_and_the_others_run(scene: Scene) -> None:
    broken = sensor("broken", triggers=[workflow_trigger(conditions="call && nobody")])
    scene.add(broken)
    scene.add(sensor())
    scene.settled(scene.post("1"))
    assert len(scene.workflows()) == 1
    conditions = scene.conditions("broken")
    assert conditions["DependenciesProvided"]["status"] == "True"
    assert conditions["TriggersProvided"]["reason"] == "InvalidTriggers"
    assert "nobody" in conditions["TriggersProvided"]["message"]
    assert conditions["Deployed"]["status"] == "Unknown"
    assert {c["status"] for c in scene.conditions("sensor").values()} == {"True"}


def test_events_of_another_namespace_do_not_concern_it(scene: Scene) -> None:
    scene.add(sensor())
    elsewhere = event({})
    scene.journal.append(elsewhere, namespace="elsewhere").result()
    scene.settled(scene.post("here"))
    assert scene.numbers() == ["here"]


def test_a_commit_on_a_stale_offset_is_refused_and_all_is_read_anew(scene: Scene) -> None:
    made = scene.add(sensor())
    uid = made["metadata"]["uid"]
    scene.settled(scene.post("1"))
    scene.store.write(lambda tx: scene.ledger.advance(tx, uid, 0))
    scene.post("2")
    eventually(lambda: sorted(scene.numbers()) == ["1", "1", "2"])


def test_a_deleted_sensor_fires_no_more(scene: Scene) -> None:
    made = scene.add(sensor())
    scene.add(sensor("stays"))
    scene.settled(scene.post("1"), count=2)
    scene.store.delete(Key(SENSORS, "default", made["metadata"]["name"]))
    eventually(lambda: scene.ledger.offset(made["metadata"]["uid"]) is None)
    (firing,) = scene.settled(scene.post("2"))
    assert firing.sensor == "stays"


def test_what_came_before_a_new_sensor_was_taken_up_is_not_missed(scene: Scene) -> None:
    made = sensor()
    made["metadata"] |= {"annotations": {"pinnace.dev/from": "2100-01-01T00:00:00Z"},
                         "creationTimestamp": "2026-01-31T12:00:00Z"}  # fmt: skip
    head = scene.journal.head()
    scene.post("since then")
    assert first_offset(made, head, History(scene.store)) == head


def test_a_new_sensor_begins_where_its_annotation_asks(tmp_path: Path) -> None:
    with Scene(tmp_path / "pinnace.db") as scene:
        for number in range(3):
            scene.post(number)
        asked = {"all": "beginning", "none": "", "late": "2100-01-01T00:00:00Z"}
        for name, start in asked.items():
            made = sensor(name, triggers=[workflow_trigger(name)])
            made["metadata"]["annotations"] = {"pinnace.dev/from": start} if start else {}
            scene.add(made)
        last = scene.post(3)
        assert len(scene.settled(last, 3)) == 3
        eventually(lambda: len(scene.workflows()) == 6)
        names = sorted(w["metadata"]["generateName"] for w in scene.workflows())
        assert names == ["all-"] * 4 + ["late-", "none-"]
