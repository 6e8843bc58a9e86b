"""A control plane that is killed again and again amid a running pipeline loses nothing."""

import random
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from pinnace.cli.demo.stimuli import push, upload
from pinnace.objects.errors import PinnaceError
from pinnace.objects.kinds import PODS, TFJOBS, WORKFLOWS
from pinnace.objects.meta import annotations_of, name_of, uid_of
from pinnace.objects.types import Object
from tests.e2e.control_plane import Plane
from tests.eventually import eventually

KILLS = 20
WEBHOOKS = 3
FINISHED = ("Succeeded", "Failed", "Error")


@pytest.fixture
def plane(tmp_path: Path) -> Iterator[Plane]:
    running = Plane(tmp_path / "state")
    running.up()
    try:
        yield running
    finally:
        running.down()


def phase(obj: Object) -> str:
    return str((obj.get("status") or {}).get("phase") or "")


def workflows(plane: Plane) -> list[Object]:
    with plane.client() as client:
        return client.list(WORKFLOWS)


def workers(plane: Plane) -> dict[str, tuple[str, Any]]:
    """Return the training pods that run: uid → name and when their container started."""
    with plane.client() as client:
        pods = client.list(PODS, labels="training.kubeflow.org/operator-name=tfjob-controller")
    found = {}
    for pod in pods:
        for status in (pod.get("status") or {}).get("containerStatuses") or []:
            if "running" in status["state"]:
                found[uid_of(pod)] = (name_of(pod), status["state"]["running"]["startedAt"])
    return found


def trains(plane: Plane) -> bool:
    with plane.client() as client:
        jobs = client.list(TFJOBS)
    return any(
        (job.get("status") or {}).get("conditions", [{}])[-1].get("type") == "Running"
        for job in jobs
    )


def post(plane: Plane, page: str, number: int) -> str:
    token = plane.state.credential("webhook-token")
    answer = httpx.post(
        f"{page}/hooks/training/train", json={"epochs": 1, "batch-size": 256 + 32 * number},
        headers={"Authorization": f"Bearer {token}"}, timeout=30,
    )  # fmt: skip
    assert answer.status_code in (200, 202), answer.text
    return str(answer.json()["delivery"])


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_killed_control_plane_goes_on_where_it_was(plane: Plane) -> None:
    chance = random.Random(20261123)
    page = plane.record.page
    now = datetime.now(UTC)
    push(plane.state, plane.record, now)
    upload(plane.state, plane.record, now + timedelta(seconds=1))
    deliveries: list[str] = []
    seen: dict[str, tuple[str, Any]] = {}
    killed_while_training = 0
    for number in range(KILLS):
        deadline = time.monotonic() + chance.uniform(0.0, 2.5)
        while time.monotonic() < deadline:
            seen |= workers(plane)
        while number >= KILLS - 3 and killed_while_training == 0 and not trains(plane):
            seen |= workers(plane)
        killed_while_training += trains(plane)
        plane.kill()
        if number % 7 == 3 and len(deliveries) < WEBHOOKS:
            deliveries.append(post(plane, page, number))  # while nobody is there to take it
        plane.up()
    assert killed_while_training >= 1

    def finished() -> bool:
        nonlocal seen
        seen |= workers(plane)
        found = workflows(plane)
        return len(found) == 2 + WEBHOOKS and all(phase(w) in FINISHED for w in found)

    eventually(finished, timeout=420, interval=0.5)
    found = workflows(plane)
    events = Counter(annotations_of(w)["pinnace.dev/event-id"] for w in found)
    assert all(count == 1 for count in events.values()), events
    assert {phase(w) for w in found} == {"Succeeded"}, [(name_of(w), w["status"]) for w in found]
    assert {annotations_of(w).get("pinnace.dev/delivery") for w in found} >= set(deliveries)
    _assert_adopted(plane, seen)


def _assert_adopted(plane: Plane, seen: dict[str, tuple[str, Any]]) -> None:
    """Every worker that was seen running ended as the same process, never started again."""
    with plane.client() as client:
        pods = {uid_of(pod): pod for pod in client.list(PODS)}
    assert seen
    for uid, (name, started) in seen.items():
        assert uid in pods, f"{name} was made anew"
        status = pods[uid]["status"]["containerStatuses"][0]
        assert status["restartCount"] == 0, f"{name} was restarted"
        assert status["state"]["terminated"]["startedAt"] == started, name
        assert status["state"]["terminated"]["exitCode"] == 0, name


def test_what_is_left_of_a_killed_control_plane_is_stopped_by_down(tmp_path: Path) -> None:
    plane = Plane(tmp_path / "state", folders=(tmp_path,))
    plane.up()
    plane.kill()
    assert plane.processes()
    status = plane.pinnace("status")
    assert status.returncode == 1
    assert "object-store" in status.stderr
    plane.down()
    assert plane.processes() == []
    with pytest.raises(PinnaceError):
        plane.client().list(WORKFLOWS)
