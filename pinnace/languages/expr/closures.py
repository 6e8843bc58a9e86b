"""expr's functions that take a predicate: `map`, `filter`, `all`, `reduce`, `sortBy`, …

Each takes the array, a function that looks at one item through a Frame (the machine makes it from
the predicate's tree) and what else the call holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pinnace.languages.expr import kinds, operators, sorting
from pinnace.languages.expr.kinds import Groups
from pinnace.languages.gotypes import Uint8
from pinnace.languages.govalues import type_name


@dataclass(frozen=True, slots=True)
class Frame:
    """What a predicate sees: `#`, `#index` and, in reduce, `#acc`."""

    values: Any
    index: int
    accumulator: Any = None

    @property
    def item(self) -> Any:
        """`#`; a map has a length, so it can be gone through, but no items."""
        if isinstance(self.values, Mapping):
            raise ValueError("reflect: call of reflect.Value.Index on map Value")
        if not 0 <= self.index < len(self.values):
            raise ValueError("reflect: slice index out of range")
        found = self.values[self.index]
        return Uint8(found) if isinstance(self.values, bytes) else found


Look = Callable[[Frame], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call: the array, the predicate, and what the other arguments and the rewriter ask for."""

    array: Any
    look: Look
    extra: Any = None
    has_extra: bool = False
    mapped: Look | None = None
    throws: bool = False
    threshold: int | None = None

    def frames(self) -> Iterator[Frame]:
        """A frame for each item."""
        values = values_of(self.array)
        return (Frame(values, index) for index in range(len(values)))

    def found(self, frames: Iterable[Frame]) -> Iterator[Frame]:
        """The frames for which the predicate is true."""
        return (frame for frame in frames if _true(self.look(frame)))

    def made(self, frame: Frame) -> Any:
        """What is made of an item that was found."""
        return self.mapped(frame) if self.mapped else frame.item


def values_of(array: Any) -> Any:
    """What a closure goes through: a string by bytes."""
    if isinstance(array, str):
        return array.encode("utf-8", "surrogateescape")
    if not (kinds.is_array(array) or isinstance(array, Mapping)):
        raise ValueError(f"invalid argument: expected an array, but got {type_name(array)}")
    return array


def _true(answer: Any) -> bool:
    if not isinstance(answer, bool):
        raise ValueError(f"predicate should return boolean (got {type_name(answer)})")
    return answer


def _backwards(call: Call) -> Iterator[Frame]:
    return reversed(list(call.frames()))


def _find(call: Call, frames: Iterable[Frame]) -> Any:
    found = next(call.found(frames), None)
    if found is None and call.throws:
        raise ValueError("reflect: slice index out of range")
    return call.made(found) if found else None


def _find_index(call: Call, frames: Iterable[Frame]) -> int | None:
    found = next(call.found(frames), None)
    return found.index if found else None


def _count(call: Call) -> int:
    counted = 0
    for _ in call.found(call.frames()):
        counted += 1
        if call.threshold is not None and counted >= call.threshold:
            break
    return counted


def _sum(call: Call) -> Any:
    total: Any = 0
    for frame in call.frames():
        total = operators.BINARY["+"](call.look(frame), total)
    return total


def _group_by(call: Call) -> Groups:
    groups = Groups()
    for frame in call.frames():
        key = call.look(frame)
        if key not in groups:
            groups.put(key, [])
        groups[key].append(frame.item)
    return groups


def _group_by_old(call: Call) -> Groups:
    """1.15 makes the map when the first item comes: of no items it is nil."""
    groups = _group_by(call)
    groups.nil = not groups
    return groups


def _sort_by(call: Call) -> list[Any]:
    order = call.extra if call.has_extra else "asc"
    sorting.descending(order)
    keyed = [(call.look(frame), frame.item) for frame in call.frames()]
    return sorting.sort_by(keyed, order)


def _reduce(call: Call) -> Any:
    frames = list(call.frames())
    accumulator = call.extra
    if not call.has_extra:
        if not frames:
            raise ValueError("reduce of empty array with no initial value")
        accumulator = frames.pop(0).item
    for frame in frames:
        accumulator = call.look(Frame(frame.values, frame.index, accumulator))
    return accumulator


CLOSURES: dict[str, Callable[[Call], Any]] = {
    "all": lambda call: all(_true(call.look(frame)) for frame in call.frames()),
    "any": lambda call: any(_true(call.look(frame)) for frame in call.frames()),
    "none": lambda call: not any(_true(call.look(frame)) for frame in call.frames()),
    "one": lambda call: sum(1 for _ in call.found(call.frames())) == 1,
    "filter": lambda call: [call.made(frame) for frame in call.found(call.frames())],
    "map": lambda call: [call.look(frame) for frame in call.frames()],
    "count": _count,
    "sum": _sum,
    "find": lambda call: _find(call, call.frames()),
    "findIndex": lambda call: _find_index(call, call.frames()),
    "findLast": lambda call: _find(call, _backwards(call)),
    "findLastIndex": lambda call: _find_index(call, _backwards(call)),
    "groupBy": _group_by,
    "sortBy": _sort_by,
    "reduce": _reduce,
}
OLD_CLOSURES = {**CLOSURES, "groupBy": _group_by_old}
CHARGED = frozenset({"filter", "map", "sortBy"})
"""Those whose results count against the memory budget."""
