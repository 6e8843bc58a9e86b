"""A walk through one text of JSON: objects by key, arrays by index, `#` and query.

Mirrors parseObject and parseArray of gjson.go.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import replace

from pinnace.languages.gjson import paths
from pinnace.languages.gjson.evaluation import Search
from pinnace.languages.gjson.queries import matches
from pinnace.languages.gjson.text import Entry, Text
from pinnace.languages.gjson.values import MISSING, Result, result_at
from pinnace.languages.gjson.wildcards import matches as wild


class Walk:
    """One walk through one text: the value found, and the path after a pipe, if one was met.

    The methods return where they stopped and whether they found what the path asks for, because
    what follows a container that was looked into begins where that look ended.
    """

    def __init__(self, search: Search, text: Text) -> None:
        self._search = search
        self._text = text
        self.value = MISSING
        self.pipe: str | None = None
        self.ended = 0
        self.broken = False

    def root(self, path: str) -> None:
        """Walk from the beginning: below the first bracket, or line by line after `..`."""
        if path.startswith(".."):
            self._array(0, path[2:])
            return
        string = self._text.string
        openings = [place for place in (string.find("{"), string.find("[")) if place >= 0]
        if openings:
            start = min(openings)
            self._into(string[start], start, path)

    def _into(self, bracket: str, start: int, path: str) -> tuple[int, bool]:
        walk = self._object if bracket == "{" else self._array
        return walk(start + 1, path)

    def _found(self, entry: Entry) -> tuple[int, bool]:
        self.value = result_at(self._text, entry)
        return entry.end, True

    def _object(self, place: int, path: str) -> tuple[int, bool]:
        part = paths.object_part(path)
        if part.rest is None and part.pipe is not None:
            self.pipe = part.pipe
        text, string, steps = self._text, self._text.string, 0
        while True:
            entry = text.member(place)
            steps += 1
            if isinstance(entry, int):
                self._search.spend(steps)
                return entry, False
            place = entry.end
            if not (wild(entry.key, part.key) if part.wild else entry.key == part.key):
                continue
            if part.rest is None:
                self._search.spend(steps)
                return self._found(entry)
            if entry.kind == "json":
                place, hit = self._into(string[entry.start], entry.start, part.rest)
                if hit:
                    return place, True

    def _array(self, place: int, path: str) -> tuple[int, bool]:
        """Look in an array: by index, `#`, `#.path` or query."""
        part = paths.array_part(path)
        if part.rest is None and part.pipe is not None:
            self.pipe = part.pipe
        if part.query is not None:
            return _Query(self._search, self._text, self, part, part.query).run(place)
        if part.counted:
            return self._counted(place, part)
        return self._indexed(place, part)

    def _indexed(self, place: int, part: paths.ArrayPart) -> tuple[int, bool]:
        digits = part.part.isascii() and part.part.isdigit() and len(part.part) < _LONG
        wanted = int(part.part) % 2**64 if digits else -1
        for position, entry in enumerate(self.elements(place)):
            if position != wanted:
                continue
            if part.rest is None:
                return self._found(entry)
            if entry.kind == "json":
                bracket = self._text.string[entry.start]
                end, hit = self._into(bracket, entry.start, part.rest)
                if hit:
                    return end, True
                deque(self.elements(end), maxlen=0)
                break
        return self.ended, False

    def elements(self, place: int) -> Iterator[Entry]:
        """The elements of an array from here; then `ended` and `broken` tell where and how."""
        steps = 0
        while True:
            entry = self._text.element(place)
            steps += 1
            if isinstance(entry, int):
                self._search.spend(steps)
                self.broken = entry < 0
                self.ended = ~entry if entry < 0 else entry
                return
            place = entry.end
            yield entry

    def _counted(self, place: int, part: paths.ArrayPart) -> tuple[int, bool]:
        starts = [place, *(entry.end for entry in self.elements(place))]
        end = self.ended
        if part.part != "#" or self.broken:
            return end, False
        if part.each is None:
            count = str(len(starts) - 1)
            self.value = Result("number", count, number=float(count))
        else:
            self.value = self._each(starts, self.piped(part.each))
        return end, True

    def _each(self, starts: list[int], path: str) -> Result:
        raws: list[str] = []
        indexes: list[int] = []
        for start in starts:
            place = self._after_spaces(start)
            entry = self._text.any(place) if place < len(self._text.string) else None
            if entry is None or self._text.string[place] == "]":
                continue
            value = result_at(self._text, entry)
            index = entry.start if entry.kind == "json" else 0
            found = self._search.below(replace(value, index=index), path)
            if found.exists:
                raws.append(self._search.made(found.raw or found.string()))
                indexes.append(found.index)
        return Result("json", "[" + ",".join(raws) + "]", indexes=tuple(indexes))

    def _after_spaces(self, place: int) -> int:
        string = self._text.string
        while string[place : place + 1] in _SPACES and place < len(string):
            place += 1
        return place

    def piped(self, path: str) -> str:
        """The path up to a bar; what follows the bar waits for the whole list."""
        split = paths.split_pipe(path)
        if split is None:
            return path
        self.pipe = split[1]
        return split[0]


_SPACES = frozenset(" \t\r\n")
_LONG = 1000  # digits that no index has, and that take int() long


class _Query:
    """`#(…)` and `#(…)#` over the elements of one array."""

    def __init__(
        self, search: Search, text: Text, walk: Walk, part: paths.ArrayPart, query: paths.Query
    ) -> None:
        self._search = search
        self._text = text
        self._walk = walk
        self._query = query
        self._rest = part.rest
        self._raws: list[str] = []
        self._indexes: list[int] = []

    def run(self, place: int) -> tuple[int, bool]:
        """Ask every element; the first that satisfies ends it, unless all are wanted."""
        for entry in self._walk.elements(place):
            found = self._ask(entry)
            if found is not None and not self._query.every:
                self._walk.value = found
                return entry.end, True
        if self._query.every and not self._walk.broken and not self._walk.value.exists:
            indexes = tuple(self._indexes) if self._indexes else None
            raw = "[" + ",".join(self._raws) + "]"
            self._walk.value = Result("json", raw, indexes=indexes)
        return self._walk.ended, False

    def _ask(self, entry: Entry) -> Result | None:
        value = result_at(self._text, entry)
        if entry.kind == "json":
            tested = self._search.below(value, self._query.path)
        elif self._query.path:
            return None
        else:
            tested = value
        if not matches(self._query, tested):
            return None
        found = value
        if self._rest is not None:
            self._rest = self._walk.piped(self._rest)
            found = self._search.below(value, self._rest)
        if self._query.every:
            raw = found.raw or found.string()
            if raw:
                self._raws.append(self._search.made(raw))
                self._indexes.append(found.index + entry.start)
        return found
