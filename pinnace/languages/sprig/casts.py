"""How sprig turns any value into a number or a string (spf13/cast and strval)."""

from __future__ import annotations

import re
from typing import Any

from pinnace.languages import gonumbers, govalues
from pinnace.languages.durations import Duration

_ZERO_DECIMAL = re.compile(r"^([+-]?\d+)\.0*$", re.ASCII)
_PREFIXED = re.compile(r"([+-]?)(0[xX][0-9a-fA-F_]+|0[oO]?[0-7_]+|0[bB][01_]+)$", re.ASCII)


def to_int(value: Any) -> int:
    """cast.ToInt64: what isn't a number is zero."""
    match value:
        case bool() | int():
            return int(value)
        case float():
            return gonumbers.truncate(value)
        case str():
            return _parse(value)
        case Duration():
            return value.nanoseconds
        case _:
            return 0


def _parse(text: str) -> int:
    trimmed = _ZERO_DECIMAL.sub(r"\1", text)
    prefixed = _PREFIXED.match(trimmed)
    if prefixed:
        digits = prefixed.group(2).lower()
        octal = digits[1:2] not in ("x", "o", "b") and len(digits) > 1
        whole = int(digits, 8) if octal else int(digits, 0)
        return -whole if prefixed.group(1) == "-" else whole
    return gonumbers.parse_int(trimmed) or 0


def to_float(value: Any) -> float:
    """cast.ToFloat64: what isn't a number is zero."""
    match value:
        case bool() | int() | float():
            return float(value)
        case str():
            return gonumbers.parse_float(value) or 0.0
        case _:
            return 0.0


def to_text(value: Any) -> str:
    """strval: strings and bytes as they are, the rest as `%v`."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else govalues.text(value)


def want_text(value: Any) -> str:
    """An argument that Go declares as string."""
    if not isinstance(value, str):
        raise ValueError(f"wrong type for value; expected string; got {govalues.type_name(value)}")
    return value


def want_list(value: Any, name: str) -> list[Any]:
    """An argument that must be a list."""
    if not isinstance(value, list | tuple):
        raise ValueError(f"{name}: cannot use type {govalues.kind_name(value)} as a list")
    return list(value)


def want_map(value: Any) -> dict[str, Any]:
    """An argument that must be a map; the very same one, for functions that change it."""
    if not isinstance(value, dict):
        raise ValueError(
            "wrong type for value; expected map[string]interface {};"
            f" got {govalues.type_name(value)}"
        )
    return value


def want_int(value: Any) -> int:
    """An argument that Go declares as int."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"wrong type for value; expected int; got {govalues.type_name(value)}")
    return value
