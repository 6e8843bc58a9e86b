"""One run of a template over a document (client-go/util/jsonpath/jsonpath.go)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinnace.languages.errors import LanguageError
from pinnace.languages.govalues import text as shown
from pinnace.languages.jsonpath.kubernetes.comparing import Byte, compare
from pinnace.languages.jsonpath.kubernetes.grammar import (
    Field,
    Filter,
    Identifier,
    Literal,
    Node,
    Nodes,
    Piece,
    Recursive,
    Slice,
    Union,
    Wildcard,
)
from pinnace.languages.jsonpath.kubernetes.parser import LANGUAGE

_MOST_STEPS = 1_000_000
"""Values that one run may come by: `..a..a..a` meets a deep document's again and again."""
_MOST_RANGES = 50
"""How deep ranges nest."""


class _Nothing:
    """Go's invalid value: where there is no document, or an item of a range is null."""


NOTHING = _Nothing()


class _Failed(LanguageError):
    """An evaluation that failed, with the values that it had: `?(…)` asks if there were any."""

    def __init__(self, template: str, message: str, values: list[Any]) -> None:
        super().__init__(LANGUAGE, template, 0, message)
        self.values = values


class Execution:
    """One run of a template; keeps count of the ranges it is in."""

    def __init__(self, template: str, pieces: tuple[Piece, ...], allow_missing: bool) -> None:
        self._template = template
        self._pieces = pieces
        self._allow_missing = allow_missing
        self._begin = self._inside = self._end = 0
        self._last_end = -1
        self._steps = 0

    def results(self, start: int, document: Any) -> list[list[Any]]:
        """What the pieces from `start` give, up to the `end` of this block."""
        current = [NOTHING if document is None else document]
        found: list[list[Any]] = []
        place = start
        while place < len(self._pieces):
            piece = self._pieces[place]
            values = [piece.value] if isinstance(piece, Literal) else self._list(current, piece)
            if 0 < self._end <= self._inside:
                self._end -= 1
                self._last_end = place
                break
            if self._begin > 0:
                self._begin -= 1
                self._inside += 1
                found += self._range(values, place + 1)
                self._inside -= 1
                place = max(place, self._last_end)
            else:
                found.append(values)
            place += 1
        return found

    def _spend(self, steps: int) -> None:
        self._steps += steps
        if self._steps > _MOST_STEPS:
            raise LanguageError(LANGUAGE, self._template, 0, f"more than {_MOST_STEPS:,} steps")

    def _range(self, values: list[Any], body: int) -> list[list[Any]]:
        if self._inside > _MOST_RANGES:
            message = f"ranges nest more than {_MOST_RANGES} deep"
            raise LanguageError(LANGUAGE, self._template, 0, message)
        if not values:
            self.results(body, None)  # nothing is printed, but the place of the end is found
        if NOTHING in values:
            raise self._fail("there is no document to range over", values)
        return [result for value in values for result in self.results(body, value)]

    def _fail(self, message: str, values: list[Any]) -> _Failed:
        return _Failed(self._template, message, values)

    def _list(self, values: list[Any], nodes: Nodes) -> list[Any]:
        for node in nodes:
            values = self._walk(values, node)
            self._spend(1 + len(values))
        return values

    def _walk(self, values: list[Any], node: Node) -> list[Any]:
        match node:
            case Literal():
                return [node.value] if isinstance(node.value, str) else [node.value] * len(values)
            case Field():
                return self._field(values, node.name)
            case Slice():
                return self._slices(values, node)
            case Filter():
                return self._filter(values, node)
            case Wildcard():
                return [item for value in values for item in _children(value)]
            case Recursive():
                return self._descendants(values)
            case Union():
                return self._union(values, node)
            case Identifier():
                return self._identifier(values, node.name)

    def _identifier(self, values: list[Any], name: str) -> list[Any]:
        if name == "range":
            self._begin += 1
            return values
        if name != "end":
            raise self._fail(f"unrecognized identifier {name}", values)
        if self._inside == 0:
            raise self._fail("not in range, nothing to end", [])
        self._end += 1
        return []

    def _field(self, values: list[Any], name: str) -> list[Any]:
        found = [value[name] for value in values if isinstance(value, Mapping) and name in value]
        if values and not found and not self._allow_missing:
            raise self._fail(f"{name} is not found", [])
        return found

    def _descendants(self, values: list[Any]) -> list[Any]:
        """Everything that holds something, each before what it holds."""
        found: list[Any] = []
        for value in values:
            if children := _children(value):
                self._spend(1)
                found.append(value)
                found += self._descendants(children)
        return found

    def _union(self, values: list[Any], node: Union) -> list[Any]:
        try:
            return [item for part in node.parts for item in self._list(values, part)]
        except _Failed as failure:
            raise self._fail(failure.expected, values) from failure

    def _slices(self, values: list[Any], node: Slice) -> list[Any]:
        """Upstream ends the step at the first slice that is empty by its bounds."""
        found: list[Any] = []
        for value in values:
            if value is not None:
                items = self._sliced(values, value, node)
                if items is None:
                    break
                found += items
        return found

    def _sliced(self, values: list[Any], value: Any, node: Slice) -> list[Any] | None:
        if not isinstance(value, list):
            raise self._fail(f"{shown(value)} is not array or slice", values)
        length = len(value)
        start = node.start or 0
        stop = length if node.stop is None else node.stop
        stop = start + 1 if node.single else stop
        start += length if start < 0 else 0
        if stop < 0 or (stop == 0 and node.single):
            stop += length
        if start == stop:
            return None
        for index, last in ((start, length - 1), (stop, length)):
            if not 0 <= index <= last:
                message = f"array index out of bounds: index {index}, length {length}"
                raise self._fail(message, values)
        if start > stop:
            raise self._fail(f"starting index {start} is greater than {stop}", values)
        if node.step is not None and node.step <= 0:
            raise self._fail("step must be > 0", values)
        return value[start : stop : node.step]

    def _filter(self, values: list[Any], node: Filter) -> list[Any]:
        found: list[Any] = []
        for value in values:
            if not isinstance(value, list):
                message = f"{shown(value)} is not array or slice and cannot be filtered"
                raise self._fail(message, values)
            for item in value:
                if self._passes(item, node, values, found):
                    found.append(item)
        return found

    def _passes(self, item: Any, node: Filter, values: list[Any], found: list[Any]) -> bool:
        try:
            lefts = self._list([item], node.left)
        except _Failed as failure:
            if node.operator == "exists":
                return bool(failure.values)
            raise self._fail(failure.expected, values) from failure
        if node.operator == "exists" or not lefts:
            return bool(lefts)
        left = self._single(lefts, values)
        try:
            rights = self._list([item], node.right)
        except _Failed as failure:
            raise self._fail(failure.expected, values) from failure
        if not rights:
            return False
        right = self._single(rights, values)
        try:
            return compare(node.operator, left, right)
        except ValueError as problem:
            raise self._fail(str(problem), found) from problem

    def _single(self, items: list[Any], values: list[Any]) -> Any:
        if len(items) > 1:
            raise self._fail("can only compare one element at a time", values)
        return items[0]


def _children(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        return [value[key] for key in sorted(value)]
    if isinstance(value, str):
        return [Byte(byte) for byte in value.encode("utf-8", "surrogateescape")]
    return list(value) if isinstance(value, list) else []
