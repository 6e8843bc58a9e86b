"""jq's arithmetic and comparisons (gojq's operator.go)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from pinnace.languages import gonumbers
from pinnace.languages.jq.values import (
    JqError,
    Literal,
    compare,
    encoded,
    number,
    parse_number,
    preview,
    shown,
    to_float,
    to_int,
)

_MOST = 2**31 - 1


def _binary_error(verb: str, left: Any, right: Any) -> JqError:
    one, two = (parse_number(side) if type(side) is Literal else side for side in (left, right))
    return JqError(f"cannot {verb}: {shown(one)} and {shown(two)}")


def _numbers(left: Any, right: Any) -> tuple[Any, Any] | None:
    """Both as ints, or both as floats; None if one is no number."""
    one, two = number(left), number(right)
    if one is None or two is None:
        return None
    if isinstance(one, float) or isinstance(two, float):
        return to_float(one), to_float(two)
    return one, two


def add(left: Any, right: Any) -> Any:
    """`+`: numbers, strings, arrays, objects; null is nothing."""
    pair = _numbers(left, right)
    if pair:
        return pair[0] + pair[1]
    kind = type(left)
    if kind is type(right) and kind in (str, list, dict):
        if not left or not right:
            return left or right  # the same value, not another like it
        return {**left, **right} if kind is dict else left + right
    if left is None:
        return right
    if right is None:
        return left
    raise _binary_error("add", left, right)


def subtract(left: Any, right: Any) -> Any:
    """`-`: numbers; of arrays what isn't in the other."""
    pair = _numbers(left, right)
    if pair:
        return pair[0] - pair[1]
    if type(left) is type(right) is list:
        return [one for one in left if all(compare(one, other) for other in right)]
    raise _binary_error("subtract", left, right)


def multiply(left: Any, right: Any) -> Any:
    """`*`: numbers; a string so many times; objects merged deeply."""
    pair = _numbers(left, right)
    if pair:
        return pair[0] * pair[1]
    if type(left) is type(right) is dict:
        return _merged(left, right)
    for text, count in ((left, right), (right, left)):
        times = number(count)
        if type(text) is str and times is not None:
            return _repeated(text, to_float(times))
    raise _binary_error("multiply", left, right)


def _merged(left: dict[str, Any], right: dict[str, Any]) -> dict[str, Any]:
    made = dict(left)
    for key, value in right.items():
        both = type(made.get(key)) is dict and type(value) is dict
        made[key] = _merged(made[key], value) if both else value
    return made


def _repeated(text: str, times: float) -> str | None:
    if times < 0 or math.isnan(times):
        return None
    count = int(min(times, _MOST))
    if len(encoded(text)) * count >= _MOST:
        message = f"repeat string result too large: {preview(text)} * {preview(times)}"
        raise JqError(message)
    return text * count


def divide(left: Any, right: Any) -> Any:
    """`/`: numbers; a string split by another."""
    pair = _numbers(left, right)
    if pair:
        one, two = pair
        if two == 0:
            raise JqError(f"cannot divide {shown(one)} by: {shown(two)}")
        if isinstance(one, float):
            return one / two
        return one // two if one % two == 0 else to_float(one) / to_float(two)
    if type(left) is type(right) is str:
        return split(left, right) if left else []
    raise _binary_error("divide", left, right)


def split(text: str, separator: str) -> list[str]:
    """strings.Split: an empty separator splits characters."""
    return text.split(separator) if separator else list(text)


def modulo(left: Any, right: Any) -> Any:
    """`%` of whole numbers; the sign is the left one's."""
    pair = _numbers(left, right)
    if not pair:
        raise _binary_error("modulo", left, right)
    one, two = pair
    if isinstance(one, float) and (math.isnan(one) or math.isnan(two)):
        return math.nan
    whole, by = (to_int(one) or 0, to_int(two) or 0) if isinstance(one, float) else pair
    if by == 0:
        raise JqError(f"cannot modulo {shown(one)} by: {shown(two)}")
    return gonumbers.remainder(whole, by)


def plus(value: Any) -> Any:
    """`+x`."""
    if number(value) is None:
        raise JqError(f"cannot plus: {shown(value)}")
    return value


def negate(value: Any) -> Any:
    """`-x`; a number that is still as it was written stays so."""
    if type(value) is Literal:
        return Literal(value[1:] if value.startswith("-") else f"-{value}")
    if number(value) is None:
        raise JqError(f"cannot negate: {shown(value)}")
    return -value


OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": add, "-": subtract, "*": multiply, "/": divide, "%": modulo,
    "==": lambda a, b: compare(a, b) == 0,
    "!=": lambda a, b: compare(a, b) != 0,
    "<": lambda a, b: compare(a, b) < 0,
    "<=": lambda a, b: compare(a, b) <= 0,
    ">": lambda a, b: compare(a, b) > 0,
    ">=": lambda a, b: compare(a, b) >= 0,
}  # fmt: skip
