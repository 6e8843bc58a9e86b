"""Indexing, and reading and writing at paths (gojq's func.go)."""

from __future__ import annotations

import math
import operator
from typing import Any

from pinnace.languages.jq import parts
from pinnace.languages.jq.values import (
    JqError,
    compare,
    number,
    preview,
    shown,
    to_int,
    type_name,
)

_EMPTY = object()
_LONGEST = 0x20000000
_EXPECTED: dict[type, str] = {
    list: "number for indexing an array",
    str: "number for indexing a string",
}


_WORD = 2**63
"""Whole numbers from here on are big ones, which upstream tells apart by where they are."""


def is_intact(value: Any, there: Any) -> bool:
    """Whether a value is the one that stands at a path: the same array or object, or equal.

    Upstream compares where arrays are in memory: those without items are all in one place, but for
    slices of others.
    """
    kind = type(value)
    if kind is list or kind is dict:
        nowhere = value == there == [] and not parts.is_part(value) and not parts.is_part(there)
        return value is there or nowhere
    if kind is not type(there):
        return False
    if kind is int and not -_WORD <= value < _WORD:
        return value is there
    return bool(value == there) or (value != value and there != there)


def _clamp(index: int, low: int, high: int) -> int:
    index += high if index < 0 else 0
    return low if index < low else min(index, high)


def index(value: Any, key: Any) -> Any:  # noqa: C901 - one case for each type of key
    """`.[key]`."""
    match type_name(key):
        case "string":
            if value is None or type(value) is dict:
                return None if value is None else value.get(key)
            raise JqError(f"expected an object but got: {shown(value)}")
        case "number":
            if value is None:
                return None
            if type(value) not in (list, str):
                raise JqError(f"expected an array but got: {shown(value)}")
            place = _clamp(to_int(key) or 0, -1, len(value))
            return value[place] if 0 <= place < len(value) else None
        case "array":
            if value is None:
                return None
            if type(value) is not list:
                raise JqError(f"expected an array but got: {shown(value)}")
            return indices(value, key)
        case "object":
            if value is None:
                return None
            start, end = bounds(key)
            return slice_of(value, start, end)
    expected = _EXPECTED.get(type(value), "string for object key")
    raise JqError(f"expected a {expected} but got: {shown(key)}")


def bounds(key: dict[str, Any]) -> tuple[Any, Any]:
    """The start and end of a slice written as an object."""
    if "start" not in key or "end" not in key:
        raise JqError(f'expected "start" and "end" for slicing but got: {shown(key)}')
    return key["start"], key["end"]


def indices(items: list[Any], wanted: list[Any]) -> list[int]:
    """Where a run of items stands."""
    size = len(wanted)
    if not size:
        return []
    places = range(len(items) - size + 1)
    return [at for at in places if compare(items[at : at + size], wanted) == 0]


def _span(length: int, start: Any, end: Any, what: str) -> tuple[int, int]:
    first = 0
    if start is not None:
        low = to_int(start)
        if low is None:
            raise JqError(f"expected a number for indexing {what} but got: {shown(start)}")
        first = _clamp(low, 0, length)
    if end is None:
        return first, length
    bound = number(end)
    if bound is None:
        raise JqError(f"expected a number for indexing {what} but got: {shown(end)}")
    if isinstance(bound, float) and math.isfinite(bound):
        bound = math.ceil(bound)
    return first, _clamp(to_int(bound) or 0, first, length)


def slice_of(value: Any, start: Any, end: Any) -> Any:
    """`.[start:end]`."""
    if value is None:
        return None
    if type(value) not in (list, str):
        raise JqError(f"expected an array but got: {shown(value)}")
    first, last = _span(len(value), start, end, "an array" if type(value) is list else "a string")
    return parts.part(value, first, last) if type(value) is list else value[first:last]


