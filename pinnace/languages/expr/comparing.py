"""What equals what in expr, and what comes before what (mirrors vm/runtime/helpers).

Each raises ValueError for operands that have no order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from pinnace.languages import gozones
from pinnace.languages.durations import Duration
from pinnace.languages.expr import kinds
from pinnace.languages.expr.kinds import is_basic, mismatch
from pinnace.languages.gotypes import is_nil
from pinnace.languages.gounicode import as_bytes
from pinnace.languages.govalues import type_name

Operator = Callable[[Any, Any], Any]


def equal(left: Any, right: Any) -> bool:
    """Numbers compare by value whatever their type, and so do the items of arrays."""
    known = _by_value(left, right)
    if known is not None:
        return known
    if kinds.is_array(left) and kinds.is_array(right) and _elementwise(left, right):
        one, other = kinds.items(left), kinds.items(right)
        return len(one) == len(other) and all(map(equal, one, other))
    return _both_nil(left, right) or deep_equal(left, right)


def _by_value(left: Any, right: Any) -> bool | None:
    """Numbers whatever their type, and dates whatever their zone; None for all else."""
    if is_basic(left) and is_basic(right):
        return _same_number(left, right)
    if isinstance(left, datetime) and isinstance(right, datetime):
        return bool(left == right)
    return None


def _both_nil(left: Any, right: Any) -> bool:
    return is_nil(left) and is_nil(right)


def _elementwise(left: Any, right: Any) -> bool:
    one, other = type_name(left), type_name(right)
    fixed = ("[2]interface {}", "[][2]interface {}", "[][]interface {}")
    both = one == other or "[]interface {}" in (one, other)
    return both and one not in fixed and other not in fixed


def _same_number(left: Any, right: Any) -> bool:
    if isinstance(left, int) and isinstance(right, int):
        return int(left) == int(right)
    return float(left) == float(right)


def deep_equal(left: Any, right: Any) -> bool:
    """reflect.DeepEqual, for which an int and a float differ, and nil and a nil slice."""
    if is_nil(left) != is_nil(right):
        return False
    if type_name(left) != type_name(right) or type_name(left) == "func":
        return False
    if kinds.is_array(left):
        return len(left) == len(right) and all(map(deep_equal, left, right))
    if isinstance(left, Mapping):
        return len(left) == len(right) and all(
            key in right and deep_equal(left[key], right[key]) for key in left
        )
    if isinstance(left, datetime):
        return bool(left == right) and gozones.same(left, right)
    return bool(left == right)


def old_equal(left: Any, right: Any) -> bool:
    """As 1.15 compares: the items of arrays must be of one type."""
    known = _by_value(left, right)
    if known is not None:
        return known
    return _both_nil(left, right) or deep_equal(left, right)


def less(left: Any, right: Any, operator: str = "<") -> bool:
    """Order of numbers, of strings, of dates and of durations."""
    if is_basic(left) and is_basic(right):
        if isinstance(left, int) and isinstance(right, int):
            return int(left) < int(right)
        return float(left) < float(right)
    if isinstance(left, str) and isinstance(right, str):
        return as_bytes(left) < as_bytes(right)
    for kind in (datetime, Duration):
        if isinstance(left, kind) and isinstance(right, kind):
            return bool(left < right)  # type: ignore[operator]  # same ordered kind on both sides
    raise mismatch(operator, left, right)


def at_most(left: Any, right: Any, operator: str) -> bool:
    """Not after: `<=`, and `>=` the other way round."""
    if less(left, right, operator):
        return True
    return bool(left == right) if not is_basic(left) else _same_number(left, right)


def exactly(kind: str, left: Any, right: Any) -> bool:
    """`==` where the checker promised a type: ValueError if it was wrong."""
    for value in (left, right):
        if type_name(value) != kind:
            raise ValueError(
                f"interface conversion: interface {{}} is {type_name(value)}, not {kind}"
            )
    return bool(left == right)
