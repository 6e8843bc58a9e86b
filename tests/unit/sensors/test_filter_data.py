"""Data filters; the rows follow upstream's TestFilterData and the quirks it relies on."""

from typing import Any

import pytest

from pinnace.sensors.filters.data import filter_data
from pinnace.sensors.spec import DataFilter
from tests.unit.sensors.made import event

_NESTED = {"k": True, "k1": {"k": 3.14, "k2": "hello, world"}}
_MULTIPATH = r"[k,k1.a.#(k2==\"v2\").k2]".replace("\\", "")
_MULTIPATH_2 = '[k,k1.a.#(k2=="v2").k2,,k1.a.#(k2=="v3").k2]'


def data(path: str, type_: str, *values: str, **more: str) -> DataFilter:
    return DataFilter(path=path, type=type_, values=values, **more)


_NO_ERROR: Any = ""
_ROWS = [
    # what, filters, operator, event data, passes, error
    ("not JSON", [data("k", "string", "v")], "", b"a", False, "event data not valid JSON"),
    ("no data", [data("k", "string", "v")], "", b"", True, ""),
    ("no filters", [], "", {"k": "v"}, True, ""),
    ("missing path", [data("z", "string", "v")], "", {"k": "v"}, False, "path 'z' does not exist"),
    ("unknown type", [data("k", "", "v")], "", {"k": "v"}, False, "unsupported JSON type ''"),
    ("string", [data("k", "string", "v")], "", {"k": "v"}, True, ""),
    ("string =", [data("k", "string", "v", comparator="=")], "", {"k": "v"}, True, ""),
    ("string !=", [data("k", "string", "b", comparator="!=")], "", {"k": "v"}, True, ""),
    ("string != same", [data("k", "string", "v", comparator="!=")], "", {"k": "v"}, False, ""),
    ("string <", [data("k", "string", "v", comparator="<")], "", {"k": "a"}, False, ""),
    ("number of text", [data("k", "number", "1.0")], "", {"k": "1.0"}, True, ""),
    ("text > ", [data("k", "number", "1.0", comparator=">")], "", {"k": "2.0"}, True, ""),
    ("text <=", [data("k", "number", "1.0", comparator="<=")], "", {"k": "2.0"}, False, ""),
    ("text !=", [data("k", "number", "1.0", comparator="!=")], "", {"k": "1.0"}, False, ""),
    ("text =", [data("k", "number", "5.0", comparator="=")], "", {"k": "5.0"}, True, ""),
    ("text, none", [data("k", "number", "10.0")], "", {"k": "10.0"}, True, ""),
    ("number", [data("k", "number", "1.0")], "", {"k": 1.0}, True, ""),
    ("number >", [data("k", "number", "1.0", comparator=">")], "", {"k": 2.0}, True, ""),
    ("number >=", [data("k", "number", "2", comparator=">=")], "", {"k": 2.0}, True, ""),
    ("number <", [data("k", "number", "1.0", comparator="<")], "", {"k": 2.0}, False, ""),
    ("number <=", [data("k", "number", "1.0", comparator="<=")], "", {"k": 2.0}, False, ""),
    ("number !=", [data("k", "number", "1.0", comparator="!=")], "", {"k": 1.0}, False, ""),
    ("number =", [data("k", "number", "5.0", comparator="=")], "", {"k": 5.0}, True, ""),
    ("no number is zero", [data("k", "number", "0")], "", {"k": "abc"}, True, ""),
    ("bad number", [data("k", "number", "x")], "", {"k": 1}, False, "strconv.ParseFloat"),
    ("bool", [data("k", "bool", "true")], "", {"k": True}, True, ""),
    ("bool of text", [data("k", "bool", "true")], "", {"k": "1"}, True, ""),
    ("bool of number", [data("k", "bool", "true")], "", {"k": 3}, True, ""),
    ("bool ignores !=", [data("k", "bool", "true", comparator="!=")], "", {"k": True}, True, ""),
    ("bad bool", [data("k", "bool", "yes")], "", {"k": True}, False, "strconv.ParseBool"),
    ("one of", [data("k", "string", "a", "v")], "", {"k": "v"}, True, ""),
    ("!= is any", [data("k", "string", "v", "w", comparator="!=")], "", {"k": "v"}, True, ""),
    ("unanchored", [data("k", "string", "ell")], "", {"k": "hello"}, True, ""),
    ("anchored", [data("k", "string", "^ell$")], "", {"k": "hello"}, False, ""),
    ("bad regex", [data("k", "string", "(")], "", {"k": "v"}, False, "error parsing regexp"),
    ("an object is its JSON", [data("k", "string", '"a":1')], "", {"k": {"a": 1}}, True, ""),
    (
        "all of several, one fails",
        [data("k", "string", "v"), data("k1.k", "number", "2.14")],
        "",
        _NESTED,
        False,
        "",
    ),
    (
        "all of several",
        [
            data("k", "bool", "true"),
            data("k1.k", "number", "3.14"),
            data("k1.k2", "string", "hello,world", "hello, world", "hello there"),
        ],
        "and",
        _NESTED,
        True,
        "",
    ),
    (
        "one of several",
        [
            data("k", "bool", "false"),
            data("k1.k", "number", "3.14"),
            data("k1.k2", "string", "hello,world", "hello there"),
        ],
        "or",
        _NESTED,
        True,
        "",
    ),
    (
        "and: an error behind a failure is not seen",
        [data("k", "bool", "false"), data("z", "string", "v")],
        "and",
        _NESTED,
        False,
        "",
    ),
    (
        "or: a missing path is passed over",
        [data("z", "string", "v"), data("k", "bool", "true")],
        "or",
        _NESTED,
        True,
        "",
    ),
    (
        "or: errors are gathered when none passes",
        [data("z", "string", "v"), data("y", "string", "v"), data("k", "bool", "false")],
        "or",
        _NESTED,
        False,
        "data filter errors [path 'z' does not exist / path 'y' does not exist]",
    ),
    (
        "multipath",
        [data(_MULTIPATH, "string", r"\bv\b.*\bv2\b", comparator="=")],
        "",
        {"k": "v", "k1": {"a": [{"k2": "v2"}]}},
        True,
        "",
    ),
    (
        "multipath with alternatives",
        [data(_MULTIPATH_2, "string", r"(\bz\b.*\bv2\b)|(\bv\b.*(\bv2\b.*\bv3\b))")],
        "",
        {"k": "v", "k1": {"a": [{"k2": "v2"}, {"k2": "v3"}]}},
        True,
        "",
    ),
    (
        "template",
        [data("k", "string", "HELLO WORLD", template="{{ b64dec .Input | upper }}")],
        "",
        {"k": "aGVsbG8gd29ybGQ="},
        True,
        "",
    ),
    (
        "template to number",
        [data("k", "number", "3.13", comparator=">", template="{{ b64dec .Input }}")],
        "",
        {"k": "My4xNA=="},
        True,
        "",
    ),
    (
        "template and !=",
        [data("k", "string", "hello world", comparator="!=", template="{{ b64dec .Input }}")],
        "",
        {"k": "aGVsbG8gd29ybGQ="},
        False,
        "",
    ),
    (
        "template to nothing",
        [data("k", "string", "x", template='{{ "" }}')],
        "",
        {"k": "v"},
        False,
        "evaluated to empty string or no value",
    ),
    (
        "broken template",
        [data("k", "string", "x", template="{{ nosuch }}")],
        "",
        {"k": "v"},
        False,
        "nosuch",
    ),
]


@pytest.mark.parametrize(
    ("filters", "operator", "body", "passes", "error"),
    [row[1:] for row in _ROWS],
    ids=[row[0] for row in _ROWS],
)
def test_data_filters(
    filters: list[DataFilter], operator: str, body: Any, passes: bool, error: str
) -> None:
    verdict = filter_data(filters, operator, event(body))
    assert verdict.passed is passes
    assert (error in verdict.error) if error else verdict.error == ""


def test_each_clause_tells_what_it_found_and_wanted() -> None:
    filters = [data("k", "bool", "true"), data("k1.k", "number", "1", "2", comparator=">")]
    verdict = filter_data(filters, "", event(_NESTED))
    assert [check.as_json() for check in verdict.checks] == [
        {"what": "k (bool)", "wanted": "= 'true'", "found": True, "passed": True},
        {"what": "k1.k (number)", "wanted": "> '1' or '2'", "found": 3.14, "passed": True},
    ]
