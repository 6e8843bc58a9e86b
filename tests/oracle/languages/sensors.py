"""Whole features of Argo Events: filters, transforms, parameters, payloads and templates.

The other side calls the functions that upstream's sensor itself calls (go-argo-events/sensors.go);
here it is what `pinnace.sensors` calls.
"""

import json
from datetime import UTC, datetime
from typing import Any

from pinnace.bus import Event
from pinnace.languages.errors import LanguageError
from pinnace.objects.errors import PinnaceError
from pinnace.sensors.filters import filter_event
from pinnace.sensors.filters.reading import read_filters
from pinnace.sensors.parameter_list import read_parameters
from pinnace.sensors.parameters import Resolver, resolve
from pinnace.sensors.reading import Node
from pinnace.sensors.spec import Parameter, Transform
from pinnace.sensors.transforms import transform
from tests.oracle.languages.sensor_cases import cases

__all__ = ["CASES", "answer", "cases"]

CASES = 5_000


def answer(case: dict[str, Any]) -> Any:
    """Return what Pinnace makes of a case, in the form that the other side gives."""
    try:
        return _ANSWERS[case["what"]](case)
    except PinnaceError as error:
        raise LanguageError("sensors", "", 0, str(error)) from error


def _event(given: dict[str, Any]) -> Event:
    context = dict(given["context"])
    time = datetime.fromisoformat(context.pop("time").replace("Z", "+00:00")).astimezone(UTC)
    data = given["data"]
    return Event(**context, time=time, data=b"" if data is None else data.encode())


def _filter(case: dict[str, Any]) -> Any:
    filters = read_filters(Node(case["filters"], "filters", "s"))
    passed, _, error = filter_event(filters, case["operator"] or "and", _event(case["event"]))
    return {"passed": passed, "error": bool(error)}


def _floats(text: bytes) -> Any:
    return json.loads(text, parse_int=float)


def _transform(case: dict[str, Any]) -> Any:
    rule = case["transform"]
    made = Transform(jq=rule.get("jq", ""), script=rule.get("script", ""))
    return _floats(transform(made, _event(case["event"])).data)


def _resolver(case: dict[str, Any]) -> Resolver:
    return Resolver({name: _event(event) for name, event in case["events"].items()}, "s")


def _read(parameters: list[Any]) -> tuple[Parameter, ...]:
    return read_parameters(Node(parameters, "parameters", "s"), None, whole=True)


def _value(case: dict[str, Any]) -> Any:
    source = _read([{"src": case["source"], "dest": "x"}])[0].source
    return resolve(source, _resolver(case).events).text


def _applied(case: dict[str, Any]) -> Any:
    made = _resolver(case).apply(case["document"], _read(case["parameters"]))
    return _floats(json.dumps(made).encode())


def _payload(case: dict[str, Any]) -> Any:
    text = _resolver(case).payload(_read(case["parameters"]))
    try:
        return _floats(text)
    except ValueError:
        return text.decode()


def _template(case: dict[str, Any]) -> Any:
    made = _resolver(case).apply(case["document"], _read(case["parameters"]))
    http = {name: made["http"][name] for name in ("url", "method", "headers")}
    return {"name": made["name"], "conditions": made["conditions"], **http}


_ANSWERS = {
    "filter": _filter, "transform": _transform, "value": _value, "parameters": _applied,
    "payload": _payload, "template": _template,
}  # fmt: skip
