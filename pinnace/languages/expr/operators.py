"""What expr's operators do to values (mirrors vm/runtime).

Plain functions that raise ValueError for operands they don't take; `machine` adds the place.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from pinnace.languages import gonumbers, goregex
from pinnace.languages.durations import Duration, of
from pinnace.languages.expr import kinds
from pinnace.languages.expr.kinds import is_basic
from pinnace.languages.gotypes import Slice, Uint8, is_nil, nil_list
from pinnace.languages.govalues import type_name

Operator = Callable[[Any, Any], Any]


def _mismatch(operator: str, left: Any, right: Any) -> ValueError:
    return ValueError(
        f"invalid operation: {operator} (mismatched types {type_name(left)} and {type_name(right)})"
    )


def equal(left: Any, right: Any) -> bool:
    """Numbers compare by value whatever their type, and so do the items of arrays."""
    if is_basic(left) and is_basic(right):
        return _same_number(left, right)
    if kinds.is_array(left) and kinds.is_array(right) and _elementwise(left, right):
        one, other = kinds.items(left), kinds.items(right)
        return len(one) == len(other) and all(map(equal, one, other))
    return deep_equal(left, right)


def _elementwise(left: Any, right: Any) -> bool:
    one, other = type_name(left), type_name(right)
    fixed = ("[2]interface {}", "[][2]interface {}")
    both = one == other or "[]interface {}" in (one, other)
    return both and one not in fixed and other not in fixed


def _same_number(left: Any, right: Any) -> bool:
    if isinstance(left, int) and isinstance(right, int):
        return int(left) == int(right)
    return float(left) == float(right)


def deep_equal(left: Any, right: Any) -> bool:
    """reflect.DeepEqual, for which an int and a float differ; all nils are one."""
    if is_nil(left) or is_nil(right):
        return is_nil(left) and is_nil(right)
    if type_name(left) != type_name(right) or type_name(left) == "func":
        return False
    if kinds.is_array(left):
        return len(left) == len(right) and all(map(deep_equal, left, right))
    if isinstance(left, Mapping):
        return len(left) == len(right) and all(
            key in right and deep_equal(left[key], right[key]) for key in left
        )
    return bool(left == right)


def old_equal(left: Any, right: Any) -> bool:
    """As 1.15 compares: the items of arrays must be of one type."""
    if is_basic(left) and is_basic(right):
        return _same_number(left, right)
    return deep_equal(left, right)


def less(left: Any, right: Any, operator: str = "<") -> bool:
    """Order of numbers, of strings, of dates and of durations."""
    if is_basic(left) and is_basic(right):
        if isinstance(left, int) and isinstance(right, int):
            return int(left) < int(right)
        return float(left) < float(right)
    if isinstance(left, str) and isinstance(right, str):
        return _bytes(left) < _bytes(right)
    for kind in (datetime, Duration):
        if isinstance(left, kind) and isinstance(right, kind):
            return bool(left < right)  # type: ignore[operator]  # same ordered kind on both sides
    raise _mismatch(operator, left, right)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _at_most(left: Any, right: Any, operator: str) -> bool:
    if less(left, right, operator):
        return True
    return bool(left == right) if not is_basic(left) else _same_number(left, right)


def _add(left: Any, right: Any) -> Any:
    match left, right:
        case str(), str():
            return left + right
        case Duration(), Duration():
            return Duration(gonumbers.wrap(left.nanoseconds + right.nanoseconds))
        case datetime(), Duration():
            return left + right.timedelta
        case Duration(), datetime():
            return right + left.timedelta
    return _arithmetic("+", left, right, lambda a, b: a + b)


def _subtract(left: Any, right: Any) -> Any:
    match left, right:
        case Duration(), Duration():
            return Duration(gonumbers.wrap(left.nanoseconds - right.nanoseconds))
        case datetime(), Duration():
            return left - right.timedelta
        case datetime(), datetime():
            return of(left - right)
    return _arithmetic("-", left, right, lambda a, b: a - b)


def _multiply(left: Any, right: Any) -> Any:
    if isinstance(left, Duration) or isinstance(right, Duration):
        one, other = (v.nanoseconds if isinstance(v, Duration) else v for v in (left, right))
        if not (is_basic(one) and is_basic(other)):
            raise _mismatch("*", left, right)
        if isinstance(one, float) or isinstance(other, float):
            return float(one) * float(other)
        return Duration(gonumbers.wrap(one * other))
    return _arithmetic("*", left, right, lambda a, b: a * b)


def _arithmetic(operator: str, left: Any, right: Any, apply: Operator) -> int | float:
    """Whole numbers stay whole (and wrap at 64 bits), a float makes the result a float."""
    if not (is_basic(left) and is_basic(right)):
        raise _mismatch(operator, left, right)
    if isinstance(left, int) and isinstance(right, int):
        return gonumbers.wrap(apply(int(left), int(right)))
    return float(apply(float(left), float(right)))


def _divide(left: Any, right: Any) -> float:
    """Division always gives a float; by zero it gives an infinity, as in Go."""
    if not (is_basic(left) and is_basic(right)):
        raise _mismatch("/", left, right)
    one, other = float(left), float(right)
    if other == 0:
        if one == 0 or math.isnan(one):
            return math.nan
        return math.copysign(math.inf, one) * math.copysign(1.0, other)
    return one / other


def _modulo(left: Any, right: Any) -> int:
    if not (kinds.is_integer(left) and kinds.is_integer(right)):
        raise _mismatch("%", left, right)
    if right == 0:
        raise ValueError("integer divide by zero")
    return gonumbers.remainder(int(left), int(right))


def _power(left: Any, right: Any) -> float:
    if not (is_basic(left) and is_basic(right)):
        raise _mismatch("**", left, right)
    return gonumbers.power(float(left), float(right))


def within(needle: Any, haystack: Any, same: Operator = equal) -> bool:
    """`in`: among the items of an array, or the keys of a map."""
    if haystack is None:
        return False
    if kinds.is_array(haystack):
        return any(same(item, needle) for item in kinds.items(haystack))
    if isinstance(haystack, Mapping):
        return map_key(haystack, needle) in haystack
    if isinstance(haystack, datetime):
        if isinstance(needle, str):
            return False
        raise ValueError(f"cannot use {type_name(needle)} as field name of time.Time")
    raise ValueError(f'operator "in" not defined on {type_name(haystack)}')


def within_constant(needle: Any, keys: Mapping[Any, Any]) -> bool:
    """`in` of an array that was written out: keys of one type, and nothing else is looked up."""
    kind = type(next(iter(keys)))
    if needle is None:
        return kind() in keys
    if type_name(needle) != ("int" if kind is int else "string"):
        raise ValueError(f"value of type {type_name(needle)} is not assignable to {kind.__name__}")
    return needle in keys


def map_key(base: Mapping[Any, Any], key: Any) -> Any:
    """The key as the map's type takes it: nil is the empty string of a map of strings."""
    if isinstance(base, kinds.AnyMap):
        return key
    if key is None:
        return ""
    if not isinstance(key, str):
        raise ValueError(f"value of type {type_name(key)} is not assignable to type string")
    return key


