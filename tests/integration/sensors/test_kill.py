"""SIGKILL at random points while hundreds of events are consumed: each fires exactly once."""

import random
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.eventually import eventually
from tests.integration.sensors.scene import Scene, dependency, event, sensor, workflow_trigger

_EVENTS = 500  # at a time: on a slow disk hundreds of firings share a commit, then more are posted
_KILLS = 5
_STRIDE = 100  # firings between two kills, at most
_CONSUMER = [sys.executable, "-m", "tests.integration.sensors.consuming"]


def _seeded(path: Path) -> None:
    """Make a store with a sensor and a joining sensor."""
    with Scene(path) as scene:
        scene.add(sensor())
        both = [dependency(), dependency("other")]
        scene.add(sensor("join", dependencies=both, triggers=[workflow_trigger("join")]))


def _post(path: Path, numbers: range) -> None:
    """Append events that nobody has consumed."""
    scene = Scene(path)
    appended = []
    for number in numbers:
        data = {"body": {"number": str(number)}}
        appended.append(scene.journal.append(event(data)))
        appended.append(scene.journal.append(event(data, subject="other")))
    for future in appended:
        future.result()
    scene.store.close()


def _fired(scene: Scene) -> int:
    """Return how many firings were recorded: each has the next number."""
    newest = scene.ledger.firings(limit=1)
    return newest[0].id if newest else 0


def _consume_until(path: Path, goal: int) -> int:
    """Run a consumer and kill it once about ``goal`` firings are there; returns how many were."""
    watching = Scene(path)
    process = subprocess.Popen([*_CONSUMER, str(path)], stdout=subprocess.DEVNULL)
    try:
        eventually(lambda: _fired(watching) >= goal, interval=0.0005)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        fired = _fired(watching)
        watching.store.close()
    return fired


@pytest.mark.slow
def test_each_event_has_exactly_one_workflow_of_each_sensor(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    _seeded(path)
    posted = fired = 0
    for _ in range(_KILLS):
        if 2 * posted - fired < 2 * _STRIDE:
            _post(path, range(posted, posted + _EVENTS))
            posted += _EVENTS
        fired = _consume_until(path, fired + random.randrange(1, _STRIDE))
    with Scene(path) as last:
        eventually(lambda: len(last.workflows()) >= 2 * posted)
        made = Counter(
            (
                workflow["metadata"]["labels"]["events.argoproj.io/sensor"],
                workflow["spec"]["arguments"]["parameters"][0]["value"],
            )
            for workflow in last.workflows()
        )
        numbers = [str(number) for number in range(posted)]
        assert made == Counter((name, n) for name in ("sensor", "join") for n in numbers)
        assert {row.state for row in last.ledger.firings(limit=10_000)} == {"fired"}
