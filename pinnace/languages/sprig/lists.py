"""sprig's functions on lists; every `mustX` is X, because here X never swallows an error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pinnace.languages.govalues import is_number, truth
from pinnace.languages.sprig.casts import to_text, want_int, want_list


def same(left: Any, right: Any) -> bool:
    """reflect.DeepEqual: the types count, so 1 and 1.0 differ."""
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    return type(left) is type(right) and bool(left == right)


def _edge(position: int, name: str) -> Callable[[Any], Any]:
    def function(values: Any) -> Any:
        items = want_list(values, name)
        return items[position] if items else None

    return function


def _uniq(values: Any) -> list[Any]:
    found: list[Any] = []
    for item in want_list(values, "uniq"):
        if not any(same(item, known) for known in found):
            found.append(item)
    return found


def _without(values: Any, *unwanted: Any) -> list[Any]:
    return [
        item
        for item in want_list(values, "without")
        if not any(same(item, other) for other in unwanted)
    ]


def _has(needle: Any, values: Any) -> bool:
    if values is None:
        return False
    return any(same(needle, item) for item in want_list(values, "has"))


def _slice(values: Any, *bounds: Any) -> Any:
    items = want_list(values, "slice")
    if not items:
        return None
    start = want_int(bounds[0]) if bounds else 0
    stop = want_int(bounds[1]) if len(bounds) > 1 else len(items)
    if not 0 <= start <= stop <= len(items):
        raise ValueError(f"slice: bounds {start}:{stop} are out of range of {len(items)} items")
    return items[start:stop]


def _chunk(size: Any, values: Any) -> list[list[Any]]:
    step, items = want_int(size), want_list(values, "chunk")
    if step < 1:
        raise ValueError("chunk: the size must be at least 1")
    return [items[start : start + step] for start in range(0, len(items), step)]


def _sort_alpha(values: Any) -> list[str]:
    if not isinstance(values, list | tuple):
        return [to_text(values)]
    return sorted(to_text(item) for item in values)


def _concat(*values: Any) -> list[Any]:
    return [item for value in values for item in want_list(value, "concat")]


_MUST: dict[str, Callable[..., Any]] = {
    "append": lambda values, item: [*want_list(values, "append"), item],
    "push": lambda values, item: [*want_list(values, "push"), item],
    "prepend": lambda values, item: [item, *want_list(values, "prepend")],
    "first": _edge(0, "first"),
    "last": _edge(-1, "last"),
    "rest": lambda values: want_list(values, "rest")[1:],
    "initial": lambda values: want_list(values, "initial")[:-1],
    "reverse": lambda values: want_list(values, "reverse")[::-1],
    "uniq": _uniq,
    "without": _without,
    "has": _has,
    "slice": _slice,
    "chunk": _chunk,
    "compact": lambda values: [item for item in want_list(values, "compact") if not _empty(item)],
}


def _empty(value: Any) -> bool:
    return value == 0 if is_number(value) else not truth(value)


TABLE: dict[str, Callable[..., Any]] = {
    "list": lambda *items: list(items),
    "tuple": lambda *items: list(items),
    "sortAlpha": _sort_alpha,
    "concat": _concat,
    **_MUST,
    **{f"must{name[0].upper()}{name[1:]}": apply for name, apply in _MUST.items()},
}
