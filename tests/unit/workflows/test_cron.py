"""CronWorkflows, decided with a clock that the test moves; objects in, objects out."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pinnace.languages import cron as language
from pinnace.objects.meta import key_of, labels_of, name_of
from pinnace.objects.types import Object
from pinnace.reconcile import Decision
from pinnace.workflows.cron import spec as specs
from pinnace.workflows.cron import ticks
from pinnace.workflows.cron.decide import ANNOTATION_SCHEDULE, LABEL_COMPLETED, decide
from pinnace.workflows.cron.ticks import Memory
from pinnace.workflows.lint import lint
from tests.manual_clock import ManualClock

START = datetime(2026, 1, 31, 12, 0, 30, tzinfo=UTC)
MAIN: Object = {"name": "main", "container": {"image": "i", "command": ["c"]}}
WORKFLOW: Object = {"entrypoint": "main", "templates": [MAIN]}


def cron(**spec: Any) -> Object:
    return {
        "apiVersion": "argoproj.io/v1alpha1", "kind": "CronWorkflow",
        "metadata": {"name": "c", "namespace": "ns", "uid": "u1"},
        "spec": {"schedules": ["* * * * *"], "workflowSpec": WORKFLOW, **spec},
    }  # fmt: skip


class Scene:
    """A CronWorkflow, its children and a controller that may be restarted."""

    def __init__(self, obj: Object) -> None:
        self.cron, self.children = obj, dict[str, Object]()
        self.clock = ManualClock(START)
        self.memory: Memory | None = None
        self.ever: list[str] = []

    def look(self, seconds: float = 0) -> Decision:
        """Advance the clock, decide, and make it true as the store would."""
        self.clock.advance(seconds)
        found = decide(self.cron, list(self.children.values()), [], self.memory, self.clock.now())
        self.memory = found.memory
        assert found.decision.status is not None
        self.cron = found.decision.status
        for child in found.decision.wanted:
            made = {**child, "metadata": {**child["metadata"], "uid": f"uid-{name_of(child)}"}}
            self.children.setdefault(name_of(child), made)
            self.ever.append(name_of(child))
        for child in found.decision.changed:
            self.children[name_of(child)] = child
        for key in found.decision.delete:
            del self.children[key.name]
        return found.decision

    def restart(self, after: float) -> None:
        self.memory = None
        self.look(after)

    def finish(self, name: str, phase: str = "Succeeded") -> None:
        child = self.children[name]
        labels = {**labels_of(child), "workflows.argoproj.io/completed": "true"}
        status = {"phase": phase, "finishedAt": self.clock.now().isoformat()}
        self.children[name] = {
            **child, "metadata": {**child["metadata"], "labels": labels}, "status": status,
        }  # fmt: skip

    @property
    def status(self) -> Any:
        return self.cron.get("status") or {}


def at(hour: int, minute: int, second: int = 0) -> str:
    moment = datetime(2026, 1, 31, hour, minute, second, tzinfo=UTC)
    return f"c-{int(moment.timestamp())}"


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


@pytest.mark.parametrize(
    ("when", "made", "failed"),
    [
        ("", 1, None),
        ("1 > 0", 1, None),
        ("1 < 0", 0, None),
        ("'{{cronworkflow.name}}' == 'c' && '{{cronworkflow.namespace}}' == 'ns'", 1, None),
        ("{{= cronworkflow.lastScheduledTime == nil }}", 1, None),
        ("{{= cronworkflow.lastScheduledTime == nil || "
         "(now() - cronworkflow.lastScheduledTime).Seconds() > 30 }}", 1, None),
        ("{{= cronworkflow.failed > 0 }}", 0, None),
        ("nonsense", 0, 1),
        ("1", 0, 1),
        ("{{cronworkflow.nope}}", 0, 1),
    ],
)  # fmt: skip
def test_when(when: str, made: int, failed: int | None) -> None:
    scene = Scene(cron(when=when))
    scene.look()
    decision = scene.look(30)
    assert len(scene.ever) == made
    assert scene.status.get("failed") == failed
    types = [each["type"] for each in scene.status.get("conditions") or []]
    assert types == (["SubmissionError"] if failed else [])
    assert [note.reason for note in decision.events] == types
    scene.look(5)
    assert scene.status.get("failed") == failed  # said and counted once


def test_when_sees_the_last_time() -> None:
    when = "{{= cronworkflow.lastScheduledTime == nil || " \
           "(now() - cronworkflow.lastScheduledTime).Seconds() > 90 }}"  # fmt: skip
    scene = Scene(cron(when=when))
    for seconds in (0, 30, 60, 60, 60):
        scene.look(seconds)
    assert scene.ever == [at(12, 1), at(12, 3)]


def test_stop_strategy_ends_it_for_good() -> None:
    scene = Scene(cron(stopStrategy={"expression": "cronworkflow.succeeded >= 1"}))
    scene.look()
    scene.look(30)
    scene.finish(at(12, 1))
    decision = scene.look(10)
    assert scene.status["phase"] == "Stopped"
    assert labels_of(scene.cron) == {LABEL_COMPLETED: "true"}
    assert decision.requeue_after is None
    scene.look(120)
    scene.look(60)
    assert scene.ever == [at(12, 1)]


def test_a_stop_expression_that_is_wrong_is_said() -> None:
    scene = Scene(cron(stopStrategy={"expression": "cronworkflow.nope("}))
    scene.look()
    scene.look(30)
    assert scene.status["conditions"][0]["type"] == "SpecError"
    assert "stopping condition" in scene.status["conditions"][0]["message"]


def test_several_schedules_and_time_zones() -> None:
    scene = Scene(cron(schedules=["5 13 * * *", "1 13 * * *"], timezone="Europe/Berlin"))
    scene.look()
    scene.look(30)  # 13:01 in Berlin
    scene.look(240)
    assert scene.ever == [at(12, 1), at(12, 5)]
    written = "CRON_TZ=Europe/Berlin 5 13 * * *,CRON_TZ=Europe/Berlin 1 13 * * *"
    assert scene.cron["metadata"]["annotations"][ANNOTATION_SCHEDULE] == written


def test_every_counts_from_the_last_time() -> None:
    scene = Scene(cron(schedules=["@every 7s"]))
    decision = scene.look()
    for _ in range(3):
        assert decision.requeue_after is not None
        decision = scene.look(decision.requeue_after)
    assert scene.ever == [at(12, 0, 37), at(12, 0, 44), at(12, 0, 51)]


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"schedules": []}, "at least one schedule"),
        ({"schedules": ["* * *"]}, "cron schedule * * * is malformed"),
        ({"timezone": "Nowhere/Land"}, 'invalid timezone "Nowhere/Land"'),
        ({"concurrencyPolicy": "Maybe"}, "'Maybe' is not a valid concurrencyPolicy"),
        ({"startingDeadlineSeconds": -1}, "startingDeadlineSeconds must be positive"),
        ({"workflowSpec": {**WORKFLOW, "entrypoint": "none"}}, "cannot validate Workflow"),
    ],
)
def test_what_is_wrong_is_a_condition_and_found_by_lint(spec: Any, message: str) -> None:
    scene = Scene(cron(**spec))
    scene.look()
    assert scene.look(120).wanted == ()
    (condition,) = scene.status["conditions"]
    assert (condition["type"], condition["status"]) == ("SpecError", "True")
    assert message in condition["message"]
    found = lint(cron(**spec))
    assert found is not None
    assert message in found.message
    scene.cron = {**scene.cron, "spec": cron()["spec"]}
    scene.look()
    assert scene.status["conditions"] == []


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


@pytest.mark.parametrize(
    ("schedule", "after", "until", "expected"),
    [
        ("* * * * *", "12:00:30", "12:00:59", None),
        ("* * * * *", "12:00:30", "12:01:00", "12:01:00"),
        ("* * * * *", "12:01:00", "12:01:59", None),
        ("* * * * *", "12:00:30", "14:30:10", "14:30:00"),
        ("@every 10s", "12:00:00", "12:00:09", None),
        ("@every 10s", "12:00:00", "12:00:10", "12:00:10"),
        ("@every 10s", "12:00:03", "12:01:00", "12:00:53"),
    ],
)
def test_the_latest_time(schedule: str, after: str, until: str, expected: str | None) -> None:
    def moment(text: str) -> datetime:
        return datetime.fromisoformat(f"2026-01-31T{text}+00:00")

    found = language.latest(language.parse(schedule), moment(after), moment(until))
    assert found == (None if expected is None else moment(expected))


def test_a_clock_that_was_set_back_does_not_stop_the_schedule() -> None:
    read = specs.read_spec(cron())
    memory = Memory(uid="u1", written=read.written, since=START)
    later = START + timedelta(hours=3)
    found = ticks.due(read, memory, later, START + timedelta(seconds=31), known=True)
    assert found == START.replace(minute=1, second=0)
