"""How a filter compares two values: as text/template does."""

from __future__ import annotations

from typing import Any


class Byte(int):
    """A byte of a string, which a wildcard gives."""


_KINDS = ((bool, "bool"), (Byte, "uint"), (int, "int"), (float, "float"), (str, "string"))


def _kind(value: Any) -> str:
    for kind, name in _KINDS:
        if isinstance(value, kind):
            return name
    raise ValueError("invalid type for comparison")


def compare(operator: str, left: Any, right: Any) -> bool:
    """text/template's comparison: types must agree, only numbers and texts have an order."""
    if operator not in ("<", ">", "==", "!=", "<=", ">="):
        raise ValueError(f"unrecognized filter operator {operator}")
    kinds = {_kind(left), _kind(right)}
    if len(kinds) > 1 and kinds != {"int", "uint"}:
        raise ValueError("incompatible types for comparison")
    if operator in ("==", "!="):
        equal = bool(left == right)
        return equal == (operator == "==")
    if kinds == {"bool"}:
        raise ValueError("invalid type for comparison")
    less = _less(left, right)
    if operator in ("<", ">="):
        return less == (operator == "<")
    within = bool(less or left == right)
    return within is (operator == "<=")


def _less(left: Any, right: Any) -> bool:
    if isinstance(left, str):
        left, right = (text.encode("utf-8", "surrogateescape") for text in (left, right))
    smaller: bool = left < right
    return smaller
