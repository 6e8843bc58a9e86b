"""Evaluates govaluate's tree: numbers are float64 only, and operators check their types.

Mirrors evaluationStage.go, messages included, because users meet them in a node's status.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pinnace.languages import gonumbers, goregex
from pinnace.languages.errors import LanguageError
from pinnace.languages.govaluate.planner import Pattern, Stage
from pinnace.languages.govaluate.tokens import LANGUAGE
from pinnace.languages.govalues import text as shown

_NOT_A_NUMBER = "Value '{}' cannot be used with the modifier '{}', it is not a number"
_NOT_COMPARABLE = "Value '{}' cannot be used with the comparator '{}', it is not a number"
_NOT_A_BOOL = "Value '{}' cannot be used with the logical operator '{}', it is not a bool"
_NOT_TERNARY = "Value '{}' cannot be used with the ternary operator '{}', it is not a bool"
_BAD_PREFIX = "Value '{}' cannot be used with the prefix '{}'"


@dataclass(frozen=True, kw_only=True)
class Expression:
    """A compiled expression."""

    text: str
    root: Stage | None

    def evaluate(self, parameters: Mapping[str, Any]) -> Any:
        """The value; every variable that is looked at must be among the parameters."""
        try:
            return _Evaluation(self.text, parameters).value(self.root)
        except RecursionError as problem:
            message = "expression is nested too deeply"
            raise LanguageError(LANGUAGE, self.text, 0, message) from problem


class _Evaluation:
    """One evaluation over one set of parameters."""

    def __init__(self, text: str, parameters: Mapping[str, Any]) -> None:
        self._text = text
        self._parameters = parameters

    def value(self, stage: Stage | None) -> Any:
        """The value of a stage; nil of none. Chains lean to the left and are walked with a list."""
        spine: list[Stage] = []
        while stage is not None:
            spine.append(stage)
            stage = stage.left
        value: Any = None
        for one in reversed(spine):
            value = self._operate(one, value)
        return value

    def _operate(self, stage: Stage, left: Any) -> Any:
        match stage.symbol:
            case "literal":
                return stage.value
            case "variable":
                return self._variable(stage, stage.value)
            case "group":
                return self.value(stage.right)
            case "access":
                return self._access(stage)
            case "&&" | "||":
                return self._logical(stage, left)
            case "??" | ":":
                return self.value(stage.right) if left is None else left
            case "?":
                return self._then(stage, left)
            case ",":
                right = self.value(stage.right)
                return [*left, right] if isinstance(left, list) else [left, right]
        return self._apply(stage, left, self.value(stage.right))

    def _error(self, stage: Stage, message: str) -> LanguageError:
        return LanguageError(LANGUAGE, self._text, stage.at, message)

    def _access(self, stage: Stage) -> Any:
        self.value(stage.right)
        path = stage.value.split(".")
        self._variable(stage, path[0])
        raise self._error(stage, f"Unable to access '{path[1]}', '{path[0]}' is not a struct")

    def _variable(self, stage: Stage, name: str) -> Any:
        if name not in self._parameters:
            raise self._error(stage, f"No parameter '{name}' found.")
        value = self._parameters[name]
        return float(value) if isinstance(value, int) and not isinstance(value, bool) else value

    def _logical(self, stage: Stage, left: Any) -> bool:
        if left is (stage.symbol == "||"):
            return left is True
        right = self.value(stage.right)
        for side in (left, right):
            if not isinstance(side, bool):
                raise self._error(stage, _NOT_A_BOOL.format(shown(side), stage.symbol))
        return bool(right)

    def _then(self, stage: Stage, left: Any) -> Any:
        """`a ? b`: nil when a is false, so that the `:` after it takes over."""
        if left is False:
            return None
        right = self.value(stage.right)
        if left is not True:
            raise self._error(stage, _NOT_TERNARY.format(shown(left), "?"))
        return right

    def _apply(self, stage: Stage, left: Any, right: Any) -> Any:
        try:
            return _OPERATORS[stage.symbol](stage.symbol, left, right)
        except LanguageError as problem:
            raise self._error(stage, problem.expected) from problem
        except ValueError as problem:
            raise self._error(stage, str(problem)) from problem


def _deep_equal(left: Any, right: Any) -> bool:
    """reflect.DeepEqual after casting: types count, and what is one and the same is equal."""
    if isinstance(left, list) and isinstance(right, list):
        same = left is right
        return same or (len(left) == len(right) and all(map(_deep_equal, left, right)))
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        if left is right:
            return True
        return left.keys() == right.keys() and all(
            _deep_equal(value, right[key]) for key, value in left.items()
        )
    return type(left) is type(right) and bool(left == right)


def _equal(left: Any, right: Any) -> bool:
    """Go's ==, which upstream's `in` uses: it panics on two lists or two maps."""
    for kind in (list, Mapping):
        if isinstance(left, kind) and isinstance(right, kind):
            raise ValueError("lists and maps can't be compared by 'in'")
    if isinstance(left, Pattern) or isinstance(right, Pattern):
        return left is right
    return type(left) is type(right) and bool(left == right)


def _order(operator: str, left: Any, right: Any) -> bool:
    for kind in (float, str):
        if isinstance(left, kind) and isinstance(right, kind):
            return _ORDERS[operator](left, right)
    raise ValueError(_NOT_COMPARABLE.format(shown(left), operator))


_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


def _match(operator: str, left: Any, right: Any) -> bool:
    if not isinstance(left, str):
        raise ValueError(_NOT_COMPARABLE.format(shown(left), operator))
    if not isinstance(right, str | Pattern):
        raise ValueError(_NOT_COMPARABLE.format(shown(right), operator))
    return goregex.search(str(right), left) == (operator == "=~")


def _within(operator: str, left: Any, right: Any) -> bool:
    if not isinstance(right, list):
        raise ValueError(_NOT_COMPARABLE.format(shown(right), operator))
    return any(_equal(left, item) for item in right)


def _add(operator: str, left: Any, right: Any) -> Any:
    if isinstance(left, str) or isinstance(right, str):
        return shown(left) + shown(right)
    if not (isinstance(left, float) and isinstance(right, float)):
        raise ValueError(_NOT_A_NUMBER.format(shown(left), operator))  # upstream names the left one
    return left + right


def _number(operator: str, left: Any, right: Any) -> float:
    for side in (left, right):
        if not isinstance(side, float):
            raise ValueError(_NOT_A_NUMBER.format(shown(side), operator))
    return _ARITHMETIC[operator](left, right)


def _divide(left: float, right: float) -> float:
    if right == 0:
        return math.nan if left == 0 or math.isnan(left) else math.copysign(math.inf, left)
    return left / right


def _modulus(left: float, right: float) -> float:
    if right == 0 or math.isinf(left):
        return math.nan
    return math.fmod(left, right)


def _bits(apply: Callable[[int, int], int]) -> Callable[[float, float], float]:
    def function(left: float, right: float) -> float:
        return float(apply(gonumbers.truncate(left), gonumbers.truncate(right)))

    return function


def _shift(apply: Callable[[int, int], int]) -> Callable[[float, float], float]:
    def function(left: float, right: float) -> float:
        value, count = _unsigned(left), _unsigned(right)
        return float(apply(value, count) % 2**64) if count < 64 else 0.0

    return function


def _unsigned(value: float) -> int:
    """uint64(value), as amd64 has it where it doesn't fit."""
    if value >= 2**63 and value < 2**64:
        return int(value)
    return gonumbers.truncate(value) % 2**64


