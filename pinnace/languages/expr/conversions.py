"""expr's functions that make one type of another: `int`, `float`, `type`; `len` too.

They raise ValueError for what can't be converted (mirrors builtin/lib.go).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinnace.languages import gonumbers
from pinnace.languages.durations import Duration
from pinnace.languages.expr import kinds
from pinnace.languages.gotypes import Named
from pinnace.languages.gounicode import as_bytes
from pinnace.languages.govalues import type_name


def length(value: Any) -> int:
    """`len`: of a string in characters."""
    if not isinstance(value, str | list | tuple | bytes | Mapping):
        raise ValueError(f"invalid argument for len (type {type_name(value)})")
    return len(value)


def old_length(value: Any) -> int:
    """1.15 counts a string's bytes."""
    return len(as_bytes(value)) if isinstance(value, str) else length(value)


_TYPE_NAMES = {
    "<nil>": "nil", "float64": "float", "uint8": "uint", "int64": "int",
    "*time.Location": "time.Location",
}  # fmt: skip


def type_of(value: Any) -> str:
    """`type`: expr's own names."""
    name = type_name(value)
    if name in _TYPE_NAMES:
        return _TYPE_NAMES[name]
    if name.startswith("["):
        return "array"
    return "map" if name.startswith("map[") else name


def to_int(value: Any) -> int:
    """`int`: a string must be a whole number in decimal."""
    if kinds.is_basic(value):
        return kinds.whole(value)
    if isinstance(value, Duration):
        return value.nanoseconds
    if isinstance(value, Named):
        return int(value)
    return old_to_int(value)


def old_to_int(value: Any) -> int:
    """In 1.15 a month is no number."""
    if kinds.is_basic(value):
        return kinds.whole(value)
    whole = gonumbers.parse_int(value) if isinstance(value, str) else None
    if whole is None:
        shown = value if isinstance(value, str) else type_name(value)
        raise ValueError(f"invalid operation: int({shown})")
    return whole


def to_float(value: Any) -> float:
    """`float`."""
    if kinds.is_basic(value):
        return float(value)
    number = gonumbers.parse_float(value) if isinstance(value, str) else None
    if number is None:
        shown = value if isinstance(value, str) else type_name(value)
        raise ValueError(f"invalid operation: float({shown})")
    return number
