"""A JSON text that remembers what was read of it, so that many paths read it once.

What stands at a place is a pure function of the text and the place, so it is kept by place. A part
of a text (an element that a query looks into) is a Text of its own and is kept too; it knows where
in the whole it stands, because sjson writes at the place that a path finds.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pinnace.languages.gjson import scan

_KEY = re.compile(r'["}]')
_VALUE = re.compile(r'["{\[ntf+\-0-9iIN]')
_ELEMENT = re.compile(r'["{\[\]ntf+\-0-9iIN]')
_KINDS = {"t": "true", "f": "false"}


class Entry(NamedTuple):
    """A member's value, or an array's element: where it stands and, in an object, its key."""

    kind: str
    start: int
    end: int
    key: str = ""


class Text:
    """One text, maybe a part of a greater one."""

    __slots__ = ("_any", "_arrays", "_ends", "_objects", "_parts", "offset", "root", "string")

    def __init__(self, string: str, root: Text | None = None, offset: int = 0) -> None:
        self.string = string
        self.root: Text = root or self
        self.offset = offset
        self._objects: dict[int, Entry | int] = {}
        self._arrays: dict[int, Entry | int] = {}
        self._any: dict[int, Entry | None] = {}
        self._ends: dict[int, int] = {}
        self._parts: dict[tuple[int, int], Text] = {}

    def part(self, start: int, end: int) -> Text:
        """The text between two places."""
        if start == 0 and end == len(self.string):
            return self
        if (start, end) not in self._parts:
            part = Text(self.string[start:end], self.root, self.offset + start)
            self._parts[start, end] = part
        return self._parts[start, end]

    def member(self, place: int) -> Entry | int:
        """The member of an object that comes next, or where the object ends."""
        found = self._objects.get(place)
        if found is None:
            found = self._objects[place] = self._read_member(place)
        return found

    def element(self, place: int) -> Entry | int:
        """The element of an array that comes next, or where the array ends.

        Where it breaks off in a string that isn't closed, the end is told as its complement.
        """
        found = self._arrays.get(place)
        if found is None:
            found = self._arrays[place] = self._read_element(place)
        return found

    def any(self, place: int) -> Entry | None:
        """The value that comes next, whatever stands before it (upstream's parseAny)."""
        if place not in self._any:
            found = _VALUE.search(self.string, place)
            self._any[place] = self._entry(found.start()) if found else None
        return self._any[place]

    def _read_member(self, place: int) -> Entry | int:
        string = self.string
        opening = _KEY.search(string, place)
        if opening is None:
            return len(string)
        if opening.group() == "}":
            return opening.end()
        key = scan.STRING.match(string, opening.start())
        value = _VALUE.search(string, key.end()) if key else None
        entry = self._entry(value.start()) if value else None
        if key is None or entry is None:
            return len(string)
        return entry._replace(key=scan.unescape(key.group()[1:-1]))

    def _read_element(self, place: int) -> Entry | int:
        if place > len(self.string):
            return ~place
        found = _ELEMENT.search(self.string, place)
        if found is None:
            return len(self.string) + 1  # upstream takes the end of the text for a bracket
        if found.group() == "]":
            return found.end()
        return self._entry(found.start()) or ~len(self.string)

    def _entry(self, start: int) -> Entry | None:
        """The value that begins at this place; None for a string that isn't closed."""
        string = self.string
        char = string[start]
        if char in "{[":
            return Entry("json", start, scan.brackets(string, start, self._ends))
        if char == '"':
            closed = scan.STRING.match(string, start)
            return Entry("string", start, closed.end()) if closed else None
        kind = _KINDS.get(char)
        if kind is None:
            following = string[start + 1 : start + 2]
            kind = "null" if char == "n" and following in ("u", "") else "number"
        pattern = scan.NUMBER if kind == "number" else scan.LITERAL
        found = pattern.match(string, start)
        return Entry(kind, start, found.end() if found else start + 1)
