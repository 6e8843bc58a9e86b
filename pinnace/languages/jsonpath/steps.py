"""How a Goessner path is cut into steps (evilmonkeyinc/jsonpath, token/token.go)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, TypeAlias

from pinnace.languages import gonumbers
from pinnace.languages.jsonpath import scripts
from pinnace.languages.jsonpath.scripts import Refused

LANGUAGE = "jsonpath"


@dataclass(frozen=True)
class Root:
    """`$`."""


@dataclass(frozen=True)
class Current:
    """`@`."""


@dataclass(frozen=True)
class Wildcard:
    """`*`."""


@dataclass(frozen=True)
class Recursive:
    """`..`."""


@dataclass(frozen=True)
class Length:
    """`.length`: a key of that name, or how many there are."""


@dataclass(frozen=True)
class Key:
    """`.name` or `['name']`."""

    name: str


@dataclass(frozen=True)
class Index:
    """`[1]`."""

    index: int


@dataclass(frozen=True)
class Expression:
    """`(…)` within a union or a slice."""

    source: str


@dataclass(frozen=True)
class Script:
    """`[(…)]`."""

    source: str


@dataclass(frozen=True)
class Filter:
    """`[?(…)]`."""

    source: str


@dataclass(frozen=True)
class Slice:
    """`[start:stop:step]`."""

    start: int | Expression | None
    stop: int | Expression | None
    step: int | Expression | None


@dataclass(frozen=True)
class Union:
    """`['a','b']` or `[0,1]`."""

    parts: tuple[str | int | Expression, ...]


Step: TypeAlias = (
    Root | Current | Wildcard | Recursive | Length | Key | Index | Script | Filter | Slice | Union
)


def whole(value: Any) -> int | None:
    """The integer that a number is, if it is one."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, int):
        return value
    return gonumbers.truncate(value) if math.isinf(value) or value % 1 == 0 else None


def read(path: str) -> tuple[Step, ...]:
    """The steps of a path; raises Refused."""
    return tuple(_step(token) for token in tokenize(path))


@dataclass
class _Cut:
    """One token as it grows, and the brackets and quotes that it opened."""

    token: str = ""
    quotes: int = 0
    scripts: int = 0
    depth: int = 0  # of square brackets, over the whole path

    def add(self, char: str) -> None:
        if not self.token:
            self.quotes = self.scripts = 0
        self.quotes += char == "'"
        self.scripts += (char == "(") - (char == ")")
        self.depth += (char == "[") - (char == "]")
        self.token += char

    @property
    def is_closed(self) -> bool:
        return self.quotes % 2 == 0 and self.scripts == 0

    def take(self, drop: int = 0) -> str:
        taken = self.token[: len(self.token) - drop]
        self.token = ""
        return taken[1:] if taken.startswith(".") and taken != ".." else taken


def tokenize(path: str) -> list[str]:
    """Cut a path into the texts of its steps; raises Refused."""
    if path[:1] not in ("$", "@") or not path:
        raise Refused("unexpected token at index 0: a path begins with $", 0)
    if len(path) > 1 and path[1] not in ".[":
        raise Refused(f"unexpected token {path[1]!r} at index 1: expected . or [", 1)
    tokens, cut = [path[0]], _Cut()
    for char in path[1:]:
        cut.add(char)
        tokens += _cut(cut, char)
    if cut.token:
        tokens.append(cut.take())
    return tokens


def _cut(cut: _Cut, char: str) -> list[str]:
    """The token that this character ends, if it ends one."""
    if cut.token == ".":
        return []
    if cut.token == "..":
        return [cut.take()]
    if char == "[":
        if cut.token in ("[", ".[") or cut.token.count("[") > 1:
            return []
        ended = cut.take(1)
        cut.token = "["
        return [ended]
    if "[" in cut.token:
        ends = cut.is_closed and char == "]" and cut.depth == 0
        return [cut.take()] if ends else []
    if char == "." and cut.is_closed:
        ended = cut.take(1)
        cut.token = "."
        return [ended]
    return []


_PLAIN: dict[str, Step] = {
    "$": Root(), "@": Current(), "*": Wildcard(), "..": Recursive(), "length": Length(),
}  # fmt: skip