def getpath(value: Any, path: Any) -> Any:
    """The value at a path; null where there is nothing."""
    if type(path) is not list:
        raise JqError(f"getpath({preview(path)}) cannot be applied to: {shown(value)}")
    found = value
    for key in path:
        if found is not None and type(found) not in (list, dict):
            raise JqError(f"getpath({preview(path)}) cannot be applied to: {shown(value)}")
        try:
            found = index(found, key)
        except JqError as problem:
            where = f"getpath({preview(path)}) cannot be applied to {preview(value)}"
            raise JqError(f"{where}: {problem}") from problem
    return found


def setpath(value: Any, path: Any, new: Any) -> Any:
    """The value with another at a path."""
    if type(path) is not list:
        raise JqError(f"setpath({preview(path)}) cannot be applied to: {shown(value)}")
    try:
        return _update(value, path, 0, new)
    except JqError as problem:
        call = f"setpath({preview(path)}; {preview(new)})"
        raise JqError(f"{call} cannot be applied to {preview(value)}: {problem}") from problem


def delpaths(value: Any, paths: Any) -> Any:
    """The value without what stands at the paths."""
    if type(paths) is not list:
        raise JqError(f"delpaths({preview(paths)}) cannot be applied to: {shown(value)}")
    if not paths:
        return value
    changed = value
    try:
        for path in paths:
            if type(path) is not list:
                raise JqError(f"expected an array but got: {shown(path)}")
            changed = _update(changed, path, 0, _EMPTY)
    except JqError as problem:
        call = f"delpaths({preview(paths)}) cannot be applied to {preview(value)}"
        raise JqError(f"{call}: {problem}") from problem
    return _without_empty(changed)


def _without_empty(value: Any) -> Any:
    """The value without what is marked as gone; the same one where nothing is."""
    if value is _EMPTY:
        return None
    if type(value) is list:
        items = [_without_empty(item) for item in value if item is not _EMPTY]
        same = len(items) == len(value) and all(map(operator.is_, items, value))
        return value if same else items
    if type(value) is dict:
        kept = {key: _without_empty(item) for key, item in value.items() if item is not _EMPTY}
        same = len(kept) == len(value) and all(map(operator.is_, kept.values(), value.values()))
        return value if same else kept
    return value


def _update(value: Any, path: list[Any], at: int, new: Any) -> Any:
    if at == len(path):
        return new
    key = path[at]
    kind = type_name(key)
    if value is _EMPTY and kind in ("string", "number", "object"):
        return value
    if kind == "string":
        if value is not None and type(value) is not dict:
            raise JqError(f"expected an object but got: {shown(value)}")
        if new is _EMPTY and (value is None or key not in value):
            return value
        items = value or {}
        return {**items, key: _update(items.get(key), path, at + 1, new)}
    if kind in ("number", "object"):
        if value is not None and type(value) is not list:
            raise JqError(f"expected an array but got: {shown(value)}")
        change = _update_item if kind == "number" else _update_slice
        return change(value, path, at, new)
    expected = "number for indexing an array" if type(value) is list else "string for object key"
    raise JqError(f"expected a {expected} but got: {shown(key)}")


def _update_item(value: Any, path: list[Any], at: int, new: Any) -> Any:
    items, wanted = value or [], to_int(path[at]) or 0
    place = _clamp(wanted, -1, len(items))
    if new is _EMPTY and not 0 <= place < len(items):
        return value
    if place < 0:
        raise JqError(f"array index should not be negative: {wanted}")
    if place == len(items):
        place = wanted
        if place >= _LONGEST:
            raise JqError(f"array index too large: {wanted}")
    old = items[place] if place < len(items) else None
    changed = _update(old, path, at + 1, new)
    made = [*items, *[None] * (place + 1 - len(items))]
    made[place] = changed
    return made


def _update_slice(value: Any, path: list[Any], at: int, new: Any) -> Any:
    items = value or []
    first, last = _span(len(items), *bounds(path[at]), "an array")
    if first == last and new is _EMPTY:
        return value
    part = None if value is None else items[first:last]
    changed = _update(part if part is not None else [], path, at + 1, new)
    if changed is _EMPTY:
        return [*items[:first], *[_EMPTY] * (last - first), *items[last:]]
    if type(changed) is not list:
        raise JqError(f"expected an array but got: {shown(changed)}")
    return [*items[:first], *changed, *items[last:]]
