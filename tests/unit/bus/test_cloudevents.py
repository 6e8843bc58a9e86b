"""CloudEvents as JSON: both ways, and what is refused."""

from datetime import UTC, datetime
from typing import Any

import pytest

from pinnace.bus import Event, from_cloudevent, to_cloudevent
from pinnace.objects.errors import Invalid

TIME = datetime(2026, 1, 31, 12, 0, 0, 250_000, tzinfo=UTC)
EVENT = Event(
    id="i", source="es", type="webhook", subject="e", time=TIME, data=b'{"body":{"a":[1,"x"]}}'
)
GIVEN = {"specversion": "1.0", "id": "i", "source": "es", "type": "webhook", "subject": "e",
         "datacontenttype": "application/json", "time": "2026-01-31T12:00:00.25Z"}  # fmt: skip


def test_structured() -> None:
    assert to_cloudevent(EVENT) == {**GIVEN, "data": {"body": {"a": [1, "x"]}}}
    assert to_cloudevent(EVENT, binary=True) == {
        **GIVEN, "data_base64": "eyJib2R5Ijp7ImEiOlsxLCJ4Il19fQ==",
    }  # fmt: skip


@pytest.mark.parametrize("binary", [True, False])
def test_what_is_written_is_read(binary: bool) -> None:
    assert from_cloudevent(to_cloudevent(EVENT, binary=binary)) == EVENT


def test_a_sensors_view_is_read() -> None:
    seen = {"context": GIVEN, "data": {"body": {"a": [1, "x"]}}}
    assert from_cloudevent(seen) == EVENT


def test_data_that_is_no_json_travels_as_base64() -> None:
    event = Event(id="i", source="s", type="t", subject="e", time=TIME, data=b"\xff")
    assert from_cloudevent(to_cloudevent(event)).data == b"\xff"


WRONG: list[tuple[Any, str]] = [
    ([], "expected a JSON object, found list"),
    ({**GIVEN, "id": ""}, "CloudEvent: id: expected a text, found ''"),
    ({**GIVEN, "source": 5}, "source: expected a text, found 5"),
    ({**GIVEN, "time": "yesterday"}, "time: expected an RFC 3339 time, found 'yesterday'"),
    ({**GIVEN, "data_base64": "é"}, "data_base64: expected base64"),
]


@pytest.mark.parametrize(("given", "message"), WRONG)
def test_refused(given: Any, message: str) -> None:
    with pytest.raises(Invalid) as caught:
        from_cloudevent(given)
    assert message in str(caught.value)
