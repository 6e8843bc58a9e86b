"""Expression filters; the rows follow upstream's TestFilterExpr."""

from typing import Any

import pytest

from pinnace.sensors.filters.exprs import filter_exprs
from pinnace.sensors.spec import ExprFilter
from tests.unit.sensors.made import event


def expr(text: str, **fields: str) -> ExprFilter:
    return ExprFilter(expr=text, fields=tuple(fields.items()))


_XY = {"a": {"b": "x", "d": "y"}}
_XE = {"a": {"b": "x", "d": {"e": True}}}
_ROWS = [
    ("not JSON", [expr('a == "b"', a="a")], "", b"a", False, "event data not valid JSON"),
    ("no data", [expr('a == "b"', a="a")], "", b"", True, ""),
    ("no filters", [], "", {}, True, ""),
    ("equal", [expr('a == "b"', a="a")], "", {"a": "b"}, True, ""),
    ("single quotes", [expr("a == 'b'", a="a")], "", {"a": "b"}, True, ""),
    ("different", [expr('a != "b"', a="a")], "", {"a": "c"}, True, ""),
    ("nested", [expr('b == "b"', b="a.b")], "", {"a": {"b": "c"}}, False, ""),
    ("number", [expr("b == 2", b="a.b")], "", {"a": {"b": 2}}, True, ""),
    ("less", [expr("b < 1", b="a.b")], "", {"a": {"b": 2}}, False, ""),
    ("contains", [expr('b =~ "start"', b="a.b")], "", {"a": {"b": "start long"}}, True, ""),
    ("doesn't", [expr('b !~ "start"', b="a.b")], "", {"a": {"b": "long string"}}, True, ""),
    ("in", [expr("a in ('x', 'y')", a="a")], "", {"a": "y"}, True, ""),
    ("two", [expr('b == "x"', b="a.b"), expr('d == "y"', d="a.d")], "", _XY, True, ""),
    ("and", [expr('b == "x"', b="a.b"), expr('d == "d"', d="a.d")], "and", _XY, False, ""),
    ("or", [expr('b == "x"', b="a.b"), expr('d == "d"', d="a.d")], "or", _XY, True, ""),
    (
        "or, one field missing",
        [expr('b == "b"', b="a.b"), expr('c == "c"', c="a.c")],
        "or",
        _XY,
        False,
        "expr filter errors [path 'a.c' does not exist]",
    ),
    (
        "or, a missing field after one that passes",
        [expr('b == "x"', b="a.b"), expr('c == "c"', c="a.c"), expr("e == true", e="a.d.e")],
        "or",
        _XE,
        True,
        "",
    ),
    (
        "and, a missing field after one that fails",
        [expr('b == "b"', b="a.b"), expr('c == "c"', c="a.c")],
        "",
        _XY,
        False,
        "",
    ),
    (
        "and, a missing field",
        [expr('b == "x"', b="a.b"), expr('c == "c"', c="a.c")],
        "",
        _XY,
        False,
        "expr filter error (path 'a.c' does not exist)",
    ),
    (
        "&& with a missing field",
        [expr('b != "b" && d == true', b="a.b", d="a.d")],
        "",
        {"a": {"b": "x", "c": {"d": True}}},
        False,
        "expr filter error (path 'a.d' does not exist)",
    ),
    (
        "&& inside",
        [expr('b != "b" && d == true', b="a.b", d="a.c.d")],
        "or",
        {"a": {"b": "x", "c": {"d": True}}},
        True,
        "",
    ),
    (
        "|| inside",
        [expr('b == "b" || d == true', b="a.b", d="a.c.d")],
        "",
        {"a": {"b": "b", "c": {"d": False}}},
        True,
        "",
    ),
    (
        "parentheses; an unknown name that is not reached",
        [expr('b == "b" || (d == true && e == 2)', b="a.b", d="a.c.d")],
        "",
        {"a": {"b": "b", "c": {"d": False}, "e": 2}},
        True,
        "",
    ),
    ("no boolean", [expr("b + 1", b="a")], "", {"a": 1}, False, ""),
    ("broken", [expr("b ==", b="a")], "", {"a": 1}, False, "expr filter error ("),
]


@pytest.mark.parametrize(
    ("filters", "operator", "body", "passes", "error"),
    [row[1:] for row in _ROWS],
    ids=[row[0] for row in _ROWS],
)
def test_expression_filters(
    filters: list[ExprFilter], operator: str, body: Any, passes: bool, error: str
) -> None:
    verdict = filter_exprs(filters, operator, event(body))
    assert verdict.passed is passes
    assert (error in verdict.error) if error else verdict.error == ""


def test_a_clause_tells_the_values_of_its_fields() -> None:
    verdict = filter_exprs([expr("b == 1", b="a")], "", event({"a": 2}))
    assert verdict.checks[0].as_json() == {
        "what": "b == 1",
        "wanted": True,
        "found": {"b": 2},
        "passed": False,
    }