def _negate(_operator: str, _left: Any, right: Any) -> float:
    if not isinstance(right, float):
        raise ValueError(_BAD_PREFIX.format(shown(right), "-"))
    return -right


def _complement(_operator: str, _left: Any, right: Any) -> float:
    if not isinstance(right, float):
        raise ValueError(_BAD_PREFIX.format(shown(right), "~"))
    return float(~gonumbers.truncate(right))


def _invert(_operator: str, _left: Any, right: Any) -> bool:
    if not isinstance(right, bool):
        raise ValueError(_BAD_PREFIX.format(shown(right), "!"))
    return not right


_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": _divide,
    "%": _modulus,
    "**": gonumbers.power,
    "&": _bits(lambda left, right: left & right),
    "|": _bits(lambda left, right: left | right),
    "^": _bits(lambda left, right: left ^ right),
    "<<": _shift(lambda left, right: left << right),
    ">>": _shift(lambda left, right: left >> right),
}

_OPERATORS: dict[str, Callable[[str, Any, Any], Any]] = {
    "==": lambda _, left, right: _deep_equal(left, right),
    "!=": lambda _, left, right: not _deep_equal(left, right),
    **dict.fromkeys(_ORDERS, _order),
    **dict.fromkeys(("=~", "!~"), _match),
    **dict.fromkeys(_ARITHMETIC, _number),
    "in": _within,
    "+": _add,
    "negate": _negate,
    "complement": _complement,
    "invert": _invert,
}
