"""The grammar of kubectl's JSONPath templates (client-go/util/jsonpath/parser.go).

Text, and actions in braces: `{.a.b[0]}`, `{range .items[*]}…{end}`, `{"\\n"}`. An action is a list
of nodes that are applied one after another.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

from pinnace.languages import gonumbers
from pinnace.languages.errors import LanguageError

LANGUAGE = "jsonpath"


@dataclass(frozen=True)
class Literal:
    """A text, number or bool that stands for itself."""

    value: str | int | float | bool


@dataclass(frozen=True)
class Field:
    """`.name`."""

    name: str


@dataclass(frozen=True)
class Identifier:
    """`range` or `end`; any other is refused when it is evaluated."""

    name: str


@dataclass(frozen=True)
class Slice:
    """`[1]`, `[0:2]`, `[::3]`; None where nothing was written."""

    start: int | None
    stop: int | None
    step: int | None
    single: bool
    """Only one index was written."""


@dataclass(frozen=True)
class Wildcard:
    """`.*`."""


@dataclass(frozen=True)
class Recursive:
    """`..`."""


@dataclass(frozen=True)
class Union:
    """`[0,'a']`."""

    parts: tuple[Nodes, ...]


@dataclass(frozen=True)
class Filter:
    """`[?(@.a == 1)]`; without an operator it asks whether the left side is there."""

    left: Nodes
    operator: str
    right: Nodes


Node: TypeAlias = Literal | Field | Identifier | Slice | Wildcard | Recursive | Union | Filter
Nodes: TypeAlias = tuple[Node, ...]
Piece: TypeAlias = Literal | Nodes
"""Text between actions, or an action."""

_DICT_KEY = re.compile(r"'([^']*)'")
_SLICE = re.compile(r"(-?[0-9]*)(:-?[0-9]*)?(:-?[0-9]*)?")
_COMPARISON = re.compile(r"([^!<>=]+)([!<>=]+)(.+)")
_TERMINATORS = frozenset(" \t\r\n.,[]$@{}")
_MAX_NESTING = 20


def parse(template: str) -> tuple[Piece, ...]:
    """Parse a whole template; raises LanguageError."""
    return _Parser(template, template, 0).pieces()


def _is_word(char: str) -> bool:
    return char == "_" or char.isalpha() or char.isdecimal()


class _Parser:
    """Reads one text; unions, keys and filters are read by parsers of their own, as upstream."""

    def __init__(self, text: str, whole: str, depth: int) -> None:
        self._text, self._whole, self._depth = text, whole, depth
        self._at = 0
        self._nodes: list[Node] = []
        if depth > _MAX_NESTING:
            raise self._refuse("filters and unions are nested too deeply")

    def _refuse(self, message: str) -> LanguageError:
        place = self._at if self._depth == 0 else max(self._whole.find(self._text[1:-1]), 0)
        return LanguageError(LANGUAGE, self._whole, place, message)

    def pieces(self) -> tuple[Piece, ...]:
        found: list[Piece] = []
        while self._at < len(self._text):
            brace = self._text.find("{", self._at)
            end = len(self._text) if brace < 0 else brace
            if end > self._at:
                found.append(Literal(self._text[self._at : end]))
            self._at = end
            if brace >= 0:
                self._at += 1
                found.append(self._action())
        return tuple(found)

    def first_action(self) -> Nodes:
        """The action that the text begins with; the rest is read for its faults."""
        self._at = 1
        first = self._action()
        self.pieces()
        return first

    def _inner(self, text: str) -> Nodes:
        """The nodes of an action within this one."""
        return _Parser("{" + text + "}", self._whole, self._depth + 1).first_action()

    def _action(self) -> Nodes:
        self._nodes = []
        while not self._text.startswith("}", self._at):
            self._node()
        self._at += 1
        return tuple(self._nodes)

    def _node(self) -> None:
        if self._text.startswith("[?(", self._at):
            return self._filter()
        if self._text.startswith("..", self._at):
            return self._recursive()
        char = self._text[self._at : self._at + 1]
        if char in ("", "\r", "\n"):
            raise self._refuse("unclosed action")
        if char in " @$":
            self._at += 1
        elif char == "[":
            self._array()
        elif char in "\"'":
            self._quote(char)
        elif char == ".":
            self._at += 1
            self._field()
        elif char in "+-" or char.isdecimal():
            self._number()
        elif _is_word(char):
            self._identifier()
        else:
            raise self._refuse(f"unrecognized character in action: {char!r}")
        return None

    def _word(self) -> str:
        start = self._at
        while self._at < len(self._text) and self._text[self._at] not in _TERMINATORS:
            self._at += 1
        return self._text[start : self._at]

    def _identifier(self) -> None:
        name = self._word()
        known = name in ("true", "false")
        self._nodes.append(Literal(name == "true") if known else Identifier(name))

    def _recursive(self) -> None:
        if self._nodes and isinstance(self._nodes[-1], Recursive):
            raise self._refuse("invalid multiple recursive descent")
        self._at += 2
        self._nodes.append(Recursive())
        if self._at < len(self._text) and _is_word(self._text[self._at]):
            self._field()

    def _field(self) -> None:
        start = self._at
        while self._at < len(self._text):
            if self._text[self._at] == "\\":
                self._at += 1
            elif self._text[self._at] in _TERMINATORS:
                break
            self._at += 1
        name = self._text[start : self._at]
        self._nodes.append(Wildcard() if name == "*" else Field(name.replace("\\", "")))

    def _number(self) -> None:
        start = self._at
        self._at += self._text[start] in "+-"
        while self._at < len(self._text) and (
            self._text[self._at] == "." or self._text[self._at].isdecimal()
        ):
            self._at += 1
        text = self._text[start : self._at]
        value = gonumbers.parse_int(text)
        number = gonumbers.parse_float(text) if value is None else value
        if number is None:
            raise self._refuse(f"cannot parse number {text}")
        self._nodes.append(Literal(number))

    def _line_until(self, end: str, complaint: str) -> str:
        """What stands up to `end`, which is passed."""
        found = re.compile(f"[{re.escape(end)}\n]").search(self._text, self._at)
        if found is None or found.group() == "\n":
            raise self._refuse(complaint)
        text = self._text[self._at : found.start()]
        self._at = found.end()
        return text

    def _array(self) -> None:
        self._at += 1
        text = self._line_until("]", "unterminated array")
        text = ":" if text == "*" else text
        parts = text.split(",")
        if len(parts) > 1:
            inner = (self._inner(f"[{part.strip(' ')}]") for part in parts)
            self._nodes.append(Union(tuple(inner)))
        elif key := _DICT_KEY.fullmatch(text):
            self._nodes.extend(self._inner(f".{key.group(1)}"))
        else:
            self._nodes.append(self._slice(text))

    def _slice(self, text: str) -> Slice:
        found = _SLICE.fullmatch(text)
        if found is None:
            raise self._refuse(f"invalid array index {text}")
        numbers: list[int | None] = []
        for part in (found.group(1), (found.group(2) or "")[1:], (found.group(3) or "")[1:]):
            number = gonumbers.parse_int(part) if part else None
            if part and number is None:
                raise self._refuse(f"array index {part} is not a number")
            numbers.append(number)
        start, stop, step = numbers
        return Slice(start, stop, step, single=found.group(2) is None)

    def _filter(self) -> None:
        self._at += 3
        start, quote, closed = self._at, "", False
        while True:
            char = self._text[self._at : self._at + 1]
            if char in ("", "\n"):
                raise self._refuse("unterminated filter")
            self._at += 1
            if char in "\"'" and not quote:
                quote = char
            elif char in "\"'":
                closed = closed or (char == quote and self._text[self._at - 2] != "\\")
            elif char == ")" and bool(quote) == closed:
                break
        if not self._text.startswith("]", self._at):
            raise self._refuse("unclosed array expect ]")
        text = self._text[start : self._at - 1]
        self._at += 1
        compared = _COMPARISON.fullmatch(text)
        if compared is None:
            self._nodes.append(Filter(self._inner(text), "exists", ()))
        else:
            left, operator, right = compared.groups()
            self._nodes.append(Filter(self._inner(left), operator, self._inner(right)))

    def _quote(self, end: str) -> None:
        start = self._at
        self._at += 1
        while True:
            self._line_until(end, "unterminated quoted string")
            if self._text[self._at - 2] != "\\":
                break
        text = _unquoted(self._text[start + 1 : self._at - 1], end)
        if text is None:
            raise self._refuse(f"unquote string {self._text[start : self._at]}: invalid syntax")
        self._nodes.append(Literal(text))


_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\"}
_CHAR = re.compile(
    r"""\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|([abfnrtv\\'"]))
      | ([^\\])""",
    re.VERBOSE | re.DOTALL,
)


def _unquoted(text: str, quote: str) -> str | None:
    """What a Go string literal in these quotes stands for; None when it is none."""
    if "\\" not in text:
        return text
    made = bytearray()
    place = 0
    while place < len(text):
        found = _CHAR.match(text, place)
        if found is None:
            return None
        char = _character(found, quote)
        if char is None:
            return None
        made += char
        place = found.end()
    return made.decode("utf-8", "surrogateescape")


def _character(found: re.Match[str], quote: str) -> bytes | None:
    byte, short, long, octal, letter, plain = found.groups()
    if plain is not None:
        return None if plain == quote else plain.encode("utf-8", "surrogateescape")
    if letter in ("'", '"'):
        return letter.encode() if letter == quote else None
    if letter:
        return _ESCAPES[letter].encode()
    if byte or octal:
        value = int(byte, 16) if byte else int(octal, 8)
        return bytes([value]) if value < 256 else None
    code = int(short or long, 16)
    if code > 0x10FFFF or 0xD800 <= code < 0xE000:
        return None
    return chr(code).encode()
