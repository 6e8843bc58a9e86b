"""The calendar source by a clock that the test moves, with a real store underneath."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.eventually import eventually
from tests.integration.eventsources.conftest import Plane, event_source
from tests.manual_clock import ManualClock

NOON = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


def source(**spec: Any) -> Any:
    return event_source("calendar", {"calendar": {"tick": spec}})


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
def timed(tmp_path: Path, clock: ManualClock) -> Any:
    plane = Plane(tmp_path / "state.db", clock)
    yield plane
    plane.stop()


def times(plane: Plane) -> list[str]:
    return [data["eventTime"] for data in plane.data()]


def test_a_schedule_ticks_live(timed: Plane, clock: ManualClock) -> None:
    timed.run(source(schedule="30 * * * *", metadata={"hello": "world"}))
    clock.advance(timedelta(minutes=29).total_seconds())
    clock.advance(timedelta(minutes=1, seconds=1).total_seconds())
    eventually(timed.events)
    (event,) = timed.events()
    assert (event.type, event.subject) == ("calendar", "tick")
    assert timed.data() == [
        {
            "eventTime": "2026-03-01 12:30:01.123456 +0000 UTC m=+1801.000000000",
            "metadata": {"hello": "world"},
        }
    ]


def test_missed_ticks_are_caught_up_only_if_asked(timed: Plane, clock: ManualClock) -> None:
    catchup = {"catchup": {"enabled": True}, "configMap": {"name": "x"}}
    timed.store.create(event_source("plain", {"calendar": {"tick": {"schedule": "0 * * * *"}}}))
    timed.run(source(schedule="0 * * * *", persistence=catchup))
    timed.listening("plain")
    timed.stop()
    clock.advance(timedelta(hours=3).total_seconds())
    timed.start()
    eventually(lambda: len(timed.events()) == 3)
    assert {event.source for event in timed.events()} == {"calendar"}
    assert times(timed) == [f"2026-03-01 {hour}:00:00 +0000 UTC" for hour in (13, 14, 15)]
    timed.restart()
    timed.listening("calendar")
    clock.advance(timedelta(hours=1).total_seconds())
    eventually(lambda: len(timed.events()) == 5)  # one live tick each
    assert sorted(e.source for e in timed.events()[3:]) == ["calendar", "plain"]


def test_catching_up_reaches_no_further_than_max_duration(timed: Plane, clock: ManualClock) -> None:
    catchup = {"catchup": {"enabled": True, "maxDuration": "2h"}}
    timed.run(source(schedule="0 * * * *", persistence=catchup))
    timed.stop()
    clock.advance(timedelta(days=30).total_seconds())
    timed.start()
    eventually(lambda: len(timed.events()) == 2)
    timed.listening("calendar")
    assert len(timed.events()) == 2


def test_an_interval_in_real_time(plane: Plane) -> None:
    plane.run(source(interval="1s"))
    eventually(lambda: len(plane.events()) == 2, timeout=5)


@pytest.mark.parametrize(
    ("spec", "field"),
    [
        ({"schedule": "@daily"}, "schedule"),
        ({"schedule": "61 * * * *"}, "schedule"),
        ({"interval": "ten"}, "interval"),
        ({"interval": "0s"}, "interval"),
        ({}, "schedule"),
        ({"interval": "1s", "timezone": "Mars/Base"}, "timezone"),
    ],
)
def test_a_wrong_spec_is_named(plane: Plane, spec: dict[str, Any], field: str) -> None:
    plane.store.create(source(**(spec or {"metadata": {}})))
    problem = eventually(lambda: plane.condition("calendar", "SourcesProvided"))
    assert problem["status"] == "False"
    assert f"spec.calendar.tick.{field}" in problem["message"]
