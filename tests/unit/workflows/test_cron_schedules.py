"""When a CronWorkflow is due: schedules, zones, conditions, what is wrong in a spec."""

from datetime import datetime
from typing import Any

import pytest

from pinnace.languages import cron as language
from pinnace.objects.meta import labels_of
from pinnace.workflows.cron.decide import ANNOTATION_SCHEDULE, LABEL_COMPLETED
from pinnace.workflows.lint import lint
from tests.unit.workflows.cron_scene import WORKFLOW, Scene, at, cron


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
