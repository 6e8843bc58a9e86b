"""How sprig turns any value into a number or a string (spf13/cast and strval)."""

from __future__ import annotations

import re
from typing import Any

from pinnace.languages import gonumbers, govalues

_DECIMAL = re.compile(r"([-+]?\d*)(\.\d*)?", re.ASCII)


def to_int(value: Any) -> int:
    """cast.ToInt64: what isn't a number is zero."""
    match value:
        case bool():
            return int(value)
        case int():
            return gonumbers.wrap(int(value))
        case float():
            return gonumbers.truncate(value)
        case str():
            return _parse(value)
    return int(getattr(value, "nanoseconds", 0))


def _parse(text: str) -> int:
    found = _DECIMAL.fullmatch(text) if "." in text else None
    if found:
        text = found.group(1)
        text = text + "0" if text in ("", "-", "+") else text
    return gonumbers.parse_int(text, 0) or 0


def to_float(value: Any) -> float:
    """cast.ToFloat64: what isn't a number is zero."""
    match value:
        case bool() | int() | float():
            return float(value)
        case str():
            return gonumbers.parse_float(value) or 0.0
    return float(getattr(value, "nanoseconds", 0))


def to_text(value: Any) -> str:
    """strval: strings and bytes as they are, the rest as `%v`."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "surrogateescape")
    return govalues.text(value)


def to_texts(value: Any) -> list[str]:
    """strslice: the items of a list but for nil, or the one value."""
    if value is None:
        return []
    if govalues.type_name(value) == "[]string":
        return value  # type: ignore[no-any-return]  # the very same list
    if isinstance(value, bytes):
        return [str(byte) for byte in value]
    if isinstance(value, list | tuple):
        return [to_text(item) for item in value if item is not None]
    return [to_text(value)]


def want_list(value: Any, name: str) -> list[Any]:
    """An argument that must be a list; a nil one is empty, nil itself is refused."""
    if isinstance(value, bytes):
        return list(value)
    if not isinstance(value, list | tuple):
        raise ValueError(f"{name}: cannot use type {govalues.kind_name(value)} as a list")
    return list(value)


def is_empty(value: Any) -> bool:
    """sprig's empty: the zero of its type."""
    return not govalues.truth(value)


def nearest_int(text: str) -> int:
    """What strconv.Atoi returns beside an error: the nearest number when out of range."""
    found = gonumbers.parse_int(text)
    if found is not None:
        return found
    digits = text[1:] if text[:1] in ("+", "-") else text
    if not digits.isascii() or not digits.isdigit():
        return 0
    return gonumbers.MIN_INT64 if text[0] == "-" else gonumbers.MAX_INT64
