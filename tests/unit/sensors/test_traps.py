"""Warnings about what Argo Events takes otherwise than it is written."""

from typing import Any

import pytest

from pinnace.objects.types import Object
from pinnace.sensors.traps import traps
from tests.unit.sensors.made import dependency, log_trigger, manifest

_SRC = {"dependencyName": "dep"}
_POLICY = {"status": {"allow": [200]}}
_BACKOFF = {"labels": {"a": "b"}, "backoff": {"steps": 1}}
_MAP = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}}


def trigger(kind: str, action: Any, **more: Any) -> dict[str, Any]:
    return {"template": {"name": "t", kind: action}, **more}


def k8s(**action: Any) -> dict[str, Any]:
    more = {"policy": action.pop("policy")} if "policy" in action else {}
    return trigger("k8s", {"source": {"resource": _MAP}, **action}, **more)


def http(**action: Any) -> dict[str, Any]:
    return trigger("http", {"url": "http://x", **action}, policy=_POLICY)


def data(**entry: Any) -> Object:
    filled = {"path": "a", "type": "string", "value": ["x"], **entry}
    return manifest(dependency(filters={"data": [filled]}))


def one(entry: dict[str, Any]) -> Object:
    return manifest(triggers=[entry])


def two(*triggers: dict[str, Any]) -> Object:
    return manifest(dependency(), dependency("other"), triggers=list(triggers))


_OR = {"conditions": "dep || other"}
_RESUBMIT = {"operation": "resubmit", "source": {"resource": {**_MAP, "kind": "Workflow"}}}
_MAPPED = [{"src": _SRC, "dest": "a"}]
_RAW_TEMPLATE = {**_SRC, "dataTemplate": "a", "useRawData": True}
_NATS = {"url": "n:1", "subject": "s", "payload": []}

_TRAPS = [
    (manifest(dependency("a-b"), dependency("a_b")), "dependencies[1].name", "one name in"),
    (manifest(dependency(eventName="a.b")), "dependencies[0].eventName", "name with a dot"),
    (two(log_trigger("a b")), "template.name", "with a blank in its name"),
    (
        two(log_trigger("a"), log_trigger("b", conditions="dep")),
        "triggers[0].template",
        "waits for all dependencies",
    ),
    (data(comparator="!=", value=["a", "b"]), "data[0].comparator", "as soon as one of them"),
    (data(comparator=">="), "data[0].comparator", ">= never holds for strings"),
    (data(comparator="!=", type="bool", value=["true"]), "data[0].comparator", "no effect"),
    (manifest(errorOnFailedRound=True), "spec.errorOnFailedRound", "has no effect"),
    (manifest(loggingFields={"a": "b"}), "spec.loggingFields", "has no effect"),
    (one(log_trigger(policy={})), "template.policy", "has no effect"),
    (one(trigger("log", {"intervalSeconds": 1})), "log.intervalSeconds", "has no effect"),
    (
        one(trigger("email", {"host": "h", "parameters": [{"src": _SRC, "dest": "body"}]})),
        "email.parameters",
        "have no effect",
    ),
    (
        one(trigger("nats", {**_NATS, "parameters": [{"src": _SRC, "dest": "subject"}]})),
        "nats.parameters[0].dest",
        "publishes to the subject of the template",
    ),
    (
        one(http(payload=[{"src": {**_SRC, "dataKey": "a", "contextKey": "id"}, "dest": "a"}])),
        "payload[0].src.contextKey",
        "dataKey replaces it",
    ),
    (
        one(http(payload=[{"src": _RAW_TEMPLATE, "dest": "a"}])),
        "src.useRawData",
        "only what a key finds",
    ),
    (one({**log_trigger(), "retryStrategy": {"steps": 2}}), "retryStrategy", "without atLeastOnce"),
    (one(trigger("http", {"url": "http://x"})), "template.http", "without policy.status"),
    (
        two({"template": {"name": "t", "nats": {**_NATS, "payload": _MAPPED}, **_OR}}),
        "payload[0].src",
        "the sensor of a cluster ends",
    ),
    (
        one(k8s(operation="patch", patchStrategy="application/apply-patch+yaml")),
        "k8s.patchStrategy",
        "names no field manager",
    ),
    (one(k8s(operation="create", liveObject=True)), "k8s.liveObject", "operation: update only"),
    (one(k8s(operation="delete", policy={"k8s": _BACKOFF})), "policy.k8s", "no labels to look at"),
    (
        one(trigger("argoWorkflow", _RESUBMIT, policy={"k8s": _BACKOFF})),
        "policy.k8s",
        "always fails",
    ),
    (one(k8s(source={"url": {"path": "https://x"}})), "source.url", "server's certificate"),
    (
        one(k8s(source={"inline": "", "configmap": {"name": "a", "key": "b"}})),
        "k8s.source",
        "only one of inline, configmap counts",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("obj", "field", "message"), _TRAPS)
def test_a_trap_is_told_with_its_field_and_a_way_out(obj: Object, field: str, message: str) -> None:
    (found,) = traps(obj)
    assert found.field.startswith("spec.")
    assert field in found.field
    assert message in found.message
    assert found.fix


def test_a_dead_letter_trigger_is_looked_at_too() -> None:
    letter = {**trigger("http", {"url": "http://x"}), "atLeastOnce": True}
    letter["template"]["name"] = "letter"
    entry = {**log_trigger(), "atLeastOnce": True, "dlqTrigger": letter}
    (found,) = traps(one(entry))
    assert found.field == "spec.triggers[0].dlqTrigger.template.http"


def test_a_sensor_with_a_dot_in_its_name() -> None:
    obj = manifest()
    obj["metadata"]["name"] = "a.b"
    (found,) = traps(obj)
    assert found.field == "metadata.name"


@pytest.mark.parametrize(
    "obj",
    [
        manifest(),
        data(comparator="!="),
        two(log_trigger("a", conditions="dep"), log_trigger("b", conditions="other")),
        one(http(payload=[{"src": _SRC, "dest": "a"}])),
        one({**log_trigger(), "atLeastOnce": True, "retryStrategy": {"steps": 2}}),
        one(k8s(source={"url": {"path": "https://x", "verifyCert": True}})),
        manifest(triggers=[]),  # refused anyway
    ],
)
def test_what_is_plain_has_no_trap(obj: Object) -> None:
    assert list(traps(obj)) == []
