"""An event is scanned once, however many filters and parameters look into it."""

from datetime import UTC, datetime

import orjson
import pytest

from pinnace.bus import Event
from pinnace.languages.gjson.text import Entry, Text
from pinnace.sensors.filters import filter_event
from pinnace.sensors.filters.reading import read_filters
from pinnace.sensors.parameter_list import read_parameters
from pinnace.sensors.parameters import Resolver
from pinnace.sensors.reading import Node
from pinnace.sensors.spec import Transform
from pinnace.sensors.transforms import transform


def _event(data: object) -> Event:
    return Event(
        id="1", source="s", type="webhook", subject="e", time=datetime(2026, 3, 1, tzinfo=UTC),
        data=orjson.dumps(data),
    )  # fmt: skip


def test_filters_and_parameters_share_one_scan(monkeypatch: pytest.MonkeyPatch) -> None:
    places: list[int] = []
    read = Text._entry

    def counted(self: Text, start: int) -> Entry | None:
        places.append(start)
        return read(self, start)

    monkeypatch.setattr(Text, "_entry", counted)
    event = _event({"items": [{"id": f"i{number}"} for number in range(500)], "ref": "main"})
    one = {"path": "ref", "type": "string", "value": ["main"]}
    filters = read_filters(Node({"data": [one]}, "filters", "s"))
    filter_event(filters, "and", event)
    once = len(places)
    fields = [{"name": "r", "path": "ref"}]
    many = read_filters(
        Node(
            {"data": [one] * 20, "exprs": [{"expr": "r == 'main'", "fields": fields}] * 20},
            "f",
            "s",
        )
    )
    assert filter_event(many, "and", event)[0]
    source = {"dependencyName": "d", "dataKey": "ref"}
    parameters = read_parameters(
        Node([{"src": source, "dest": "x"}] * 20, "parameters", "s"), ["d"], whole=False
    )
    assert Resolver({"d": event}, "s").apply({}, parameters) == {"x": "main"}
    assert len(places) - once <= 40  # what sjson reads of the small document it writes


def test_integers_of_any_size_pass_a_transform() -> None:
    rule = Transform(jq="{n: .n}")
    shaped = transform(rule, _event({"n": 1.8446744073709552e19}))
    assert orjson.loads(shaped.data) == {"n": 18446744073709552000.0}
