"""expr's operators, by name: tables (mirrors vm/runtime).

Each raises ValueError for operands that it doesn't take; `machine` adds the place.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pinnace.languages import goregex
from pinnace.languages.expr import arithmetic
from pinnace.languages.expr.access import within
from pinnace.languages.expr.comparing import Operator, at_most, equal, less, old_equal
from pinnace.languages.expr.kinds import is_basic, mismatch
from pinnace.languages.gotypes import is_nil
from pinnace.languages.govalues import type_name


def _on_strings(name: str, test: Callable[[str, str], bool]) -> Operator:
    def apply(left: Any, right: Any) -> bool:
        if not (isinstance(left, str) and isinstance(right, str)):
            raise mismatch(name, left, right)
        return test(left, right)

    return apply


def _matches(left: Any, right: Any) -> bool:
    if not isinstance(left, str | bytes) or not isinstance(right, str):
        raise mismatch("matches", left, right)
    text = left.decode("utf-8", "replace") if isinstance(left, bytes) else left
    return goregex.search(right, text)


def _or_false(test: Operator) -> Operator:
    """The test, which finds nothing in nil."""
    return lambda left, right: not (is_nil(left) or is_nil(right)) and test(left, right)


_TEXT_TESTS: dict[str, Operator] = {
    "contains": _on_strings("contains", lambda text, part: part in text),
    "startsWith": _on_strings("startsWith", str.startswith),
    "endsWith": _on_strings("endsWith", str.endswith),
    "matches": _matches,
}
_SHARED: dict[str, Operator] = {
    "<": less,
    ">": lambda left, right: less(right, left, ">"),
    "<=": lambda left, right: at_most(left, right, "<="),
    ">=": lambda left, right: at_most(right, left, ">="),
    "+": arithmetic.add,
    "-": arithmetic.subtract,
    "*": arithmetic.multiply,
    "/": arithmetic.divide,
    "%": arithmetic.modulo,
    "**": arithmetic.power,
    "^": arithmetic.power,
}
BINARY: dict[str, Operator] = {
    **_SHARED,
    "==": equal,
    "!=": lambda left, right: not equal(left, right),
    "in": within,
    **{name: _or_false(test) for name, test in _TEXT_TESTS.items()},
}
"""Operators that need both operands; `&&`, `||`, `??` and `..` are the machine's own."""
OLD_BINARY: dict[str, Operator] = {
    **_SHARED,
    **_TEXT_TESTS,
    "==": old_equal,
    "!=": lambda left, right: not old_equal(left, right),
    "in": lambda needle, haystack: within(needle, haystack, old_equal),
}
"""Those of 1.15."""


def unary(operator: str, operand: Any) -> Any:
    """`!a`, `not a`, `-a`; `+a` is a, whatever it is."""
    if operator in ("!", "not"):
        if not isinstance(operand, bool):
            raise ValueError(f"invalid operation: {operator} (type {type_name(operand)})")
        return not operand
    if operator == "+":
        return operand
    if not is_basic(operand):
        raise ValueError(f"invalid operation: - {type_name(operand)}")
    return arithmetic.negated(operand)
