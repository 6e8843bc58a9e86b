"""Reading the object of a trigger from where it is, with limits on size and time.

A source is one line: the module that reads it (``read(place, edge, request) -> bytes``), imported
when it is first needed. Upstream: pkg/sensors/artifacts.
"""

import importlib
from collections.abc import Callable, Mapping
from typing import TypeAlias, cast

from pinnace.objects.errors import Invalid
from pinnace.sensors.actions import FetchAction, ObjectAction
from pinnace.sensors.effects.edge import Edge, Occasion
from pinnace.sensors.effects.sources.request import LIMIT, Request
from pinnace.sensors.triggers.resources import parsed, planned
from pinnace.sensors.writing import written

_Read: TypeAlias = Callable[[Request, Edge], bytes]

READERS: Mapping[str, str] = {
    "s3": "s3",
    "file": "file",
    "url": "url",
    "git": "git",
    "configmap": "config_map",
}


def fetched(action: FetchAction, edge: Edge, occasion: Occasion) -> ObjectAction:
    """Read the source and return the action on its object; raises PinnaceError."""
    plan = action.plan
    request = Request(place=action.place, occasion=occasion, field=f"{plan.at}.{action.source}")
    module = importlib.import_module(f"{__name__}.{READERS[action.source]}")
    data = cast(_Read, module.read)(request, edge)
    if len(data) > LIMIT:
        raise request.refuse(f"the object is larger than {LIMIT} bytes")
    document = parsed(data, request.refuse)
    if not isinstance(document, dict):
        raise request.refuse("not one object", expected="an object with apiVersion and kind")
    if not plan.live:
        document = written(document, plan.values, plan.sensor)
    return planned(plan, document)


__all__ = ["READERS", "Invalid", "fetched"]
