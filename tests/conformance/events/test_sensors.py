"""Upstream's Sensors: each fires with a matching event and stays still with another one."""

from collections.abc import Iterator

import pytest

from pinnace.objects.errors import Invalid
from pinnace.objects.types import Object
from pinnace.plane.workflow_operations import OPERATIONS
from pinnace.sensors import Sensor, evaluate, parse_sensor
from pinnace.sensors.actions import ObjectAction
from pinnace.sensors.effects import act
from pinnace.store import Store
from tests.conformance.events.examples import parametrized
from tests.conformance.events.matching import NOW, different, matching
from tests.conformance.events.tables import DATA, NEVER, REFUSED_SENSORS


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store.open(tmp_path_factory.mktemp("events") / "store.db") as opened:
        cron = {"schedule": "0 0 1 1 *", "workflowSpec": {"entrypoint": "main"}}
        opened.create(
            {"apiVersion": "argoproj.io/v1alpha1", "kind": "CronWorkflow", "spec": cron,
             "metadata": {"name": "special-trigger", "namespace": "default"}}
        )  # fmt: skip
        yield opened


def _read(name: str, obj: Object) -> Sensor | None:
    """Return the Sensor, None when it is refused as the table says."""
    known = REFUSED_SENSORS.get(name)
    if known is None:
        return parse_sensor(obj)
    with pytest.raises(Invalid, match=known):
        parse_sensor(obj)
    return None


@pytest.mark.parametrize(("name", "obj"), parametrized("Sensor"))
def test_an_example_fires_with_a_matching_event_only(name: str, obj: Object, store: Store) -> None:
    sensor = _read(name, obj)
    if sensor is None:
        return
    fired: set[str] = set()
    joined: dict[str, dict[str, object]] = {}
    for dependency in sensor.dependencies:
        event = matching(dependency, obj, DATA.get(name))
        still = evaluate(sensor, different(event, dependency), joined={}, now=NOW)
        assert not still.fires, still.as_json()
        verdict = evaluate(sensor, event, joined=joined, now=NOW)
        joined = {trigger.name: dict(trigger.held) for trigger in verdict.triggers}
        for trigger in verdict.triggers:
            for firing in trigger.firings:
                assert firing.action is not None, firing.error
                _perform(store, firing.action)
                fired.add(trigger.name)
    assert fired == (set() if name in NEVER else {trigger.name for trigger in sensor.triggers})


def _perform(store: Store, action: object) -> None:
    if isinstance(action, ObjectAction):
        about = action
        key = store.write(lambda tx: act(tx, about, OPERATIONS))
        assert store.find(key.kind, key.namespace, key.name)
        store.delete(key)  # others use the same names
