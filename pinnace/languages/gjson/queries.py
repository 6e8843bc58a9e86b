"""Whether a value satisfies a gjson query `#(path op value)`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pinnace.languages import gonumbers
from pinnace.languages.gjson import wildcards
from pinnace.languages.gjson.paths import Query
from pinnace.languages.gjson.scan import parse_float
from pinnace.languages.gjson.values import MISSING, Result

_TRUE = Result("true", "")
_FALSE = Result("false", "")

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


def matches(query: Query, value: Result) -> bool:
    """Whether the query's operator holds between the value and the query's value."""
    wanted = query.value
    if wanted.startswith("~"):
        answer = _ish(wanted[1:], value)
        value, wanted = (MISSING, "") if answer is None else (_TRUE if answer else _FALSE, "true")
    if not value.exists:
        return False
    if not query.operator:
        return True  # the query asks only for existence
    match value.kind:
        case "string":
            return _text(query.operator, value.text, wanted)
        case "number":
            compare = _COMPARE.get(query.operator)
            return compare is not None and compare(value.number, parse_float(wanted))
        case "true" | "false":
            return _bool(query.operator, value.kind == "true", wanted)
    return False


def _text(operator: str, text: str, wanted: str) -> bool:
    if operator in ("%", "!%"):
        return wildcards.matches(text, wanted) == (operator == "%")
    compare = _COMPARE.get(operator)
    return compare is not None and compare(text, wanted)


def _bool(operator: str, value: bool, wanted: str) -> bool:
    own = "true" if value else "false"
    match operator:
        case "=":
            return own == wanted
        case "!=":
            return own != wanted
        case ">" if value:
            return wanted == "false"
        case "<" if not value:
            return wanted == "true"
        case ">=":
            return value
        case "<=":
            return not value
    return False


def _ish(name: str, value: Result) -> bool | None:
    """`~true`, `~false`, `~null`, `~*`: what counts as one of them; None for another name."""
    truth = _truth(value)
    match name:
        case "*":
            return value.exists
        case "null":
            return value.kind == "null"
        case "true":
            return truth is True
        case "false":
            return truth is False or value.kind == "null"
    return None


def _truth(value: Result) -> bool | None:
    match value.kind:
        case "true" | "false":
            return value.kind == "true"
        case "string":
            return gonumbers.parse_bool(value.text.lower())
        case "number":
            return value.number != 0
    return None
