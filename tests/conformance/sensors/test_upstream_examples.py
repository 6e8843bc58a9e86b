"""Every Sensor among upstream's examples is read, or refused for a reason that is ours to state."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from pinnace.objects.errors import Invalid
from pinnace.sensors import parse_sensor
from pinnace.sensors.triggers.elsewhere import REFUSED as ELSEWHERE

_EXAMPLES = Path(__file__).parents[3].parent / "shared/upstream/argo-events/examples"

#: Parts of a Sensor that can't run here; a refusal names one of them (docs/differences.md).
_REASONS = (
    *(f"trigger kind {name} can't run here" for name in ELSEWHERE),
    "authentication as a GitHub app can't be done here",
)

#: Examples that upstream's own validator refuses, or that declare no action at all.
_REFUSED_UPSTREAM = {
    "sensors/trigger-openwhisk.yaml#0": "trigger must have exactly one action",
    "tutorials/09-http-trigger/sensor-01.yaml#0": "server URL is not specified",
    "tutorials/09-http-trigger/sensor-02.yaml#0": "server URL is not specified",
}


def _sensors() -> list[Any]:
    found = []
    for path in sorted([*_EXAMPLES.rglob("*.yaml"), *_EXAMPLES.rglob("*.yml")]):
        for number, document in enumerate(yaml.safe_load_all(path.read_text())):
            if isinstance(document, dict) and document.get("kind") == "Sensor":
                name = f"{path.relative_to(_EXAMPLES)}#{number}"
                found.append(pytest.param(document, id=name))
    return found or [
        pytest.param(None, marks=pytest.mark.skip(reason=f"{_EXAMPLES} is not on this machine"))
    ]


@pytest.mark.parametrize("document", _sensors())
def test_an_example_is_read_or_refused_by_name(
    document: Any, request: pytest.FixtureRequest
) -> None:
    known = _REFUSED_UPSTREAM.get(request.node.callspec.id)
    try:
        sensor = parse_sensor(document)
    except Invalid as error:
        assert any(reason in str(error) for reason in ([known] if known else _REASONS)), str(error)
    else:
        assert known is None
        assert sensor.dependencies
        assert sensor.triggers
