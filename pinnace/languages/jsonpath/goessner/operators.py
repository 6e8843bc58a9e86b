"""The operators of filters and scripts, as a table (script/standard)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from pinnace.languages import goregex
from pinnace.languages.errors import LanguageError
from pinnace.languages.gonumbers import power, remainder
from pinnace.languages.jsonpath.goessner.errors import Panicked, Refused
from pinnace.languages.jsonpath.goessner.operands import Operands


def _divided(left: float, right: float) -> float:
    if right == 0:
        sign = math.copysign(1, left) * math.copysign(1, right)
        return math.nan if left == 0 or math.isnan(left) else sign * math.inf
    return left / right


def _modulo(given: Operands, left: Any, right: Any) -> int:
    first, second = given.integer(left), given.integer(right)
    if second == 0:
        raise Panicked("integer divide by zero")
    return remainder(first, second)


def _matches(given: Operands, left: Any, right: Any) -> bool:
    text, pattern = given.pattern(left), given.pattern(right)
    try:
        return goregex.search(pattern, text)
    except LanguageError as problem:
        raise Refused("invalid argument. expected a valid regexp") from problem


def _numeric(function: Callable[[float, float], Any]) -> Callable[[Operands, Any, Any], Any]:
    return lambda given, left, right: function(given.number(left), given.number(right))


def _logic(function: Callable[[bool, bool], bool]) -> Callable[[Operands, Any, Any], bool]:
    return lambda given, left, right: function(given.boolean(left), given.boolean(right))


OPERATORS: dict[str, Callable[[Operands, Any, Any], Any]] = {
    "||": _logic(lambda a, b: a or b),
    "&&": _logic(lambda a, b: a and b),
    "==": lambda given, a, b: given.equal(a, b),
    "!=": lambda given, a, b: not given.equal(a, b),
    "<=": _numeric(lambda a, b: a <= b),
    ">=": _numeric(lambda a, b: a >= b),
    "<": _numeric(lambda a, b: a < b),
    ">": _numeric(lambda a, b: a > b),
    "=~": _matches,
    "!": lambda given, _, b: not given.boolean(b),
    "+": _numeric(lambda a, b: a + b),
    "-": _numeric(lambda a, b: a - b),
    "**": _numeric(power),
    "*": _numeric(lambda a, b: a * b),
    "/": _numeric(_divided),
    "%": _modulo,
    "not in": lambda given, a, b: not given.contains(a, b),
    "in": lambda given, a, b: given.contains(a, b),
}
