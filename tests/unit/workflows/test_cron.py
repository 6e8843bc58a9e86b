"""CronWorkflows, decided with a clock that the test moves; objects in, objects out."""

from datetime import timedelta

import pytest

from pinnace.objects.meta import key_of, labels_of, name_of
from pinnace.workflows.cron import spec as specs
from pinnace.workflows.cron import ticks
from pinnace.workflows.cron.decide import ANNOTATION_SCHEDULE
from pinnace.workflows.cron.ticks import Memory
from pinnace.workflows.lint import lint
from tests.unit.workflows.cron_scene import START, Scene, at, cron


def test_a_child_for_each_minute_with_its_name_labels_and_owner() -> None:
    scene = Scene(cron())
    assert scene.look().requeue_after == 10
    scene.look(20)
    decision = scene.look(10.01)
    (child,) = decision.wanted
    assert name_of(child) == at(12, 1)
    assert child["metadata"]["annotations"] == {
        "workflows.argoproj.io/scheduled-time": "2026-01-31T12:01:00Z"
    }
    assert labels_of(child) == {"workflows.argoproj.io/cron-workflow": "c"}
    assert child["metadata"]["ownerReferences"][0]["uid"] == "u1"
    assert scene.status["lastScheduledTime"] == "2026-01-31T12:01:00Z"
    assert scene.status["phase"] == "Active"
    assert scene.cron["metadata"]["annotations"] == {ANNOTATION_SCHEDULE: "* * * * *"}
    assert scene.look(1).wanted == ()
    assert scene.look(59).wanted != ()
    assert scene.ever == [at(12, 1), at(12, 2)]


def test_active_counters_and_history() -> None:
    scene = Scene(cron(successfulJobsHistoryLimit=1, failedJobsHistoryLimit=0))
    scene.look()
    scene.look(30)
    assert [ref["name"] for ref in scene.status["active"]] == [at(12, 1)]
    scene.look(1)
    assert scene.status["active"][0]["uid"] == f"uid-{at(12, 1)}"
    scene.finish(at(12, 1))
    scene.look(59)
    assert scene.status["succeeded"] == 1
    assert [ref["name"] for ref in scene.status["active"]] == [at(12, 2)]
    scene.finish(at(12, 2))
    scene.look(1)
    assert (scene.status["succeeded"], scene.status["active"]) == (2, [])
    assert list(scene.children) == [at(12, 2)]  # the limit is one
    scene.look(59)
    scene.finish(at(12, 3), "Error")
    scene.look(1)
    assert (scene.status["failed"], list(scene.children)) == (1, [at(12, 2)])
    assert scene.look(1).delete == ()


def test_a_child_that_was_deleted_is_no_longer_active() -> None:
    scene = Scene(cron())
    scene.look()
    scene.look(30)
    scene.children.clear()
    scene.look(1)
    assert scene.status["active"] == []
    assert "succeeded" not in scene.status


@pytest.mark.parametrize(
    ("policy", "made"),
    [("Allow", [at(12, 1), at(12, 2)]), ("Forbid", [at(12, 1)]),
     ("Replace", [at(12, 1), at(12, 2)])],
)  # fmt: skip
def test_concurrency_policies(policy: str, made: list[str]) -> None:
    scene = Scene(cron(concurrencyPolicy=policy))
    scene.look()
    scene.look(30)
    scene.look(60)
    assert scene.ever == made
    replaced = scene.children[at(12, 1)]["spec"].get("shutdown")
    assert replaced == ("Terminate" if policy == "Replace" else None)
    scene.finish(at(12, 1))
    scene.look(20)  # what was forbidden is not made up for without a starting deadline
    assert scene.ever == made


def test_what_was_forbidden_starts_late_within_the_starting_deadline() -> None:
    scene = Scene(cron(concurrencyPolicy="Forbid", startingDeadlineSeconds=40))
    scene.look()
    scene.look(30)
    scene.look(60)
    scene.finish(at(12, 1))
    scene.look(20)
    assert scene.ever == [at(12, 1), at(12, 2)]


@pytest.mark.parametrize(
    ("deadline", "down", "made"),
    [
        (None, 65, []),
        (0, 65, []),
        (30, 65, [at(12, 2)]),  # 12:02:05: the last minute is 5 s ago
        (4, 65, []),
        (600, 305, [at(12, 6)]),  # only the latest of those that were missed
    ],
)
def test_catching_up_after_a_restart(deadline: int | None, down: float, made: list[str]) -> None:
    scene = Scene(cron(startingDeadlineSeconds=deadline))
    scene.look()
    scene.look(30)
    assert scene.ever == [at(12, 1)]
    scene.restart(after=down)
    scene.look(1)
    assert scene.ever[1:] == made


def test_nothing_is_caught_up_after_the_schedule_was_changed() -> None:
    scene = Scene(cron(startingDeadlineSeconds=600))
    scene.look()
    scene.look(30)
    scene.cron = {**scene.cron, "spec": {**scene.cron["spec"], "schedules": ["*/2 * * * *"]}}
    scene.restart(after=190)
    assert scene.ever == [at(12, 1)]
    scene.look(50)  # 12:05:00
    scene.look(60)
    assert scene.ever == [at(12, 1), at(12, 6)]


def test_a_time_is_run_once_though_the_controller_dies_after_the_commit() -> None:
    scene = Scene(cron(startingDeadlineSeconds=600))
    scene.look()
    scene.look(30)
    for _ in range(3):
        scene.restart(after=1)
    assert scene.ever == [at(12, 1)]


def test_a_machine_that_slept_makes_up_for_nothing_without_a_deadline() -> None:
    scene = Scene(cron(schedules=["0 * * * *"]))
    scene.look()
    scene.look(2 * 3600 + 60)
    assert scene.ever == []
    scene.look(3600 - 90)
    assert scene.ever == [at(15, 0)]


def test_suspended() -> None:
    scene = Scene(cron(suspend=True))
    scene.look()
    scene.look(30)
    assert scene.ever == []
    scene.cron = {**scene.cron, "spec": {**scene.cron["spec"], "suspend": False}}
    scene.look(5)
    assert scene.ever == []
    scene.look(55)
    assert scene.ever == [at(12, 2)]


def test_a_name_that_leaves_no_room_for_the_time() -> None:
    obj = cron()
    obj["metadata"]["name"] = "c" * 53
    assert "not be more than 52" in str(lint(obj))


def test_nothing_changes_while_nothing_happens() -> None:
    scene = Scene(cron())
    scene.look()
    before = scene.cron
    decision = scene.look(1)
    assert (decision.status, decision.wanted, decision.events) == (before, (), ())
    assert key_of(before).name == "c"


def test_a_clock_that_was_set_back_does_not_stop_the_schedule() -> None:
    read = specs.read_spec(cron())
    memory = Memory(uid="u1", written=read.written, since=START)
    later = START + timedelta(hours=3)
    found = ticks.due(read, memory, later, START + timedelta(seconds=31), known=True)
    assert found == START.replace(minute=1, second=0)
