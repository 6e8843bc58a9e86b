"""Expressions that are built to be slow: bounded in time, and a burden on their own Sensor only."""

from typing import Any

import pytest

from pinnace.bus import Event
from pinnace.objects.kinds import SENSORS, WORKFLOWS
from pinnace.objects.meta import Key
from tests.eventually import eventually
from tests.integration.sensors.scene import Scene, dependency, event, sensor, workflow_trigger

_EVENTS = 5


#: A second of work or more.
_SLOW = "local n = 0 for i = 1, 2000000 do n = n + i % 7 end return false"


def _filtered(name: str, **filters: Any) -> dict[str, Any]:
    dependencies = [dependency(filters=filters)]
    return sensor(name, dependencies=dependencies, triggers=[workflow_trigger(name)])


def _made(scene: Scene, name: str) -> list[str]:
    return [
        workflow["spec"]["arguments"]["parameters"][0]["value"]
        for workflow in scene.store.list(WORKFLOWS)
        if workflow["metadata"]["generateName"] == f"{name}-"
    ]


@pytest.mark.slow
def test_a_slow_sensor_holds_up_nobody_but_itself(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    scene.add(_filtered("slow", script=_SLOW))
    scene.add(sensor("quick", triggers=[workflow_trigger("quick")]))
    scene.post(0)
    eventually(lambda: _made(scene, "quick") == ["0"], timeout=60)
    eventually(lambda: "runs apart" in caplog.text, timeout=60)
    for number in range(1, _EVENTS):
        scene.post(number)
    eventually(lambda: len(_made(scene, "quick")) == _EVENTS, timeout=60)
    uid = scene.store.get(SENSORS, "default", "slow")["metadata"]["uid"]
    behind = scene.ledger.offset(uid)
    assert behind is not None
    assert behind < scene.journal.head()
    # mended, it goes on where it stood
    key = Key(SENSORS, "default", "slow")
    mended = _filtered("slow", script="return true")["spec"]
    scene.store.modify(key, lambda obj: {**obj, "spec": mended})
    eventually(lambda: str(_EVENTS - 1) in _made(scene, "slow"), timeout=60)
    fired = sorted(map(int, _made(scene, "slow")))
    assert fired == list(range(fired[0], _EVENTS))  # each once, and none before the edit


@pytest.mark.slow
def test_a_deleted_slow_sensor_is_gone(scene: Scene) -> None:
    made = scene.add(_filtered("slow", script=_SLOW))
    uid = made["metadata"]["uid"]
    for number in range(2):
        scene.post(number)
    eventually(lambda: (scene.ledger.offset(uid) or 0) > 0, timeout=60)
    scene.store.delete(Key(SENSORS, "default", "slow"))
    eventually(lambda: scene.ledger.offset(uid) is None, timeout=60)


_HOSTILE: list[tuple[str, dict[str, Any]]] = [
    ("regex", {"data": [{"path": "body.text", "type": "string", "value": ["^(a+)+$"]}]}),
    ("gjson", {"data": [{"path": "body.*" + "*a" * 200, "type": "string", "value": ["x"]}]}),
    ("expr", {"exprs": [{
        "expr": 'text =~ "^(a|aa)+$" && text =~ "(.*a){25}b"',
        "fields": [{"name": "text", "path": "body.text"}],
    }]}),
    ("lua", {"script": 'return string.find(event.body.text, ("a*"):rep(40) .. "b") ~= nil'}),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("name", "filters"), _HOSTILE, ids=[name for name, _ in _HOSTILE])
def test_hostile_filters_end(scene: Scene, name: str, filters: dict[str, Any]) -> None:
    scene.add(_filtered(name, **filters))
    scene.add(sensor("quick", triggers=[workflow_trigger("quick")]))
    uid = scene.store.get(SENSORS, "default", name)["metadata"]["uid"]
    posted = scene.journal.append(_text("a" * 5000 + "!")).result()
    assert posted is not None
    eventually(lambda: len(_made(scene, "quick")) == 1, timeout=60)
    eventually(lambda: scene.ledger.offset(uid) == posted.offset, timeout=60)
    assert _made(scene, name) == []


def _text(text: str) -> Event:
    return event({"body": {"text": text, "number": text[:3]}})
