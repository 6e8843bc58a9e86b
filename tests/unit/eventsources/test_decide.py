"""Conditions, notes, Service and Endpoints from what runs: objects in, Decision out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pinnace.eventsources.decide import (
    EventState,
    Known,
    Observed,
    decide,
    joined,
    real_ports,
    service_name,
)
from pinnace.objects.types import Object
from pinnace.reconcile import Decision
from tests.unit.eventsources.specs import event_source

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
UP = EventState(event="train", type="webhook", phase="listening")
DOWN = replace(UP, phase="failing", message="cannot be read")
OBJECT = event_source(webhook={"train": {}})


def conditions(decision: Decision) -> dict[str, Any]:
    assert decision.status
    return {c["type"]: c for c in decision.status["status"]["conditions"]}


@pytest.mark.parametrize(
    ("observed", "provided", "deployed", "reason"),
    [
        (Observed(states=(UP,)), "True", "True", None),
        (Observed(states=(UP, DOWN)), "True", "False", "ListenerFailed"),
        (Observed(states=(replace(UP, phase="starting"),)), "True", "Unknown", "Starting"),
        (Observed(problems=("wrong",)), "False", "False", "NothingToRun"),
        (Observed(problems=("wrong",), states=(UP,)), "False", "True", None),
        (Observed(states=(replace(UP, message="slow"),)), "True", "True", "Listening"),
    ],
)
def test_conditions(observed: Observed, provided: str, deployed: str, reason: str | None) -> None:
    found = conditions(decide(OBJECT, observed, Known(), NOW))
    assert found["SourcesProvided"]["status"] == provided
    assert found["Deployed"]["status"] == deployed
    assert found["Deployed"].get("reason") == reason


def test_deciding_twice_changes_nothing_and_tells_nothing_again() -> None:
    observed = Observed(states=(DOWN,), problems=("wrong",), remarks=(("PortTaken", "port x"),))
    first = decide(OBJECT, observed, Known(), NOW)
    assert {note.reason for note in first.events} == {
        "InvalidEventSource", "ListenerFailed", "PortTaken",
    }  # fmt: skip
    assert first.status
    second = decide(first.status, observed, Known(), NOW + timedelta(hours=1))
    assert second.status == first.status
    assert second.events == ()


def test_recovery_is_told() -> None:
    down = decide(OBJECT, Observed(states=(DOWN,)), Known(), NOW).status
    assert down
    up = decide(down, Observed(states=(UP,)), Known(), NOW)
    assert [(note.type, note.reason) for note in up.events] == [("Normal", "DeployedAgain")]


def test_a_service_and_endpoints_for_the_real_port() -> None:
    decision = decide(OBJECT, Observed(states=(UP,), ports={12000: 43567}), Known(), NOW)
    service, endpoints = decision.wanted
    assert service["metadata"]["name"] == service_name("source") == "source-eventsource-svc"
    assert service["spec"]["ports"] == [{"name": "port-12000", "port": 12000, "targetPort": 12000}]
    assert endpoints["subsets"] == [
        {
            "addresses": [{"ip": "127.0.0.1"}],
            "ports": [{"name": "port-12000", "port": 43567, "protocol": "TCP"}],
        }
    ]
    assert real_ports(service, endpoints) == {12000: 43567}


def test_declared_service_ports_and_metadata() -> None:
    ports = [{"name": "http", "port": 80, "targetPort": 12000}]
    metadata = {"labels": {"a": "b"}, "annotations": {"c": "d"}}
    obj = event_source(webhook={"train": {}}, service={"ports": ports, "metadata": metadata})
    decision = decide(obj, Observed(states=(UP,), ports={12000: 1}), Known(), NOW)
    service, endpoints = decision.wanted
    assert service["spec"]["ports"] == ports
    assert service["metadata"]["labels"]["a"] == "b"
    assert service["metadata"]["annotations"] == {"c": "d"}
    assert endpoints["subsets"][0]["ports"] == [{"name": "http", "port": 1, "protocol": "TCP"}]


def stored(obj: Object, **more: Any) -> Object:
    return {**obj, "metadata": {**obj["metadata"], "uid": "x", "resourceVersion": "1"}, **more}


def test_standing_objects_are_left_alone_and_a_moved_port_is_written() -> None:
    observed = Observed(states=(UP,), ports={12000: 12000})
    service, endpoints = decide(OBJECT, observed, Known(), NOW).wanted
    defaulted = {**service["spec"], "type": "ClusterIP"}
    defaulted["ports"] = [{**port, "protocol": "TCP"} for port in defaulted["ports"]]
    known = Known(service=stored(service, spec=defaulted), endpoints=stored(endpoints))
    same = decide(OBJECT, observed, known, NOW)
    assert (same.wanted, same.changed, same.delete) == ((), (), ())
    moved = decide(OBJECT, replace(observed, ports={12000: 5}), known, NOW)
    (changed,) = moved.changed
    assert changed["kind"] == "Endpoints"
    gone = decide(OBJECT, replace(observed, ports={}), known, NOW)
    assert {key.kind.kind for key in gone.delete} == {"Service", "Endpoints"}


def test_of_an_events_requests_and_hooks_the_worse_state_counts() -> None:
    hooks = replace(UP, phase="failing", message="no such repository")
    other = replace(UP, event="a", phase="starting")
    assert joined([UP, hooks, other]) == (other, hooks)
    assert joined([UP, replace(UP, phase="starting")])[0].phase == "starting"
    assert joined([]) == ()