def _on_strings(name: str, test: Callable[[str, str], bool]) -> Operator:
    def apply(left: Any, right: Any) -> bool:
        if not (isinstance(left, str) and isinstance(right, str)):
            raise _mismatch(name, left, right)
        return test(left, right)

    return apply


def _matches(left: Any, right: Any) -> bool:
    if not isinstance(left, str | bytes) or not isinstance(right, str):
        raise _mismatch("matches", left, right)
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
    "<=": lambda left, right: _at_most(left, right, "<="),
    ">=": lambda left, right: _at_most(right, left, ">="),
    "+": _add,
    "-": _subtract,
    "*": _multiply,
    "/": _divide,
    "%": _modulo,
    "**": _power,
    "^": _power,
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
    return negated(operand)


def negated(number: Any) -> Any:
    """-number, in its own type."""
    if isinstance(number, Uint8):
        return Uint8(-int(number) % 256)
    return gonumbers.wrap(-number) if isinstance(number, int) else -number


def exactly(kind: str, left: Any, right: Any) -> bool:
    """`==` where the checker promised a type: ValueError if it was wrong."""
    for value in (left, right):
        if type_name(value) != kind:
            raise ValueError(
                f"interface conversion: interface {{}} is {type_name(value)}, not {kind}"
            )
    return bool(left == right)


def fetch(base: Any, key: Any) -> Any:
    """`base[key]` and `base.key`: a missing key of a map is nil, a missing index is an error."""
    if isinstance(base, Mapping):
        known = map_key(base, key)
        if known in base:
            return base[known]
        return nil_list() if isinstance(base, kinds.Groups) else None
    if kinds.is_array(base):
        value = base[_index(key, len(base))]
        return Uint8(value) if isinstance(base, bytes) else value
    if isinstance(base, str):
        data = _bytes(base)
        return Uint8(data[_index(key, len(data))])
    raise ValueError(f"cannot fetch {key} from {type_name(base)}")


def _index(key: Any, length: int) -> int:
    index = kinds.whole(key)
    index += length if index < 0 else 0
    if not 0 <= index < length:
        raise ValueError(f"index out of range: {index} (array length is {length})")
    return index


def cut(base: Any, start: Any, stop: Any) -> Any:
    """`base[start:stop]`: bounds beyond the ends are moved to them."""
    if isinstance(base, str):  # Go strings are sliced by bytes
        return cut(_bytes(base), start, stop).decode("utf-8", "surrogateescape")
    if not kinds.is_array(base):
        raise ValueError(f"cannot slice {type_name(base)}")
    length = len(base)
    first = 0 if start is None else kinds.whole(start)
    last = length if stop is None else kinds.whole(stop)
    first = max(0, gonumbers.wrap(first + length) if first < 0 else first)
    last = min(length, max(0, gonumbers.wrap(last + length) if last < 0 else last))
    return resliced(base, base[min(first, last) : last])


def resliced(base: Any, part: Any) -> Any:
    """A part of an array, of the array's own type."""
    if isinstance(base, kinds.Pair):  # a slice of a [2]interface {} is an []interface {}
        return list(part)
    if isinstance(base, Slice):
        return Slice(base.go_type, part, nil=base.nil)
    return type(base)(part) if isinstance(base, list) else part
