"""eq, ne, lt, le, gt and ge (text/template/funcs.go)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pinnace.languages import gomoments
from pinnace.languages.durations import Duration
from pinnace.languages.gotypes import Uint8, Uint64, is_nil
from pinnace.languages.gounicode import as_bytes
from pinnace.languages.govalues import kind_name, type_name

_NUMBERS = frozenset({"int", "uint"})


def _basic(value: Any) -> str:
    """The kind by which values compare; empty for what has none."""
    match value:
        case bool():
            return "bool"
        case Uint8() | Uint64():
            return "uint"
        case int() | Duration():
            return "int"
        case float():
            return "float"
        case str():
            return "string"
    return ""


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return as_bytes(value)
    return value.nanoseconds if isinstance(value, Duration) else value


def equal(first: Any, *others: Any) -> bool:
    """Whether the first equals one of the others."""
    if not others:
        raise ValueError("missing argument for comparison")
    return any(_same(first, other) for other in others)


def _same(left: Any, right: Any) -> bool:
    kinds = _basic(left), _basic(right)
    if kinds[0] != kinds[1] and not set(kinds) <= _NUMBERS:
        if left is None or right is None:
            return False
        names = f"{type_name(left)} and {type_name(right)}"
        raise ValueError(f"incompatible types for comparison: {names}")
    if kinds[0]:
        return bool(_plain(left) == _plain(right))
    return _same_reference(left, right)


def _same_reference(left: Any, right: Any) -> bool:
    """Of lists, maps and structures: nil equals nil, and some structures compare."""
    if left is not None and right is not None and kind_name(left) != kind_name(right):
        raise ValueError(f"non-comparable types {type_name(left)}, {type_name(right)}")
    if is_nil(left) or is_nil(right):
        return is_nil(left) == is_nil(right)
    if isinstance(right, list | tuple | Mapping | bytes) or callable(right):
        raise ValueError(f"non-comparable type {type_name(right)}")
    if isinstance(left, datetime) and isinstance(right, datetime):
        same = gomoments.unix_nanoseconds(left) == gomoments.unix_nanoseconds(right)
        return same and left.tzinfo == right.tzinfo
    return left is right


def not_equal(left: Any, right: Any) -> bool:
    """ne."""
    return not equal(left, right)


def less(left: Any, right: Any) -> bool:
    """lt."""
    kinds = _basic(left), _basic(right)
    if not all(kinds):
        raise ValueError("invalid type for comparison")
    if kinds[0] != kinds[1] and not set(kinds) <= _NUMBERS:
        names = f"{type_name(left)} and {type_name(right)}"
        raise ValueError(f"incompatible types for comparison: {names}")
    if kinds[0] == "bool":
        raise ValueError("invalid type for comparison")
    return bool(_plain(left) < _plain(right))


def less_or_equal(left: Any, right: Any) -> bool:
    """le."""
    return less(left, right) or equal(left, right)


def greater(left: Any, right: Any) -> bool:
    """gt."""
    return not less_or_equal(left, right)


def greater_or_equal(left: Any, right: Any) -> bool:
    """ge."""
    return not less(left, right)
