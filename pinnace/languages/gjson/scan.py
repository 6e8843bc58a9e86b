"""Reads JSON text for gjson: one value at a place, the members of a container, validity.

A container's members are read when first asked for and kept on its Result, so a document is
never scanned twice at the same level.
"""

from __future__ import annotations

import json
import re

from pinnace.languages import gonumbers
from pinnace.languages.gjson.values import MISSING, Result

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]()]', re.DOTALL)
_NUMBER = re.compile(r"[^\x00-\x20,\]}]+")
_LITERAL = re.compile(r"[a-z]+")
_BETWEEN = re.compile(r"[\x00-\x20,:]*")
_KINDS = {"t": "true", "f": "false", "n": "null"}
_NUMBER_STARTS = frozenset("+-0123456789iIN")


def squash(text: str, start: int = 0) -> str:
    """The bracketed text (or string) that begins at `start`, up to what closes it."""
    depth = 0
    if text[start] == '"':
        found = _STRING.match(text, start)
        return found.group() if found else text[start:]
    for token in _BRACKETS.finditer(text, start):
        if token.group() in ("{", "[", "("):
            depth += 1
        elif token.group() in ("}", "]", ")"):
            depth -= 1
            if depth == 0:
                return text[start : token.end()]
    return text[start:]


def unescape(raw: str) -> str:
    """The text of a JSON string's raw form, quotes included."""
    if "\\" not in raw:
        return raw[1:-1]
    try:
        text = str(json.loads(raw, strict=False))
    except json.JSONDecodeError:
        return raw[1:-1]
    if any("\ud800" <= char <= "\udfff" for char in text):
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def read(text: str, start: int) -> tuple[Result, int] | None:
    """The value at `start` and where it ends; None when none begins there."""
    char = text[start]
    if char == '"':
        found = _STRING.match(text, start)
        if found is None:
            return None
        return Result(kind="string", raw=found.group(), text=unescape(found.group())), found.end()
    if char in "{[":
        raw = squash(text, start)
        return Result(kind="json", raw=raw), start + len(raw)
    if char in _KINDS and not (char == "n" and text[start + 1 : start + 2] not in ("u", "")):
        literal = _LITERAL.match(text, start)
        raw = literal.group() if literal else char
        return Result(kind=_KINDS[char], raw=raw), start + len(raw)
    if char in _NUMBER_STARTS or char == "n":
        number = _NUMBER.match(text, start)
        raw = number.group() if number else char
        return _number(raw), start + len(raw)
    return None


def _number(raw: str) -> Result:
    return Result(kind="number", raw=raw, number=gonumbers.parse_float(raw) or 0.0)


def number(value: int) -> Result:
    """A counted number, such as the length of an array."""
    return Result(kind="number", raw=str(value), number=float(value))


def members(container: Result) -> list[tuple[Result | None, Result]]:
    """(key, value) of an object, (None, value) of an array; read once."""
    if not container.members and len(container.raw) > 2:
        keyed = container.raw.startswith("{")
        # one assignment: two threads that read at once leave one list, not two
        container.members[:] = _read_members(container.raw, 1, keyed)
    return container.members


def lines(text: str) -> list[tuple[Result | None, Result]]:
    """The values of a text with one JSON document after another, as members of an array."""
    return _read_members(text, 0, False)


def _read_members(text: str, place: int, keyed: bool) -> list[tuple[Result | None, Result]]:
    found: list[tuple[Result | None, Result]] = []
    while True:
        key: Result | None = None
        if keyed:
            place = text.find('"', _skip(text, place))
            entry = read(text, place) if place >= 0 and not _closed(text, place) else None
            if entry is None:
                return found
            key, place = entry
        place = _skip(text, place)
        entry = read(text, place) if place < len(text) else None
        if entry is None:
            return found
        found.append((key, entry[0]))
        place = entry[1]


def _skip(text: str, place: int) -> int:
    between = _BETWEEN.match(text, place)
    return between.end() if between else place


def _closed(text: str, place: int) -> bool:
    return text[place] == "}"


def parse(text: str) -> Result:
    """The text as one value; a container takes all the text that is left."""
    start = _skip(text, 0)
    if start >= len(text):
        return MISSING
    if text[start] in "{[":
        return Result(kind="json", raw=text[start:])
    entry = read(text, start)
    return entry[0] if entry else MISSING


def valid(text: str) -> bool:
    """Whether the text is one JSON document, nothing more."""
    try:
        json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return False
    return True


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
