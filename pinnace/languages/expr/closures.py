"""expr-lang's functions that take a predicate: `map`, `filter`, `all`, `reduce`, `sortBy`, …

Each takes the array and a function that looks at one item through a Frame; the machine supplies
that function from the predicate's tree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cmp_to_key
from typing import Any

from pinnace.languages.expr import operators
from pinnace.languages.expr.builtins import compare, descending
from pinnace.languages.govalues import type_name


@dataclass(frozen=True, slots=True)
class Frame:
    """What a predicate sees: `#`, `#index` and, in reduce, `#acc`."""

    item: Any
    index: int
    accumulator: Any = None


Look = Callable[[Frame], Any]


def _frames(array: Any) -> Iterator[Frame]:
    if not isinstance(array, list | tuple):
        raise ValueError(f"invalid argument: expected an array, but got {type_name(array)}")
    return (Frame(item, index) for index, item in enumerate(array))


def _true(look: Look, frame: Frame) -> bool:
    answer = look(frame)
    if not isinstance(answer, bool):
        raise ValueError(f"predicate should return boolean (got {type_name(answer)})")
    return answer


def _matching(array: Any, look: Look) -> Iterator[Frame]:
    return (frame for frame in _frames(array) if _true(look, frame))


def _last(array: Any, look: Look) -> Frame | None:
    for frame in reversed(list(_frames(array))):
        if _true(look, frame):
            return frame
    return None


def _find(array: Any, look: Look) -> Any:
    found = next(_matching(array, look), None)
    return found.item if found else None


def _find_index(array: Any, look: Look) -> int | None:
    found = next(_matching(array, look), None)
    return found.index if found else None


def _find_last(array: Any, look: Look) -> Any:
    found = _last(array, look)
    return found.item if found else None


def _find_last_index(array: Any, look: Look) -> int | None:
    found = _last(array, look)
    return found.index if found else None


def _sum(array: Any, look: Look) -> Any:
    total: Any = 0
    for frame in _frames(array):
        total = operators.BINARY["+"](total, look(frame))
    return total


def _group_by(array: Any, look: Look) -> dict[Any, list[Any]]:
    groups: dict[Any, list[Any]] = {}
    for frame in _frames(array):
        groups.setdefault(look(frame), []).append(frame.item)
    return groups


def _sort_by(array: Any, look: Look, order: Any = "asc") -> list[Any]:
    ordered: list[tuple[Any, Any]] = [(look(frame), frame.item) for frame in _frames(array)]

    def by_keys(left: tuple[Any, Any], right: tuple[Any, Any]) -> int:
        return compare(left[0], right[0])

    by_key = cmp_to_key(by_keys)
    return [pair[1] for pair in sorted(ordered, key=by_key, reverse=descending(order))]


_NOTHING: Any = object()


def _reduce(array: Any, look: Look, initial: Any = _NOTHING) -> Any:
    frames = list(_frames(array))
    accumulator = initial
    if initial is _NOTHING:
        if not frames:
            raise ValueError("reduce of empty array with no initial value")
        accumulator = frames.pop(0).item
    for frame in frames:
        accumulator = look(Frame(frame.item, frame.index, accumulator))
    return accumulator


CLOSURES: dict[str, Callable[..., Any]] = {
    "all": lambda array, look: all(_true(look, frame) for frame in _frames(array)),
    "any": lambda array, look: any(_true(look, frame) for frame in _frames(array)),
    "none": lambda array, look: not any(_true(look, frame) for frame in _frames(array)),
    "one": lambda array, look: sum(1 for _ in _matching(array, look)) == 1,
    "filter": lambda array, look: [frame.item for frame in _matching(array, look)],
    "map": lambda array, look: [look(frame) for frame in _frames(array)],
    "count": lambda array, look: sum(1 for _ in _matching(array, look)),
    "sum": _sum,
    "find": _find,
    "findIndex": _find_index,
    "findLast": _find_last,
    "findLastIndex": _find_last_index,
    "groupBy": _group_by,
    "sortBy": _sort_by,
    "reduce": _reduce,
}
