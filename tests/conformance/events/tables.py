"""What each example comes to here: it runs, or it is refused, and why.

``python -m tests.conformance.events.tables`` writes docs/conformance-events.md.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pinnace.eventsources import TYPES, parse
from pinnace.eventsources.refused import REFUSED
from pinnace.eventsources.spec import RECREATE_TYPES, ROLLING_TYPES
from pinnace.objects.errors import Invalid
from pinnace.objects.types import Object
from pinnace.sensors import parse_sensor
from tests.conformance.events.examples import examples

PAGE = Path(__file__).parents[3] / "docs/conformance-events.md"

#: Sensors that are refused, and the words of the refusal.
REFUSED_SENSORS: Mapping[str, str] = {
    "sensors/azure-event-hubs-sensor.yaml#0": "trigger kind azureEventHubs can't run here",
    "sensors/azure-service-bus-sensor.yaml#0": "trigger kind azureServiceBus can't run here",
    "sensors/trigger-openwhisk.yaml#0": "trigger must have exactly one action",
    "sensors/trigger-source-git.yaml#0": "authentication as a GitHub app can't be done here",
    "tutorials/09-http-trigger/sensor-01.yaml#0": "server URL is not specified",
    "tutorials/09-http-trigger/sensor-02.yaml#0": "server URL is not specified",
}
#: Of those, what Argo Events' own validator refuses as well.
REFUSED_UPSTREAM = frozenset(
    {
        "sensors/trigger-openwhisk.yaml#0",
        "tutorials/09-http-trigger/sensor-01.yaml#0",
        "tutorials/09-http-trigger/sensor-02.yaml#0",
    }
)
#: What the expressions and scripts of a Sensor want in an event; nothing can guess it.
DATA: Mapping[str, Any] = {
    "sensors/email-trigger.yaml#0": {"body": {"to": "luke@example.com", "name": "Luke"}},
    "sensors/filter-script.yaml#0": {"body": {"a": "b", "d": {"e": "z"}}},
    "sensors/filter-with-expressions.yaml#0": {
        "a": "b",
        "a-longer-name": 1,
        "nested": {"path": {"can-get": {"longer": False}}},
    },
    "sensors/filter-with-multiple-expr-filters-in-or.yaml#0": {
        "a": "z",
        "a-longer-name": 10,
        "nested": {"path": {"can-get": {"longer": False}}},
    },
    "sensors/transform.yaml#0": {"body": {"message": "hello"}},
    "tutorials/02-parameterization/sensor-05.yaml#0": {
        "body": {
            "dependencyName": "test-dep",
            "dataKey": "body.message",
            "message": "hello",
            "dest": "spec.arguments.parameters.0.value",
        },
    },
}
#: Sensors that never fire, here or on a cluster, and why.
NEVER: Mapping[str, str] = {
    "sensors/filter-with-context.yaml#0": (
        "its filter wants events of custom-webhook, its dependency those of webhook"
    ),
}


_INTRODUCTION = """\
# Conformance: Argo Events' examples

Every Sensor and EventSource in upstream's `examples/` and what becomes of it here. A Sensor that
runs fires with an event made from its own filters and stays still with another one
(`tests/conformance/events/`); what it creates is created in a real store. That each type of event
source receives is tested against the real thing in `tests/integration/eventsources/`, and that each
kind of trigger acts in `tests/integration/sensors/`.

This page is written by `python -m tests.conformance.events.tables`; a test keeps it true."""


def sensor_outcome(name: str, obj: Object) -> str:
    """Return what becomes of a Sensor, for the table."""
    try:
        sensor = parse_sensor(obj)
    except Invalid as error:
        also = " (by Argo Events too)" if name in REFUSED_UPSTREAM else ""
        return f"refused{also}: {error.message}"
    if name in NEVER:
        return f"never fires, as on a cluster: {NEVER[name]}"
    kinds = ", ".join(dict.fromkeys(trigger.kind for trigger in sensor.triggers))
    return f"runs: {kinds}"


def source_outcome(obj: Object) -> str:
    """Return what becomes of an EventSource, for the table."""
    parsed = parse(obj, TYPES)
    runs = list(dict.fromkeys(spec.type for spec in parsed.events))
    told = [f"runs: {', '.join(runs)}"] if runs else []
    for spec in parsed.events:
        try:
            TYPES[spec.type].check(spec)
        except Invalid as error:
            told.append(f"refused: `{spec.event}`: expected {error.expected}")
    declared = [kind for kind in obj["spec"] if kind in RECREATE_TYPES | ROLLING_TYPES]
    other = [kind for kind in declared if kind not in TYPES]
    told += [f"refused: {kind}: {REFUSED.get(kind, 'not yet')}" for kind in other]
    return "; ".join(told)


def page() -> str:
    """Return docs/conformance-events.md."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield _INTRODUCTION
    for title, kind in (("Sensors", "Sensor"), ("Event sources", "EventSource")):
        yield ""
        yield f"## {title}"
        yield ""
        yield "| example | here |"
        yield "| --- | --- |"
        for name, obj in examples(kind):
            outcome = sensor_outcome(name, obj) if kind == "Sensor" else source_outcome(obj)
            shown = " ".join(outcome.split()).replace("|", "\\|")
            yield f"| `{name.removesuffix('#0')}` | {shown} |"


if __name__ == "__main__":
    PAGE.write_text(page())
