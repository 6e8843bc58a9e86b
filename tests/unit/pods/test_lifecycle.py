"""What is decided for containers, and what a Pod's status then says."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pinnace.objects.clock import rfc3339
from pinnace.pods.containers import ContainerExit
from pinnace.pods.lifecycle import Actions, Backoff, Seen, decide
from pinnace.pods.status import Report, notes, pod_status

NOW = datetime(2026, 1, 1, 12, 0, 0, tzinfo=UTC)
BACKOFF = Backoff(base=10, longest=300)


def _pod(policy: str = "Never", *, deleting: bool = False, status: Any = None, **spec: Any) -> Any:
    containers = spec.pop("containers", ["main"])
    inits = spec.pop("inits", [])
    metadata = {"name": "p", "namespace": "default", "uid": "u"}
    if deleting:
        metadata |= {"deletionTimestamp": rfc3339(NOW), "deletionGracePeriodSeconds": 30}  # type: ignore[dict-item]
    body = {"restartPolicy": policy, "containers": [_one(c) for c in containers], **spec}
    body |= {"initContainers": [_one(c) for c in inits]} if inits else {}
    return {"metadata": metadata, "spec": body, "status": status or {}}


def _one(container: Any) -> Any:
    return container if isinstance(container, dict) else {"name": container, "image": "x"}


def _ended(code: int, *, ago: float = 0, ran: float = 1) -> ContainerExit:
    finished = NOW - timedelta(seconds=ago)
    started = finished - timedelta(seconds=ran)
    reason = "Error" if code else "Completed"
    return ContainerExit(code=code, reason=reason, started_at=started, finished_at=finished)


def _gone(code: int, number: int = 0, **more: Any) -> Seen:
    return Seen(number=number, ended=_ended(code, **more))


RUNS = Seen(running=True, started_at=NOW)


@pytest.mark.parametrize(
    ("pod", "seen", "start"),
    [
        (_pod(), {}, [("main", 0)]),
        (_pod(containers=["a", "b"]), {}, [("a", 0), ("b", 0)]),
        (_pod(), {"main": RUNS}, []),
        (_pod(inits=["i", "j"]), {}, [("i", 0)]),
        (_pod(inits=["i", "j"]), {"i": RUNS}, []),
        (_pod(inits=["i", "j"]), {"i": _gone(0)}, [("j", 0)]),
        (_pod(inits=["i"]), {"i": _gone(0)}, [("main", 0)]),
        (_pod(inits=["i"]), {"i": _gone(1)}, []),
        (_pod("OnFailure", inits=["i"]), {"i": _gone(1)}, [("i", 1)]),
        (_pod("Always", inits=["i"]), {"i": _gone(0)}, [("main", 0)]),
        (_pod("OnFailure"), {"main": _gone(1)}, [("main", 1)]),
        (_pod("OnFailure"), {"main": _gone(1, 1)}, []),
        (_pod("OnFailure"), {"main": _gone(1, 1, ago=11)}, [("main", 2)]),
        (_pod("OnFailure"), {"main": _gone(1, 5, ran=601)}, [("main", 6)]),
        (_pod("OnFailure"), {"main": _gone(0)}, []),
        (_pod("Always"), {"main": _gone(0)}, [("main", 1)]),
        (_pod("Never"), {"main": _gone(1)}, []),
        (_pod("Never"), {"main": Seen(ended=_ended(143), interrupted=True)}, [("main", 1)]),
        (_pod("OnFailure", deleting=True), {"main": _gone(1)}, []),
        (_pod(deleting=True), {}, []),
        (_pod(inits=[{"name": "s", "restartPolicy": "Always"}]), {}, [("s", 0)]),
        (_pod(inits=[{"name": "s", "restartPolicy": "Always"}]), {"s": RUNS}, [("main", 0)]),
        (_pod(), {"main": Seen(problem=("r", "m"), retry_at=NOW + timedelta(seconds=1))}, []),
        (_pod(), {"main": Seen(problem=("r", "m"), retry_at=NOW)}, [("main", 0)]),
    ],
)
def test_starts(pod: Any, seen: dict[str, Seen], start: list[tuple[str, int]]) -> None:
    actions = decide(pod, seen, NOW, BACKOFF)
    assert list(actions.start) == start
    assert not actions.terminate and not actions.kill


@pytest.mark.parametrize(
    ("restarts", "seconds"), [(0, 0), (1, 10), (2, 20), (3, 40), (6, 300), (50, 300)]
)
def test_back_off(restarts: int, seconds: int) -> None:
    assert BACKOFF.delay(restarts, _ended(1)) == timedelta(seconds=seconds)


def _stopping(seconds_ago: float) -> Seen:
    return Seen(running=True, stopping_since=NOW - timedelta(seconds=seconds_ago))


@pytest.mark.parametrize(
    ("seen", "terminate", "kill", "ended"),
    [
        ({"main": RUNS}, ("main",), (), False),
        ({"main": _stopping(29)}, (), (), False),
        ({"main": _stopping(30)}, (), ("main",), False),
        ({"main": _gone(143)}, (), (), True),
        ({}, (), (), True),
    ],
)
def test_deleting_terminates_then_kills(
    seen: dict[str, Seen], terminate: tuple[str, ...], kill: tuple[str, ...], ended: bool
) -> None:
    actions = decide(_pod(deleting=True), seen, NOW, BACKOFF)
    assert (actions.terminate, actions.kill, actions.all_ended) == (terminate, kill, ended)


def test_the_deadline() -> None:
    started = {"startTime": rfc3339(NOW - timedelta(seconds=60))}
    pod = _pod(status=started, activeDeadlineSeconds=59)
    actions = decide(pod, {"main": RUNS}, NOW, BACKOFF)
    assert actions.terminate == ("main",) and actions.deadline_exceeded
    later = decide(_pod(status=started, activeDeadlineSeconds=90), {"main": RUNS}, NOW, BACKOFF)
    assert later.look_again == NOW + timedelta(seconds=31) and not later.terminate
    ended = decide(pod, {"main": _gone(143)}, NOW, BACKOFF)
    assert _status(pod, {"main": _gone(143)}, ended)["reason"] == "DeadlineExceeded"
    in_time = decide(pod, {"main": _gone(0, ago=30)}, NOW, BACKOFF)
    assert not in_time.deadline_exceeded and in_time.all_ended


def test_sidecars_end_after_the_others() -> None:
    pod = _pod(inits=[{"name": "s", "restartPolicy": "Always"}])
    assert decide(pod, {"s": RUNS, "main": _gone(0)}, NOW, BACKOFF).terminate == ("s",)


def _status(pod: Any, seen: dict[str, Seen], actions: Actions | None = None) -> dict[str, Any]:
    actions = actions or decide(pod, seen, NOW, BACKOFF)
    return pod_status(Report(pod=pod, seen=seen, actions=actions, now=NOW, backoff=BACKOFF))


@pytest.mark.parametrize(
    ("pod", "seen", "phase"),
    [
        (_pod(), {}, "Pending"),
        (_pod(inits=["i"]), {"i": RUNS}, "Pending"),
        (_pod(), {"main": RUNS}, "Running"),
        (_pod(), {"main": _gone(0)}, "Succeeded"),
        (_pod(), {"main": _gone(2)}, "Failed"),
        (_pod(containers=["a", "b"]), {"a": _gone(0), "b": RUNS}, "Running"),
        (_pod(containers=["a", "b"]), {"a": _gone(1), "b": _gone(0)}, "Failed"),
        (_pod("OnFailure"), {"main": _gone(1, 1)}, "Running"),
        (_pod(inits=["i"]), {"i": _gone(1)}, "Failed"),
        (_pod(deleting=True), {"main": _gone(0)}, "Succeeded"),
        (_pod(deleting=True), {}, "Failed"),
        (_pod(status={"phase": "Failed", "reason": "Evicted"}), {"main": _gone(0)}, "Failed"),
    ],
)
def test_phases(pod: Any, seen: dict[str, Seen], phase: str) -> None:
    status = _status(pod, seen)
    assert status["phase"] == phase
    again = _status({**pod, "status": status}, seen)
    assert again == status  # deciding twice is deciding once


@pytest.mark.parametrize(
    ("seen", "state"),
    [
        (Seen(), {"waiting": {"reason": "ContainerCreating"}}),
        (RUNS, {"running": {"startedAt": "2026-01-01T12:00:00Z"}}),
        (
            Seen(problem=("FailedMount", "no")),
            {"waiting": {"reason": "FailedMount", "message": "no"}},
        ),
    ],
)
def test_states(seen: Seen, state: dict[str, Any]) -> None:
    (status,) = _status(_pod(), {"main": seen}, Actions())["containerStatuses"]
    assert status["state"] == state


def test_a_terminated_state() -> None:
    (status,) = _status(_pod(), {"main": _gone(3)})["containerStatuses"]
    assert status["state"]["terminated"] == {
        "exitCode": 3, "reason": "Error", "startedAt": "2026-01-01T11:59:59Z",
        "finishedAt": "2026-01-01T12:00:00Z", "containerID": "pinnace://u/main/0",
    }  # fmt: skip
    assert status["ready"] is False and status["restartCount"] == 0


def test_events_come_from_the_change_alone() -> None:
    before = _status(_pod(), {})
    after = _status(_pod(), {"main": RUNS})
    found = [note.reason for note in notes(before, after, lambda _: True)]
    assert found == ["Created", "Started"]
    assert list(notes(after, after, lambda _: True)) == []
    named = [note.reason for note in notes(before, after, lambda _: False)]
    assert named == ["Created", "Started", "ImageMapped"]
