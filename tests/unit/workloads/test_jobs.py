"""Jobs: what they make, count and say, until they have ended."""

from datetime import timedelta
from typing import Any

import pytest

from pinnace.objects.meta import annotations_of
from pinnace.reconcile import NOTHING, Decision
from pinnace.workloads.indexes import read_indexes, write_indexes
from pinnace.workloads.jobs import decide_job
from tests.unit.workloads.world import (
    NOW,
    Thing,
    conditions,
    ended,
    gone,
    job,
    made,
    pod,
    said,
    suffixes,
)

COUNTED = {"pinnace.dev/counted": "true"}


def decide(owner: Thing, *pods: Thing, seconds: float = 0) -> Decision:
    names = suffixes()
    return decide_job(owner, pods, NOW + timedelta(seconds=seconds), lambda: next(names))


def status(decision: Decision) -> dict[str, Any]:
    assert decision.status is not None
    return dict(decision.status["status"])


def after(decision: Decision) -> Thing:
    assert decision.status is not None
    return decision.status


@pytest.mark.parametrize(
    ("spec", "pods", "expected"),
    [
        ({}, [], 1),
        ({"completions": 5, "parallelism": 2}, [], 2),
        ({"completions": 5, "parallelism": 2}, [pod("a")], 1),
        ({"completions": 5, "parallelism": 2}, [ended("a", "Succeeded"), pod("b")], 1),
        ({"completions": 2, "parallelism": 2}, [ended("a", "Succeeded"), pod("b")], 0),
        ({"completions": 3, "parallelism": 9}, [ended("a", "Succeeded")], 2),
        ({"parallelism": 3}, [], 3),  # a work queue
        ({"parallelism": 3}, [ended("a", "Succeeded"), pod("b")], 0),
        ({"parallelism": 0}, [], 0),
    ],
)
def test_how_many_pods_are_made(spec: Thing, pods: list[Thing], expected: int) -> None:
    decision = decide(job(**spec), *pods)
    assert len(made(decision)) == expected
    assert status(decision)["startTime"] == "2026-01-31T12:00:00Z"


def test_too_many_pods_are_ended() -> None:
    owner = job(completions=5, parallelism=1)
    decision = decide(
        owner, pod("a"), pod("b", metadata={"creationTimestamp": "2026-02-01T00:00:00Z"})
    )
    assert gone(decision) == ["b"]
    assert said(decision) == ["SuccessfulDelete: Deleted pod: b"]
    assert status(decision)["active"] == 1


def test_a_job_is_complete_when_enough_have_succeeded() -> None:
    owner = job(completions=1)
    decision = decide(owner, ended("a", "Succeeded"))
    assert conditions(decision) == {
        "SuccessCriteriaMet": ("True", "CompletionsReached"),
        "Complete": ("True", "CompletionsReached"),
    }
    assert status(decision)["succeeded"] == 1
    assert status(decision)["completionTime"] == "2026-01-31T12:00:00Z"
    assert said(decision) == ["Completed: Job completed"]
    marked = decision.changed[0]
    assert annotations_of(marked) == COUNTED
    assert decide(after(decision), marked) == NOTHING
    assert decide(after(decision)) == NOTHING  # its Pods may go


def test_what_was_counted_counts_once_and_stays_counted() -> None:
    owner = job(completions=3, parallelism=1)
    first = decide(owner, ended("a", "Succeeded"))
    again = decide(after(first), first.changed[0], pod("b"))
    assert again.status is None or status(again)["succeeded"] == 1
    without = decide(after(first), ended("b", "Succeeded"))  # somebody deleted a
    assert status(without)["succeeded"] == 2


@pytest.mark.parametrize(
    ("limit", "failures", "over"), [(0, 1, True), (1, 1, False), (1, 2, True), (6, 6, False)]
)
def test_the_backoff_limit(limit: int, failures: int, over: bool) -> None:
    pods = [ended(f"p{n}", "Failed") for n in range(failures)]
    decision = decide(job(backoffLimit=limit), *pods, seconds=3600)
    assert ("Failed" in conditions(decision)) is over
    if over:
        assert conditions(decision)["Failed"] == ("True", "BackoffLimitExceeded")
        assert said(decision) == [
            "BackoffLimitExceeded: Job has reached the specified backoff limit"
        ]


def test_restarts_in_place_count_towards_the_limit() -> None:
    running = pod("a", containerStatuses=[{"name": "main", "restartCount": 2}])
    assert conditions(decide(job(backoffLimit=2, restart="OnFailure"), running)) == {
        "FailureTarget": ("True", "BackoffLimitExceeded")
    }
    assert made(decide(job(backoffLimit=2), running)) == []