def _step(token: str) -> Step:
    token = token.strip()
    if not token:
        raise Refused("invalid token. token string is empty")
    if token in _PLAIN:
        return _PLAIN[token]
    if not token.startswith("["):
        return Key(token)
    inside = token[1:-1].strip()
    if not token.endswith("]") or not inside:
        raise _bad(token)
    if inside == "*":
        return Wildcard()
    if inside.startswith("?"):
        if not inside.startswith("?(") or not inside.endswith(")"):
            raise _bad(token)
        return Filter(_checked(inside[2:-1].strip()))
    return _subscript(token, _Arguments(token, inside).read())


def _bad(token: str) -> Refused:
    return Refused(f"invalid token format: {token}")


def _checked(source: str) -> str:
    scripts.compiled(source, read)
    return source


def _is_script(text: str) -> bool:
    return len(text) > 2 and text.startswith("(") and text.endswith(")")


def _is_key(text: str) -> bool:
    return len(text) > 1 and text[0] == text[-1] and text[0] in "'\""


class _Arguments:
    """What stands in brackets: keys in quotes, numbers, scripts, `:` and `,`."""

    def __init__(self, token: str, inside: str) -> None:
        self._token, self._inside = token, inside
        self._found: list[Any] = []
        self._buffer = ""
        self._brackets = 0
        self._quote = ""

    def read(self) -> list[Any]:
        for place, char in enumerate(self._inside):
            self._buffer += char
            self._read(char, place)
        if self._buffer:
            number = gonumbers.parse_int(self._buffer)
            self._found.append(self._buffer if number is None else number)
        return self._found

    def _read(self, char: str, place: int) -> None:
        if char in "'\"":
            self._read_quote(char)
        elif char == ")":
            self._brackets -= 1
            if self._brackets == 0:
                self._close_script()
        elif self._quote:
            return
        elif char == "(":
            self._brackets += 1
        elif self._brackets == 0 and char == " ":
            self._buffer = self._buffer.strip()
        elif self._brackets == 0 and char in ":,":
            self._separator(char, place)

    def _close_script(self) -> None:
        if not _is_script(self._buffer):
            raise Refused(f"invalid expression format: {self._buffer}")
        self._found.append(self._buffer)
        self._buffer = ""

    def _read_quote(self, char: str) -> None:
        if (self._quote and self._quote != char) or self._brackets:
            return
        if self._buffer[-2:-1] == "\\":
            self._buffer = self._buffer[:-2] + char
            return
        if not self._quote:
            self._quote = char
            if self._buffer != char:
                raise _bad(self._token)
            return
        self._quote = ""
        if not _is_key(self._buffer):
            raise _bad(self._token)
        self._found.append(self._buffer)
        self._buffer = ""

    def _separator(self, char: str, place: int) -> None:
        text = self._buffer[:-1]
        if text:
            number = gonumbers.parse_int(text)
            if number is None and char == ":":
                raise _bad(self._token)
            self._found.append(text if number is None else number)
        elif char == ":" and place == 0:
            self._found.append(None)
        self._found.append(char)
        self._buffer = ""


def _subscript(token: str, found: list[Any]) -> Step:
    if len(found) == 1:
        return _single(token, found[0])
    parts: list[Any] = []
    after_colon = False
    for one in found:
        if one == ":" and after_colon:
            parts.append(None)
        elif one not in (":", ","):
            parts.append(one)
        after_colon = one == ":"
    colons, commas = found.count(":"), found.count(",")
    if bool(colons) == bool(commas) or colons > 2 or (commas and commas >= len(parts)):
        raise _bad(token)
    return _sliced(parts, colons) if colons else Union(tuple(_member(token, p) for p in parts))


def _single(token: str, only: Any) -> Step:
    if isinstance(only, int):
        return Index(only)
    if isinstance(only, str) and _is_key(only):
        return Key(only[1:-1])
    if isinstance(only, str) and _is_script(only):
        return Script(_checked(only[1:-1]))
    raise _bad(token)


def _member(token: str, part: Any) -> str | int | Expression:
    if isinstance(part, int):
        return part
    if isinstance(part, str) and _is_script(part):
        return Expression(_checked(part[1:-1]))
    if isinstance(part, str) and _is_key(part):
        return part[1:-1]
    raise _bad(token)


def _sliced(parts: list[Any], colons: int) -> Slice:
    if colons == 1 and len(parts) == 1:
        parts = [*parts, None]
    bounds = []
    for part in (*parts[:3], None, None)[:3]:
        if isinstance(part, str):
            if not _is_script(part):
                raise Refused(f"invalid expression format: {part}")
            part = Expression(_checked(part[1:-1]))
        bounds.append(part)
    if len(parts) < 2:
        raise Refused("a slice needs two bounds")
    return Slice(*bounds)
