"""Context, time and script filters, and how the kinds go together."""

from datetime import datetime
from typing import Any

import pytest

from pinnace.sensors.filters import filter_event
from pinnace.sensors.filters.context import filter_context
from pinnace.sensors.filters.script import filter_script
from pinnace.sensors.filters.time import filter_time
from pinnace.sensors.spec import ContextFilter, TimeFilter
from tests.unit.sensors.made import dependency, event, sensor


@pytest.mark.parametrize(
    ("wanted", "passes"),
    [
        (ContextFilter(type="webhook"), True),
        (ContextFilter(type="webhook", subject="example-1", source="webhook-gateway"), True),
        (ContextFilter(type="webhook", source="other"), False),
        (ContextFilter(datacontenttype="application/json"), True),
        (ContextFilter(datacontenttype="application/yaml"), False),
    ],
)
def test_context(wanted: ContextFilter, passes: bool) -> None:
    assert filter_context(wanted, event({})).passed is passes


_MOMENTS = ("00:00:00", "04:05:06", "08:09:10", "12:13:14", "16:17:18", "20:21:22")


@pytest.mark.parametrize(
    ("start", "stop", "passing"),
    [
        ("08:09:10", "16:17:18", "08:09:10 12:13:14"),
        ("16:17:18", "08:09:10", "00:00:00 04:05:06 16:17:18 20:21:22"),
        ("00:00:00", "00:00:01", "00:00:00"),
    ],
)
def test_time_includes_its_start_and_not_its_stop(start: str, stop: str, passing: str) -> None:
    window = TimeFilter(start=start, stop=stop)
    passed = [
        moment
        for moment in _MOMENTS
        if filter_time(
            window, event({}, time=datetime.fromisoformat(f"2026-05-06T{moment}+00:00"))
        ).passed
    ]
    assert passed == passing.split()


@pytest.mark.parametrize(
    ("moment", "zone", "passes"),
    [
        ("2026-07-01T07:30:00+00:00", "Europe/Paris", True),  # 09:30 there, in summer
        ("2026-01-01T07:30:00+00:00", "Europe/Paris", False),  # 08:30 there, in winter
        ("2026-07-01T07:30:00+00:00", "", False),
        ("2026-07-01T23:30:00+00:00", "Asia/Tokyo", False),  # 08:30 the next day
        ("2026-07-02T00:30:00+00:00", "Asia/Tokyo", True),
        ("2026-07-01T16:59:59+00:00", "UTC", True),
        ("2026-07-01T17:00:00+00:00", "UTC", False),
        ("2026-07-01T13:00:00+00:00", "America/New_York", True),
        ("2026-07-01T12:59:59+00:00", "America/New_York", False),
    ],
)
def test_time_in_a_zone(moment: str, zone: str, passes: bool) -> None:
    window = TimeFilter(start="09:00:00", stop="17:00:00", timezone=zone)
    assert filter_time(window, event({}, time=datetime.fromisoformat(moment))).passed is passes


@pytest.mark.parametrize(
    ("script", "body", "passes", "error"),
    [
        ('if event.a == "hello" then return true else return false end', {"a": "hello"}, True, ""),
        ('if event.a == "hello" then return true else return false end', {"a": "bye"}, False, ""),
        ("return 1", {}, False, ""),
        ("return event.a.b.c == 1", {"a": {}}, False, "index"),
        ("if event then", {}, False, "end"),
        ("return true", [1], False, "JSON object"),
        ("return os == nil and io == nil and require == nil", {}, True, ""),
    ],
)
def test_script(script: str, body: Any, passes: bool, error: str) -> None:
    verdict = filter_script(script, event(body))
    assert verdict.passed is passes
    assert error in verdict.error if error else verdict.error == ""


def test_script_without_data_passes() -> None:
    assert filter_script("return false", event(b"")).passed


_BODY = {"a": "x", "b": 10, "c": {"d": "hello world", "e": False}}


def _data(path: str, *value: str, type: str = "string") -> dict[str, Any]:
    return {"path": path, "type": type, "value": list(value)}


def _expr(text: str, **fields: str) -> dict[str, Any]:
    return {"expr": text, "fields": [{"name": n, "path": p} for n, p in fields.items()]}


_HERE, _ELSEWHERE = {"source": "webhook-gateway"}, {"source": "webhook-fake"}
_D, _E = _expr('d == "hello world"', d="c.d"), _expr("e == true", e="c.e")
_NOT_E = _expr("e == false", e="c.e")


@pytest.mark.parametrize(
    ("operator", "filters", "passes", "error"),
    [
        ("and", {}, True, ""),
        ("", {"data": [_data("a", "x")]}, True, ""),
        ("", {"data": [_data("z", "x")]}, False, "path 'z' does not exist"),
        ("", {"context": _HERE, "data": [_data("a", "z")]}, False, ""),
        ("", {"context": _HERE, "data": [_data("z", "v")]}, False, "path 'z'"),
        ("and", {"context": _ELSEWHERE, "data": [_data("a", "x")]}, False, ""),
        ("or", {"context": _HERE, "data": [_data("a", "z")]}, True, ""),
        ("or", {"context": _HERE, "data": [_data("z", "v")]}, True, "path 'z'"),
        ("or", {"context": _ELSEWHERE, "data": [_data("z", "v")]}, False, "path 'z'"),
        (
            "",
            {"data": [_data("a", "x"), _data("b", "10", type="number")], "exprs": [_D, _NOT_E]},
            True,
            "",
        ),
        (
            "or",
            {"data": [_data("a", "x"), _data("b", "10", type="number")], "exprs": [_D, _E]},
            True,
            "",
        ),
        (
            "and",
            {"data": [_data("a", "x"), _data("b", "10", type="number")], "exprs": [_D, _E]},
            False,
            "",
        ),
        (
            "and",
            {
                "dataLogicalOperator": "or",
                "exprLogicalOperator": "or",
                "data": [_data("a", "x"), _data("b", "11", type="number")],
                "exprs": [_D, _E],
            },
            True,
            "",
        ),
        # only the kinds that are given count under `or`
        (
            "or",
            {"exprs": [_expr('d == "no"', d="c.d")], "data": [_data("a", "no", "nor")]},
            False,
            "",
        ),
        ("or", {}, False, ""),
        # a script's error fails even under `or`
        ("or", {"context": _HERE, "script": "return event.x.y"}, False, "index"),
    ],
)
def test_the_kinds_together(
    operator: str, filters: dict[str, Any], passes: bool, error: str
) -> None:
    parsed = sensor(dependency(filters=filters, filtersLogicalOperator=operator)).dependencies[0]
    passed, _, message = filter_event(parsed.filters, parsed.filters_operator, event(_BODY))
    assert passed is passes
    assert error in message if error else message == ""
