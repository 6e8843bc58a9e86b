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
from pinnace.languages.govaluate.planner import (
    Accessor,
    Binary,
    Empty,
    Literal,
    Node,
    Prefix,
    Variable,
)
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
    root: Node | None

    def evaluate(self, parameters: Mapping[str, Any]) -> Any:
        """The value; every variable must be among the parameters."""
        if self.root is None:
            return None
        return _Evaluation(self.text, parameters).value(self.root)


class _Evaluation:
    """One evaluation over one set of parameters."""

    def __init__(self, text: str, parameters: Mapping[str, Any]) -> None:
        self._text = text
        self._parameters = parameters

    def value(self, node: Node) -> Any:
        """The value of a node."""
        match node:
            case Literal():
                return node.value
            case Variable():
                return self._variable(node)
            case Prefix():
                return self._prefix(node)
            case Binary():
                return self._binary(node)
            case Accessor():
                raise self._error(node, self._no_field(node.path.split(".")))
            case Empty():
                return None
        raise self._error(node, "unknown expression")

    def _error(self, node: Node, message: str) -> LanguageError:
        return LanguageError(LANGUAGE, self._text, node.at, message)

    def _no_field(self, path: list[str]) -> str:
        if path[0] not in self._parameters:
            return f"No parameter '{path[0]}' found."
        return f"Unable to access '{path[1]}', '{path[0]}' is not a struct"

    def _variable(self, node: Variable) -> Any:
        if node.name not in self._parameters:
            raise self._error(node, f"No parameter '{node.name}' found.")
        value = self._parameters[node.name]
        return float(value) if isinstance(value, int) and not isinstance(value, bool) else value

    def _prefix(self, node: Prefix) -> Any:
        operand = self.value(node.operand)
        wanted = bool if node.operator == "!" else float
        if not isinstance(operand, wanted):
            raise self._error(node, _BAD_PREFIX.format(shown(operand), node.operator))
        match node.operator:
            case "!":
                return not operand
            case "-":
                return -operand
        return float(~gonumbers.truncate(operand))

    def _binary(self, node: Binary) -> Any:
        """Chains lean to the left and are walked with a list, not by recursion."""
        spine = [node]
        while isinstance(spine[-1].left, Binary):
            spine.append(spine[-1].left)
        value = self.value(spine[-1].left)
        for one in reversed(spine):
            value = self._operate(one, value)
        return value

    def _operate(self, node: Binary, left: Any) -> Any:
        match node.operator:
            case "&&":
                return False if left is False else self._logical(node, left)
            case "||":
                return True if left is True else self._logical(node, left)
            case "??" | ":":
                return self.value(node.right) if left is None else left
            case "?":
                return self._then(node, left)
            case ",":
                right = self.value(node.right)
                return [*left, right] if isinstance(left, list) else [left, right]
        return self._apply(node, left, self.value(node.right))

    def _logical(self, node: Binary, left: Any) -> bool:
        right = self.value(node.right)
        for side in (left, right):
            if not isinstance(side, bool):
                raise self._error(node, _NOT_A_BOOL.format(shown(side), node.operator))
        return bool(right)

    def _then(self, node: Binary, left: Any) -> Any:
        """`a ? b`: nil when a is false, so that the `:` after it takes over."""
        if left is False:
            return None
        right = self.value(node.right)
        if left is not True:
            raise self._error(node, _NOT_TERNARY.format(shown(left), "?"))
        return right

    def _apply(self, node: Binary, left: Any, right: Any) -> Any:
        try:
            return _OPERATORS[node.operator](node.operator, left, right)
        except LanguageError as problem:
            raise self._error(node, problem.expected) from problem
        except ValueError as problem:
            raise self._error(node, str(problem)) from problem


def _deep_equal(left: Any, right: Any) -> bool:
    """reflect.DeepEqual after casting: types count."""
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_deep_equal, left, right))
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
    for side in (left, right):
        if not isinstance(side, str):
            raise ValueError(_NOT_COMPARABLE.format(shown(side), operator))
    return goregex.search(right, left) == (operator == "=~")


def _within(operator: str, left: Any, right: Any) -> bool:
    if not isinstance(right, list):
        raise ValueError(_NOT_COMPARABLE.format(shown(right), operator))
    return any(_deep_equal(left, item) for item in right)


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


def _power(left: float, right: float) -> float:
    try:
        return math.pow(left, right)
    except OverflowError:
        return math.inf
    except ValueError:
        return math.inf if left == 0 else math.nan


def _bits(apply: Callable[[int, int], int]) -> Callable[[float, float], float]:
    def function(left: float, right: float) -> float:
        return float(apply(gonumbers.truncate(left), gonumbers.truncate(right)))

    return function


_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": _divide,
    "%": lambda left, right: math.fmod(left, right) if right else math.nan,
    "**": _power,
    "&": _bits(lambda left, right: left & right),
    "|": _bits(lambda left, right: left | right),
    "^": _bits(lambda left, right: left ^ right),
    "<<": _bits(lambda left, right: (left << right) % 2**64 if 0 <= right < 64 else 0),
    ">>": _bits(lambda left, right: (left % 2**64) >> right if 0 <= right < 64 else 0),
}

_OPERATORS: dict[str, Callable[[str, Any, Any], Any]] = {
    "==": lambda _, left, right: _deep_equal(left, right),
    "!=": lambda _, left, right: not _deep_equal(left, right),
    **dict.fromkeys(_ORDERS, _order),
    **dict.fromkeys(("=~", "!~"), _match),
    **dict.fromkeys(_ARITHMETIC, _number),
    "in": _within,
    "+": _add,
}
