"""Event specs for the tables of this folder."""

from typing import Any

from pinnace.eventsources.spec import EventSpec
from pinnace.objects.types import Object


def spec(type_: str, **fields: Any) -> EventSpec:
    return EventSpec(
        namespace="default", source="source", uid="u-1", type=type_, event="event", fields=fields
    )


def event_source(**spec: Any) -> Object:
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "EventSource",
        "metadata": {"name": "source", "namespace": "default", "uid": "u-1"},
        "spec": spec,
    }
