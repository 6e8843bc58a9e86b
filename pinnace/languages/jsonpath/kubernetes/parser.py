"""Reads kubectl's JSONPath templates (client-go/util/jsonpath/parser.go).

Text, and actions in braces: `{.a.b[0]}`, `{range .items[*]}…{end}`, `{"\\n"}`. An action is a list
of nodes that are applied one after another.
"""

from __future__ import annotations

import re

from pinnace.languages import gonumbers, gostrings
from pinnace.languages.errors import LanguageError
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

LANGUAGE = "jsonpath"
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
        try:
            text = _unquoted(self._text[start + 1 : self._at - 1], end)
        except gostrings.BadLiteral as problem:
            message = f"unquote string {self._text[start : self._at]}: {problem}"
            raise self._refuse(message) from problem
        self._nodes.append(Literal(text))


def _unquoted(text: str, quote: str) -> str:
    """What a Go string literal in these quotes stands for; raises BadLiteral."""
    made = bytearray()
    place = 0
    while place < len(text):
        data, place = gostrings.unquote_char(text, place, quote)
        made += data
    return made.decode("utf-8", "surrogateescape")
