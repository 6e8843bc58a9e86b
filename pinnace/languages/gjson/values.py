"""What a gjson path finds: a JSON value with gjson's coercions to text, numbers and bools."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from pinnace.languages import gonumbers
from pinnace.languages.gjson import loose, scan
from pinnace.languages.gjson.text import Entry, Text

SAFE_INTEGER = 2**53 - 1


@dataclass(frozen=True, slots=True)
class Result:
    """A value as it stands in the text; `raw` is empty when nothing was found."""

    kind: str  # null, false, true, number, string, json
    raw: str
    text: str = ""  # of a string, without quotes and escapes
    number: float = 0.0
    source: Text | None = None  # where it was read from, and at which place
    start: int = 0
    index: int = 0
    """Where it stands in the document that was asked; zero also when that is not known."""
    indexes: tuple[int, ...] | None = None
    """Where the elements stand that a path with `#` has gathered."""

    @property
    def exists(self) -> bool:
        """Whether the path found something, null included."""
        return self.kind != "null" or bool(self.raw)

    @property
    def is_object(self) -> bool:
        """Whether it is a JSON object."""
        return self.kind == "json" and self.raw.startswith("{")

    @property
    def is_array(self) -> bool:
        """Whether it is a JSON array."""
        return self.kind == "json" and self.raw.startswith("[")

    def as_text(self) -> Text:
        """The text to look further into."""
        if self.source is None:
            return Text(self.raw)
        return self.source.part(self.start, self.start + len(self.raw))

    def string(self) -> str:
        """Text: null is empty, containers are their raw text, integers keep their digits."""
        match self.kind:
            case "string":
                return self.text
            case "json":
                return self.raw
            case "true" | "false":
                return self.kind
            case "number":
                plain = _DIGITS.fullmatch(self.raw)
                return self.raw if plain else gonumbers.format_fixed(self.number)
        return ""

    def bool(self) -> bool:
        """Truth: strings by Go's ParseBool (without regard to case), numbers unless zero."""
        match self.kind:
            case "true":
                return True
            case "string":
                return gonumbers.parse_bool(self.text.lower()) or False
            case "number":
                return self.number != 0
        return False

    def float(self) -> float:
        """A float64: text that is no number is zero."""
        match self.kind:
            case "true":
                return 1.0
            case "string":
                return scan.parse_float(self.text)
            case "number":
                return self.number
        return 0.0

    def int(self) -> int:
        """An int64: fractions are cut off, big integers keep their digits."""
        match self.kind:
            case "true":
                return 1
            case "string":
                return scan.parse_integer(self.text) or 0
            case "number" if not abs(self.number) > SAFE_INTEGER:
                return gonumbers.truncate(self.number)
            case "number":
                whole = scan.parse_integer(self.raw)
                return gonumbers.truncate(self.number) if whole is None else whole
        return 0

    def value(self) -> Any:
        """Plain data: numbers are floats; of equal keys the first counts.

        Raises LanguageError when it is nested deeper than can be read.
        """
        return loose.Token(self.kind, self.raw, self.text, self.number).value()


MISSING = Result("null", "")
"""What a path finds when it finds nothing."""

_DIGITS = re.compile(r"-?[0-9]*")


def result_at(text: Text, entry: Entry) -> Result:
    """The value of an entry."""
    raw = text.string[entry.start : entry.end]
    unescaped = scan.unescape(raw[1:-1]) if entry.kind == "string" else ""
    number = scan.parse_float(raw) if entry.kind == "number" else 0.0
    return Result(entry.kind, raw, unescaped, number, text, entry.start)


def placed(text: Text, found: Result) -> Result:
    """The result with its index in this text, if it was read from it (upstream's fillIndex)."""
    if not found.raw:
        return found
    if found.source is None or found.source.root is not text.root:
        return replace(found, index=0) if found.index else found
    index = found.source.offset + found.start - text.offset
    return replace(found, index=index if 0 <= index < len(text.string) else 0)


def parse(text: Text | str) -> Result:
    """The text as one value; a container takes all the text that is left."""
    if isinstance(text, str):
        text = Text(text)
    string = text.string
    start = len(string) - len(string.lstrip(scan.CONTROLS))
    opening = string[start : start + 1]
    if opening and opening in "{[":
        return Result("json", string[start:], source=text, start=start, index=start)
    if opening == '"':
        return _parse_string(text, start)
    if not opening or opening not in _STARTS:
        return MISSING
    entry = text.any(start)
    if entry is None:
        return MISSING
    return replace(result_at(text, entry), index=start)


_STARTS = frozenset("+-0123456789iINntf")


def _parse_string(text: Text, start: int) -> Result:
    """Upstream's tostr: a string that isn't closed goes on to the end (almost, after escapes)."""
    rest = text.string[start:]
    closed = scan.STRING.match(rest)
    if closed:
        raw, content = closed.group(), closed.group()[1:-1]
    else:
        raw, content = rest, rest[1:]
    return Result("string", raw, scan.unescape(content), 0.0, text, start, start)


def members(value: Result) -> Iterator[tuple[Result | None, Result]]:
    """(key, value) of an object, (None, value) of an array, (None, itself) of a scalar.

    Upstream's ForEach: it does not stop at the closing bracket, but where nothing more can be read,
    and passes over the character after each value.
    """
    if not value.exists:
        return
    if value.kind != "json":
        yield None, value
        return
    text = value.as_text()
    string = text.string
    place = len(string) - len(string.lstrip(scan.CONTROLS))
    keyed = string.startswith("{", place)
    place += 1
    while place < len(string):
        key: Result | None = None
        if keyed:
            opening = string.find('"', place)
            entry = text.any(opening) if opening >= 0 else None
            if entry is None:
                return
            key, place = result_at(text, entry), entry.end
        entry = text.any(place)
        if entry is None:
            return
        yield key, result_at(text, entry)
        place = entry.end + 1


def elements(raw: str) -> list[Result]:
    """The elements of an array's text (upstream's Array)."""
    text = raw.lstrip(scan.CONTROLS)
    tokens = loose.tokens(text) if text.startswith("[") else ()
    return [Result(token.kind, token.raw, token.text, token.number) for token in tokens]
