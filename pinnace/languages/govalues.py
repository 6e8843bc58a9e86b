"""Python values seen as the Go values they stand for: their type names and how `%v` prints them.

None is nil, int is int, float is float64, list is []interface {} and a mapping is
map[string]interface {}; dates and durations print as time.Time and time.Duration do.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

from pinnace.languages import gonumbers, gotime
from pinnace.languages.durations import Duration

_TYPES: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "bool"),
    (int, "int"),
    (float, "float64"),
    (str, "string"),
    (bytes, "[]uint8"),
    ((list, tuple), "[]interface {}"),
    (Mapping, "map[string]interface {}"),
    (datetime, "time.Time"),
    (Duration, "time.Duration"),
    (tzinfo, "*time.Location"),
)


def type_name(value: Any) -> str:
    """What `%T` prints."""
    if value is None:
        return "<nil>"
    named = getattr(value, "go_type", None)
    if named is not None:
        return str(named)
    for kind, name in _TYPES:
        if isinstance(value, kind):
            return name
    return "func" if callable(value) else type(value).__name__


_KINDS = {"*": "ptr"}


def kind_name(value: Any) -> str:
    """reflect.Kind: what sprig's `kindOf` answers."""
    match value:
        case None:
            return "invalid"
        case list() | tuple() | bytes():
            return "slice"
        case Mapping():
            return "map"
        case datetime():
            return "struct"
        case Duration():
            return "int64"
        case _:
            return _KINDS.get(type_name(value)[:1], "") or type_name(value)


def text(value: Any, nil: str = "<nil>") -> str:
    """What `%v` prints."""
    match value:
        case None:
            return nil
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case int():
            return str(value)
        case float():
            return gonumbers.format_shortest(value)
        case bytes() | list() | tuple():
            return "[" + " ".join(text(item) for item in value) + "]"
        case Mapping():
            counts = all(is_number(key) for key in value)
            pairs = sorted(value.items(), key=lambda p: p[0] if counts else text(p[0]))
            return "map[" + " ".join(f"{text(key)}:{text(item)}" for key, item in pairs) + "]"
        case datetime():
            return gotime.go_string(value)
        case _:
            return str(value)


def is_number(value: Any) -> bool:
    """Whether it is an int or a float (a bool is not)."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def truth(value: Any) -> bool:
    """Go templates' truth: nil, false, zero and whatever is empty are false."""
    match value:
        case None:
            return False
        case datetime():
            return True
        case Duration():
            return value.nanoseconds != 0
        case bool() | int() | float() | str() | bytes() | list() | tuple() | Mapping():
            return bool(value)
        case _:
            return True