def test_a_failed_job_ends_its_pods_before_it_says_so() -> None:
    owner = job(completions=2, parallelism=2, backoffLimit=0)
    first = decide(owner, ended("a", "Failed"), pod("b"))
    assert gone(first) == ["b"]
    assert list(conditions(first)) == ["FailureTarget"]
    going = pod("b", metadata={"deletionTimestamp": "2026-01-31T12:00:30Z"})
    counted = ended("a", "Failed", metadata={"annotations": COUNTED})
    waiting = decide(after(first), counted, going)
    assert waiting.status is None or "Failed" not in conditions(waiting)
    last = decide(after(first), counted)
    assert conditions(last)["Failed"] == ("True", "BackoffLimitExceeded")
    assert status(last)["failed"] == 1


@pytest.mark.parametrize(
    ("failures", "seconds", "again"), [(1, 0, 1.0), (1, 1, None), (3, 0, 4.0), (20, 0, 60.0)]
)
def test_the_next_try_comes_later_after_each_failure(
    failures: int, seconds: float, again: float | None
) -> None:
    pods = [ended(f"p{n}", "Failed") for n in range(failures)]
    decision = decide(job(backoffLimit=99), *pods, seconds=seconds)
    assert decision.requeue_after == again
    assert len(made(decision)) == (again is None)


def test_a_success_ends_the_waiting() -> None:
    owner = job(completions=2, parallelism=1)
    pods = [ended("a", "Failed", 0), ended("b", "Succeeded", 1)]
    assert made(decide(owner, *pods, seconds=1)) == ["sums-s0"]


def test_a_deadline_fails_the_job() -> None:
    owner = job(activeDeadlineSeconds=10)
    first = decide(owner)
    assert first.requeue_after == 10
    late = decide(after(first), pod("a"), seconds=10)
    assert conditions(late) == {"FailureTarget": ("True", "DeadlineExceeded")}
    assert gone(late) == ["a"]
    last = decide(after(late), seconds=11)
    assert conditions(last)["Failed"] == ("True", "DeadlineExceeded")


def test_a_suspended_job_has_no_pods_and_goes_on_when_it_is_resumed() -> None:
    owner = job(suspend=True)
    held = decide(owner, pod("a"))
    assert gone(held) == ["a"]
    assert conditions(held) == {"Suspended": ("True", "JobSuspended")}
    assert "startTime" not in status(held)
    assert said(held)[-1] == "Suspended: Job suspended"
    resumed = {**after(held), "spec": {**owner["spec"], "suspend": False}}
    going = decide(resumed, seconds=60)
    assert conditions(going) == {"Suspended": ("False", "JobResumed")}
    assert status(going)["startTime"] == "2026-01-31T12:01:00Z"
    assert made(going) == ["sums-s0"]


def test_a_finished_job_is_deleted_after_its_time_to_live() -> None:
    done = after(decide(job(ttlSecondsAfterFinished=30), ended("a", "Succeeded")))
    assert decide(done, seconds=10).requeue_after == 20
    assert gone(decide(done, seconds=30)) == ["sums"]


def indexed(name: str, index: int, phase: str = "Running") -> Thing:
    mark = {"annotations": {"batch.kubernetes.io/job-completion-index": str(index)}}
    return ended(name, phase, metadata=mark)


def test_an_indexed_job_makes_each_index_until_it_has_succeeded() -> None:
    owner = job(completions=4, parallelism=3, completionMode="Indexed", backoffLimit=9)
    pods = [indexed("a", 0, "Succeeded"), indexed("b", 1), indexed("c", 2, "Failed")]
    decision = decide(owner, *pods, seconds=60)
    assert made(decision) == ["sums-2-s0", "sums-3-s1"]
    new = decision.wanted[0]
    assert new["spec"]["hostname"] == "sums-2"
    assert annotations_of(new)["batch.kubernetes.io/job-completion-index"] == "2"
    assert new["spec"]["containers"][0]["env"][0]["name"] == "JOB_COMPLETION_INDEX"
    assert status(decision)["completedIndexes"] == "0"


@pytest.mark.parametrize(
    ("indexes", "text"),
    [(set(), ""), ({0}, "0"), ({0, 1}, "0,1"), ({0, 2, 3, 4, 7}, "0,2-4,7"), ({5, 6}, "5,6")],
)
def test_indexes_as_kubernetes_writes_them(indexes: set[int], text: str) -> None:
    assert write_indexes(indexes) == text
    assert read_indexes(text) == indexes
