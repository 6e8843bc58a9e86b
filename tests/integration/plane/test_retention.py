"""The journal lets go of what its event sources don't want kept."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from pinnace.bus import Event, Journal, Keep, Ledger
from pinnace.eventserver import Parts
from pinnace.objects.types import Object
from pinnace.plane.retention import Retention
from pinnace.sensors import SensorController
from pinnace.store import Store
from tests.manual_clock import ManualClock


def _source(name: str, **annotations: str) -> Object:
    metadata = {"name": name, "namespace": "default", "annotations": annotations}
    return {"apiVersion": "argoproj.io/v1alpha1", "kind": "EventSource", "metadata": metadata,
            "spec": {}}  # fmt: skip


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def store(tmp_path: Path, clock: ManualClock) -> Iterator[Store]:
    with Store.open(tmp_path / "pinnace.db", clock=clock) as opened:
        yield opened


def test_each_event_source_by_its_own_limits(store: Store, clock: ManualClock) -> None:
    journal = Journal(store)
    ledger = Ledger(store, journal)
    sensors = SensorController(store, journal, ledger)
    old = store.clock.now()
    store.create(_source("short", **{"pinnace.dev/journal-max-age": "1h"}))
    store.create(_source("long", **{"pinnace.dev/journal-max-age": "3h"}))
    for name in ("short", "long", "forgotten"):
        for n in range(3):
            journal.append(
                Event(id=f"{name}-{n}", source=name, type="t", subject="e", time=old, data=b"{}")
            ).result()
    store.write(lambda tx: ledger.advance(tx, "a-sensor", 8))
    clock.advance(2 * 3600)
    parts = Parts(store=store, journal=journal, ledger=ledger, sensors=sensors)
    default = Keep(age=timedelta(minutes=5))
    assert Retention(parts, default).sweep() == 5
    left = [entry.event.id for entry in journal.read(0)]
    assert left == ["long-0", "long-1", "long-2", "forgotten-2"]
    assert Retention(parts, default).sweep() == 0
