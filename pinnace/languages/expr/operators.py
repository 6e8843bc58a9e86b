"""What expr-lang's operators do to values (mirrors vm/runtime of 1.17).

Plain functions that raise ValueError for operands they don't take; `machine` adds the place.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from pinnace.languages import gonumbers, goregex
from pinnace.languages.durations import Duration, of
from pinnace.languages.govalues import is_number, type_name

Operator = Callable[[Any, Any], Any]


def _mismatch(operator: str, left: Any, right: Any) -> ValueError:
    return ValueError(
        f"invalid operation: {operator} (mismatched types {type_name(left)} and {type_name(right)})"
    )


def equal(left: Any, right: Any) -> bool:
    """Numbers compare by value whatever their type, everything else deeply."""
    if is_number(left) and is_number(right):
        return bool(left == right)
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        return len(left) == len(right) and all(map(equal, left, right))
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return left.keys() == right.keys() and all(equal(left[k], right[k]) for k in left)
    return type(left) is type(right) and bool(left == right)


def less(left: Any, right: Any, operator: str = "<") -> bool:
    """Order of numbers, of strings, of dates and of durations."""
    if is_number(left) and is_number(right):
        return bool(left < right)
    for kind in (str, datetime, Duration):
        if isinstance(left, kind) and isinstance(right, kind):
            return bool(left < right)  # type: ignore[operator]  # same ordered kind on both sides
    raise _mismatch(operator, left, right)


def _add(left: Any, right: Any) -> Any:
    match left, right:
        case str(), str():
            return left + right
        case Duration(), Duration():
            return Duration(left.nanoseconds + right.nanoseconds)
        case datetime(), Duration():
            return left + right.timedelta
        case Duration(), datetime():
            return right + left.timedelta
    return _arithmetic("+", left, right, lambda a, b: a + b)


def _subtract(left: Any, right: Any) -> Any:
    match left, right:
        case Duration(), Duration():
            return Duration(left.nanoseconds - right.nanoseconds)
        case datetime(), Duration():
            return left - right.timedelta
        case datetime(), datetime():
            return of(left - right)
    return _arithmetic("-", left, right, lambda a, b: a - b)


def _multiply(left: Any, right: Any) -> Any:
    if isinstance(right, Duration):
        left, right = right, left
    if isinstance(left, Duration) and is_number(right):
        return Duration(gonumbers.truncate(float(left.nanoseconds * right)))
    return _arithmetic("*", left, right, lambda a, b: a * b)


def _arithmetic(operator: str, left: Any, right: Any, apply: Operator) -> int | float:
    """Whole numbers stay whole (and wrap at 64 bits), a float makes the result a float."""
    if not (is_number(left) and is_number(right)):
        raise _mismatch(operator, left, right)
    if isinstance(left, int) and isinstance(right, int):
        return gonumbers.wrap(apply(left, right))
    return float(apply(float(left), float(right)))


def _divide(left: Any, right: Any) -> float:
    """Division always gives a float; by zero it gives an infinity, as in Go."""
    if not (is_number(left) and is_number(right)):
        raise _mismatch("/", left, right)
    if right == 0:
        return math.nan if left == 0 or math.isnan(left) else math.copysign(math.inf, left)
    return float(left / right)


def _modulo(left: Any, right: Any) -> int:
    if not (is_number(left) and is_number(right)) or float in (type(left), type(right)):
        raise _mismatch("%", left, right)
    if right == 0:
        raise ValueError("integer divide by zero")
    return gonumbers.remainder(left, right)


def _power(left: Any, right: Any) -> float:
    if not (is_number(left) and is_number(right)):
        raise _mismatch("**", left, right)
    try:
        return math.pow(left, right)
    except OverflowError:
        return math.inf
    except ValueError:  # a negative base with a fraction, or zero with a negative power
        return math.inf if left == 0 else math.nan


def _within(needle: Any, haystack: Any) -> bool:
    match haystack:
        case None:
            return False
        case list() | tuple():
            return any(equal(item, needle) for item in haystack)
        case Mapping():
            return isinstance(needle, str | int) and needle in haystack
    raise ValueError(f'operator "in" not defined on {type_name(haystack)}')


def _on_strings(name: str, test: Callable[[str, str], bool]) -> Operator:
    def apply(left: Any, right: Any) -> bool:
        if left is None or right is None:
            return False
        if not (isinstance(left, str) and isinstance(right, str)):
            raise _mismatch(name, left, right)
        return test(left, right)

    return apply


BINARY: dict[str, Operator] = {
    "==": equal,
    "!=": lambda left, right: not equal(left, right),
    "<": less,
    ">": lambda left, right: less(right, left, ">"),
    "<=": lambda left, right: less(left, right, "<=") or equal(left, right),
    ">=": lambda left, right: less(right, left, ">=") or equal(left, right),
    "+": _add,
    "-": _subtract,
    "*": _multiply,
    "/": _divide,
    "%": _modulo,
    "**": _power,
    "^": _power,
    "in": _within,
    "contains": _on_strings("contains", lambda text, part: part in text),
    "startsWith": _on_strings("startsWith", str.startswith),
    "endsWith": _on_strings("endsWith", str.endswith),
    "matches": _on_strings("matches", lambda text, pattern: goregex.search(pattern, text)),
}
"""Operators that need both operands; `&&`, `||`, `??` and `..` are the machine's own."""


def unary(operator: str, operand: Any) -> Any:
    """`!a`, `not a`, `-a`, `+a`."""
    if operator in ("!", "not"):
        if not isinstance(operand, bool):
            raise ValueError(f"invalid operation: {operator} (type {type_name(operand)})")
        return not operand
    if isinstance(operand, Duration):
        return Duration(-operand.nanoseconds) if operator == "-" else operand
    if not is_number(operand):
        raise ValueError(f"invalid operation: {operator} {type_name(operand)}")
    if operator == "+":
        return operand
    return gonumbers.wrap(-operand) if isinstance(operand, int) else -operand


def to_int(value: Any) -> int:
    """runtime.ToInt: indexes and bounds."""
    if not is_number(value):
        raise ValueError(f"invalid operation: int({type_name(value)})")
    return value if isinstance(value, int) else gonumbers.truncate(value)


def fetch(base: Any, key: Any) -> Any:
    """`base[key]` and `base.key`: a missing key of a map is nil, a missing index is an error."""
    match base:
        case Mapping():
            return base.get(key) if isinstance(key, str | int | float | None) else None
        case list() | tuple() | bytes():
            return base[_index(key, len(base))]
        case str():
            data = base.encode()
            return data[_index(key, len(data))]
    raise ValueError(f"cannot fetch {key} from {type_name(base)}")


def _index(key: Any, length: int) -> int:
    index = to_int(key)
    index += length if index < 0 else 0
    if not 0 <= index < length:
        raise ValueError(f"index out of range: {index} (array length is {length})")
    return index


def cut(base: Any, start: Any, stop: Any) -> Any:
    """`base[start:stop]`: bounds beyond the ends are moved to them."""
    if isinstance(base, str):  # Go strings are sliced by bytes
        return cut(base.encode(), start, stop).decode("utf-8", "replace")
    if not isinstance(base, list | tuple | bytes):
        raise ValueError(f"cannot slice {type_name(base)}")
    length = len(base)
    first = 0 if start is None else to_int(start)
    last = length if stop is None else to_int(stop)
    first = max(0, first + length if first < 0 else first)
    last = min(length, max(0, last + length if last < 0 else last))
    return base[min(first, last) : last]
