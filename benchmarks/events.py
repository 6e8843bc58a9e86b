"""From an HTTP delivery to a Workflow: durable ingest, latency, many Sensors, a long journal.

How to read it: ``benchmarks.ingest`` and ``benchmarks.journal`` say it of their figures. "on disk →
visible" is the time from an event's commit to its Workflows at a watcher of the store: idle, and
while a webhook receives other events, at a pace and as many as it can; the baseline is creating
them directly. "N sensors": each event concerns 3 of them, so rate and latency must not fall as N
grows.
"""

import argparse
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from time import perf_counter
from uuid import uuid4

from benchmarks import ingest, journal
from benchmarks.load import driven
from benchmarks.report import figure, median, percentile, quiet_end, title
from benchmarks.scene import Bus, bus, temporary_store
from benchmarks.waiting import create_and_await
from pinnace.bus import Event
from pinnace.objects.kinds import SENSORS, WORKFLOWS
from pinnace.objects.types import Object
from pinnace.store import Store, Subscription

_API = "argoproj.io/v1alpha1"
_SENSORS = (1, 3, 100, 1_000)
_PACE = 300
_CONCERNED = 3
_ONE_BY_ONE = 200
_BURST = 500


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="What events cost.")
    length = "events in the long journal (10000000: 4 GB, some minutes)"
    parser.add_argument("--events", type=int, default=journal.EVENTS, help=length)
    parser.add_argument("--only", choices=["ingest", "latency", "sensors", "journal"])
    given = parser.parse_args()
    parts: dict[str, Callable[[], None]] = {
        "ingest": ingest.measure,
        "latency": _latency,
        "sensors": _many_sensors,
        "journal": lambda: journal.measure(given.events),
    }
    for name, measure in parts.items():
        if given.only in (None, name):
            measure()


# -- from the journal to a Workflow ---------------------------------------------------------------


def _workflow() -> Object:
    parameters = [{"name": "number", "value": ""}]
    return {"apiVersion": _API, "kind": "Workflow", "metadata": {"generateName": "w-"},
            "spec": {"arguments": {"parameters": parameters}}}  # fmt: skip


def _sensor(number: int) -> Object:
    subject = f"call-{number // _CONCERNED}"
    parameter = {
        "src": {"dependencyName": "call", "dataKey": "body.number"},
        "dest": "spec.arguments.parameters.0.value",
    }
    action = {"operation": "submit", "source": {"resource": _workflow()}, "parameters": [parameter]}
    return {
        "apiVersion": _API, "kind": "Sensor",
        "metadata": {"name": f"s-{number}", "namespace": "default"},
        "spec": {
            "dependencies": [{"name": "call", "eventSourceName": "hooks", "eventName": subject}],
            "triggers": [{"template": {"name": "train", "argoWorkflow": action}}],
        },
    }  # fmt: skip


def _event(group: int) -> Event:
    return Event(
        id=uuid4().hex, source="hooks", type="webhook", subject=f"call-{group}",
        time=datetime.now(UTC), data=b'{"body": {"number": 7}}',
    )  # fmt: skip


class _Arrivals:
    """When Workflows came to a watcher's eyes, seen on a thread of its own."""

    def __init__(self, store: Store) -> None:
        self._seen: Subscription = store.watch(WORKFLOWS)
        self._ready = threading.Condition()
        self._times: list[float] = []
        threading.Thread(target=self._follow, daemon=True).start()

    def _follow(self) -> None:
        for change in self._seen:
            if change.type == "ADDED":
                with self._ready:
                    self._times.append(perf_counter())
                    self._ready.notify_all()

    def take(self, wanted: int) -> list[float]:
        """Wait for so many arrivals and return when they were."""
        with self._ready:
            if not self._ready.wait_for(lambda: len(self._times) >= wanted, timeout=60):
                raise SystemExit(f"{len(self._times)} of {wanted} Workflows came within 60 s")
            taken, self._times = self._times, []
            return taken

    def close(self) -> None:
        self._seen.close()


def _one_by_one(scene: Bus, arrivals: _Arrivals, groups: int, concerned: int) -> list[float]:
    """Return the seconds from each event's commit to the last of its Workflows."""
    found = []
    for number in range(_ONE_BY_ONE):
        stored: list[float] = []
        future = scene.journal.append(_event(number % groups))
        future.add_done_callback(partial(_note, stored))
        found.append(arrivals.take(concerned)[-1] - stored[0])
    return found


def _note(times: list[float], _: object) -> None:
    times.append(perf_counter())


def _latency() -> None:
    title("events: an event on disk → its 3 Workflows visible to a watcher, one event at a time")
    with temporary_store() as store:
        arrivals = _Arrivals(store)
        direct = []
        for _ in range(_ONE_BY_ONE):
            begun = perf_counter()
            store.transact(lambda tx: [tx.create(_workflow()) for _ in range(_CONCERNED)])
            direct.append(arrivals.take(_CONCERNED)[-1] - begun)
        arrivals.close()
    least = 1000 * median(direct)
    figure("baseline: 3 Workflows created directly, p50", least, "ms")
    with _sensors(_CONCERNED) as (scene, arrivals), ingest.webhook(scene) as hook:
        _show_latency("idle", _one_by_one(scene, arrivals, 1, _CONCERNED), least)
        with driven(hook, 16, _PACE):
            found = _one_by_one(scene, arrivals, 1, _CONCERNED)
        _show_latency(f"{_PACE} other events/s", found, least)
        with driven(hook, 16):
            found = _one_by_one(scene, arrivals, 1, _CONCERNED)
        _show_latency("16 connections send all they can", found, least)


def _show_latency(when: str, found: list[float], least: float) -> None:
    p50 = 1000 * median(found)
    figure(f"event on disk → visible, {when}: p50", p50, "ms", ratio=p50 / least, to="direct")
    figure(f"event on disk → visible, {when}: p99", 1000 * percentile(found, 0.99), "ms")


@contextmanager
def _sensors(count: int) -> Iterator[tuple[Bus, _Arrivals]]:
    with bus() as scene:
        made = [_sensor(number) for number in range(count)]
        create_and_await(scene.store, SENSORS, made, ingest.is_deployed)
        arrivals = _Arrivals(scene.store)
        try:
            yield scene, arrivals
        finally:
            arrivals.close()


def _many_sensors() -> None:
    title(f"events: each concerns {_CONCERNED} of N sensors (1 of 1)")
    first_rate = first_p50 = 0.0
    for count in _SENSORS:
        concerned = min(count, _CONCERNED)
        groups = count // concerned
        begun = perf_counter()
        with _sensors(count) as (scene, arrivals):
            ready = perf_counter() - begun
            p50 = 1000 * median(_one_by_one(scene, arrivals, groups, concerned))
            begun = perf_counter()
            for number in range(_BURST):
                scene.journal.append(_event(number % groups))
            arrivals.take(_BURST * concerned)
            rate = _BURST * concerned / (perf_counter() - begun)
        if count == _CONCERNED:
            first_rate, first_p50 = rate, p50
        ratios = (rate / first_rate, p50 / first_p50) if first_rate else (None, None)
        to = f"{_CONCERNED} sensors"
        figure(f"{count:,} sensors: created and ready", 1000 * ready / count, "ms/sensor")
        figure(f"{count:,} sensors: p50", p50, "ms", ratio=ratios[1], to=to)
        figure(f"{count:,} sensors: burst, each a Workflow", rate, "evaluations/s",
               ratio=ratios[0], to=to)  # fmt: skip


if __name__ == "__main__":
    with quiet_end():
        main()
