"""The calendar source by a clock that the test moves, with a real store underneath."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from pinnace.objects.kinds import CONFIG_MAPS
from pinnace.objects.meta import Key
from pinnace.store import Store
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
    catchup = {"catchup": {"enabled": True}}
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


def config_map(plane: Plane) -> dict[str, str]:
    found = plane.store.find(CONFIG_MAPS, "default", "ticks")
    return (found or {}).get("data") or {}


def test_the_last_tick_is_kept_in_a_config_map(timed: Plane, clock: ManualClock) -> None:
    persistence = {"catchup": {"enabled": True},
                   "configMap": {"name": "ticks", "createIfNotExist": True}}  # fmt: skip
    timed.run(source(schedule="0 * * * *", persistence=persistence, metadata={"a": "b"}))
    assert config_map(timed) == {}
    clock.advance(timedelta(hours=1).total_seconds())
    eventually(timed.events)
    assert orjson.loads(config_map(timed)["calendar.tick"]) == timed.data()[0]
    # as another cluster left it: upstream's own text, with a live tick's monotonic reading
    left = '{"eventTime":"2026-03-01 10:00:00.123456789 +0000 UTC m=+12.5"}'
    timed.stop()
    with Store.open(timed.path) as store:
        store.modify(
            Key(CONFIG_MAPS, "default", "ticks"),
            lambda old: {**old, "data": {"calendar.tick": left, "other": "x"}},
        )
    timed.start()
    eventually(lambda: len(timed.events()) == 4)
    assert times(timed)[1:] == [f"2026-03-01 {hour}:00:00 +0000 UTC" for hour in (11, 12, 13)]
    last = '{"eventTime":"2026-03-01 13:00:00 +0000 UTC","metadata":{"a":"b"}}'
    assert config_map(timed) == {"calendar.tick": last, "other": "x"}


def test_a_config_map_that_is_missing_or_spoiled_is_told(timed: Plane, clock: ManualClock) -> None:
    persistence = {"catchup": {"enabled": True}, "configMap": {"name": "ticks"}}
    timed.store.create(source(schedule="0 * * * *", persistence=persistence))
    problem = "persistence.configMap: expected a ConfigMap default/ticks, found none"
    eventually(lambda: problem in timed.condition("calendar").get("message", ""))
    metadata = {"name": "ticks", "namespace": "default"}
    spoiled = {"calendar.tick": "{}"}
    obj = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": spoiled}
    timed.store.create(obj)
    problem = "ConfigMap ticks: data[calendar.tick]: expected the data of the last event"
    eventually(lambda: problem in timed.condition("calendar").get("message", ""))
    timed.store.modify(Key(CONFIG_MAPS, "default", "ticks"), lambda old: {**old, "data": {}})
    timed.listening("calendar")


def test_an_interval_in_real_time(plane: Plane) -> None:
    plane.run(source(interval="1s"))
    eventually(lambda: len(plane.events()) >= 2)


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
