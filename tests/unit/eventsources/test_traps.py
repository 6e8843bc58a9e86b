"""Warnings about what Argo Events takes otherwise than an EventSource says."""

from typing import Any

import pytest

from pinnace.eventsources.traps import traps
from pinnace.objects.types import Object


def source(spec: dict[str, Any], name: str = "s") -> Object:
    return {"apiVersion": "argoproj.io/v1alpha1", "kind": "EventSource",
            "metadata": {"name": name, "namespace": "default"}, "spec": spec}  # fmt: skip


_HOOK = {"port": "12000", "endpoint": "/a", "method": "POST"}
_KAFKA = {"url": "k:1", "topic": "t", "partition": "0"}


@pytest.mark.parametrize(
    ("spec", "field", "message"),
    [
        ({"webhook": {"a": _HOOK, "b": dict(_HOOK)}}, "spec.webhook.b", "serves only one of them"),
        (
            {"webhook": {"a": _HOOK}, "github": {"b": {"webhook": _HOOK}}},
            "spec.github.b",
            "port 12000 and endpoint '/a' as a has",
        ),
        ({"webhook": {"a.b": _HOOK}}, "spec.webhook.a.b", "a name with a dot"),
        ({"webhook": {"a": {**_HOOK, "method": "PUT"}}}, "webhook.a.method", "answers every PUT"),
        ({"amqp": {"a": {"consume": {"autoAck": False}}}}, "consume.autoAck", "never acknowledges"),
        ({"kafka": {"a": _KAFKA}}, "kafka.a.partition", "starts at the newest record"),
        ({"sftp": {"a": {"pollIntervalDuration": "1s"}}}, "pollIntervalDuration", "own pace"),
        ({"minio": {"a": {"region": "x"}}}, "minio.a.region", "has no effect"),
    ],
)
def test_a_trap_is_told(spec: dict[str, Any], field: str, message: str) -> None:
    (found,) = traps(source(spec))
    assert found.field.endswith(field)
    assert message in found.message
    assert found.fix


@pytest.mark.parametrize(
    "spec",
    [
        {"webhook": {"a": _HOOK, "b": {**_HOOK, "endpoint": "/b"}}},
        {"webhook": {"a": _HOOK, "b": {**_HOOK, "port": "12001"}}},
        {"kafka": {"a": {**_KAFKA, "consumerGroup": {"groupName": "g"}}}},
        {"amqp": {"a": {}}},
        {},
    ],
)
def test_what_is_plain_has_no_trap(spec: dict[str, Any]) -> None:
    assert list(traps(source(spec))) == []
