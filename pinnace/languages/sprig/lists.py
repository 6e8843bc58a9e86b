"""sprig's functions on lists; every `mustX` is X, because here X never swallows an error."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from pinnace.languages import gomoments
from pinnace.languages.gotypes import Slice, is_nil, nil_list
from pinnace.languages.gounicode import as_bytes
from pinnace.languages.govalues import type_name
from pinnace.languages.sprig.casts import is_empty, to_int, to_text, to_texts, want_list


def same(left: Any, right: Any) -> bool:
    """reflect.DeepEqual: the types count, so 1 and 1.0 differ, and a nil list is no empty one."""
    if type_name(left) != type_name(right) or is_nil(left) != is_nil(right):
        return False
    if isinstance(left, list | tuple):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, Mapping):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, datetime):
        return gomoments.unix_nanoseconds(left) == gomoments.unix_nanoseconds(right)
    return bool(left == right)


def _edge(position: int, name: str) -> Callable[[Any], Any]:
    def function(values: Any) -> Any:
        items = want_list(values, name)
        return items[position] if items else None

    return function


def _part(start: int, stop: int | None, name: str) -> Callable[[Any], Any]:
    """rest and initial: nil of an empty list."""

    def function(values: Any) -> Any:
        items = want_list(values, name)
        return items[start:stop] if items else nil_list()

    return function


def _uniq(values: Any) -> list[Any]:
    found: list[Any] = []
    for item in want_list(values, "uniq"):
        if not any(same(item, known) for known in found):
            found.append(item)
    return found


def _without(values: Any, *unwanted: Any) -> list[Any]:
    items = want_list(values, "without")
    return [item for item in items if not any(same(item, other) for other in unwanted)]


def _has(needle: Any, values: Any) -> bool:
    return values is not None and any(same(needle, item) for item in want_list(values, "has"))


def _slice(values: Any, *bounds: Any) -> Any:
    items = want_list(values, "slice")
    if not items:
        return None
    start = to_int(bounds[0]) if bounds else 0
    stop = to_int(bounds[1]) if len(bounds) > 1 else len(items)
    if not 0 <= start <= stop <= len(items):
        raise ValueError(f"slice: bounds {start}:{stop} are out of range of {len(items)} items")
    if isinstance(values, Slice):
        return Slice(values.go_type, items[start:stop])
    return bytes(items[start:stop]) if isinstance(values, bytes) else items[start:stop]


def _chunk(size: int, values: Any) -> list[list[Any]]:
    items = want_list(values, "chunk")
    if size < 0 and -size == len(items) - 1:
        return []  # by sprig's arithmetic
    if size < 1:
        raise ValueError("chunk: the size must be at least 1")
    parts = (items[start : start + size] for start in range(0, len(items), size))
    return Slice("[][]interface {}", parts)


def _sort_alpha(values: Any) -> list[str]:
    if not isinstance(values, list | tuple | bytes):
        return [to_text(values)]
    found = to_texts(values)
    found.sort(key=as_bytes)  # a []string in its place, as in Go
    return found


def _concat(*values: Any) -> list[Any]:
    found = [item for value in values for item in want_list(value, "concat")]
    return found or nil_list()


_MUST: dict[str, Callable[..., Any]] = {
    "append": lambda values, item: [*want_list(values, "append"), item],
    "push": lambda values, item: [*want_list(values, "push"), item],
    "prepend": lambda values, item: [item, *want_list(values, "prepend")],
    "first": _edge(0, "first"),
    "last": _edge(-1, "last"),
    "rest": _part(1, None, "rest"),
    "initial": _part(0, -1, "initial"),
    "reverse": lambda values: want_list(values, "reverse")[::-1],
    "uniq": _uniq,
    "without": _without,
    "has": _has,
    "slice": _slice,
    "chunk": _chunk,
    "compact": lambda values: [i for i in want_list(values, "compact") if not is_empty(i)],
}

TABLE: dict[str, Callable[..., Any]] = {
    "list": lambda *items: list(items),
    "tuple": lambda *items: list(items),
    "sortAlpha": _sort_alpha,
    "concat": _concat,
    **_MUST,
    **{f"must{name[0].upper()}{name[1:]}": apply for name, apply in _MUST.items()},
}
