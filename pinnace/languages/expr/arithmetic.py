"""Sums of expr: of numbers, texts, dates and durations (mirrors vm/runtime/helpers).

Each raises ValueError for operands that it doesn't take.
"""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

from pinnace.languages import gomoments, gonumbers
from pinnace.languages.durations import Duration
from pinnace.languages.expr import kinds
from pinnace.languages.expr.comparing import Operator
from pinnace.languages.expr.kinds import is_basic, mismatch
from pinnace.languages.gotypes import Uint8


def add(left: Any, right: Any) -> Any:
    """`+`: numbers, texts, spans of time; a date and a span."""
    match left, right:
        case str(), str():
            return left + right
        case Duration(), Duration():
            return Duration(gonumbers.wrap(left.nanoseconds + right.nanoseconds))
        case datetime(), Duration():
            return gomoments.add(left, right.nanoseconds)
        case Duration(), datetime():
            return gomoments.add(right, left.nanoseconds)
    return _arithmetic("+", left, right, lambda a, b: a + b)


def subtract(left: Any, right: Any) -> Any:
    """`-`: numbers and spans; a date and a span or a date."""
    match left, right:
        case Duration(), Duration():
            return Duration(gonumbers.wrap(left.nanoseconds - right.nanoseconds))
        case datetime(), Duration():
            return gomoments.add(left, -right.nanoseconds)
        case datetime(), datetime():
            return Duration(gomoments.between(left, right))
    return _arithmetic("-", left, right, lambda a, b: a - b)


def multiply(left: Any, right: Any) -> Any:
    """`*`: numbers; a span and a number."""
    if isinstance(left, Duration) or isinstance(right, Duration):
        one, other = (v.nanoseconds if isinstance(v, Duration) else v for v in (left, right))
        if not (is_basic(one) and is_basic(other)):
            raise mismatch("*", left, right)
        if isinstance(one, float) or isinstance(other, float):
            return float(one) * float(other)
        return Duration(gonumbers.wrap(one * other))
    return _arithmetic("*", left, right, lambda a, b: a * b)


def _arithmetic(operator: str, left: Any, right: Any, apply: Operator) -> int | float:
    """Whole numbers stay whole (and wrap at 64 bits), a float makes the result a float."""
    if not (is_basic(left) and is_basic(right)):
        raise mismatch(operator, left, right)
    if isinstance(left, int) and isinstance(right, int):
        return gonumbers.wrap(apply(int(left), int(right)))
    return float(apply(float(left), float(right)))


def divide(left: Any, right: Any) -> float:
    """Division always gives a float; by zero it gives an infinity, as in Go."""
    if not (is_basic(left) and is_basic(right)):
        raise mismatch("/", left, right)
    one, other = float(left), float(right)
    if other == 0:
        if one == 0 or math.isnan(one):
            return math.nan
        return math.copysign(math.inf, one) * math.copysign(1.0, other)
    return one / other


def modulo(left: Any, right: Any) -> int:
    """`%`: whole numbers only."""
    if not (kinds.is_integer(left) and kinds.is_integer(right)):
        raise mismatch("%", left, right)
    if right == 0:
        raise ValueError("integer divide by zero")
    return gonumbers.remainder(int(left), int(right))


def power(left: Any, right: Any) -> float:
    """`**`: always a float."""
    if not (is_basic(left) and is_basic(right)):
        raise mismatch("**", left, right)
    return gonumbers.power(float(left), float(right))


def negated(number: Any) -> Any:
    """-number, in its own type."""
    if isinstance(number, Uint8):
        return Uint8(-int(number) % 256)
    return gonumbers.wrap(-number) if isinstance(number, int) else -number
