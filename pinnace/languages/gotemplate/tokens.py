"""The tokens of text/template: text between actions, and what stands inside `{{…}}`.

Mirrors text/template/parse/lex.go. Trim markers (`{{- ` and ` -}}`) are applied here, and comments
are dropped; white space inside actions is a token, for it separates arguments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import NoReturn

from pinnace.languages import gounicode
from pinnace.languages.errors import LanguageError

LANGUAGE = "template"
KEYWORDS = frozenset(
    {"if", "else", "end", "range", "with", "define", "block", "template", "break", "continue",
     "nil"}
)  # fmt: skip


class Kind(Enum):
    """What a token is."""

    TEXT = "text"
    OPEN = "{{"
    CLOSE = "}}"
    SPACE = "space"
    STRING = "string"
    CHAR = "character"
    NUMBER = "number"
    COMPLEX = "complex number"
    FIELD = "field"
    VARIABLE = "variable"
    DOT = "."
    WORD = "identifier"
    KEYWORD = "keyword"
    BOOL = "boolean"
    SYMBOL = "symbol"
    END = "end of template"


@dataclass(frozen=True, slots=True)
class Token:
    """One token."""

    kind: Kind
    value: str
    at: int

    def __str__(self) -> str:
        return f'"{self.value}"' if self.value else self.kind.value


_SPACES = " \t\r\n"
_SPACE = re.compile(r"[ \t\r\n]*")
_CLOSE = re.compile(r"(?:[ \t\r\n]-)?}}")
_QUOTED = {
    '"': (Kind.STRING, re.compile(r'"(?:[^"\\\n]|\\[^\n])*"'), "unterminated quoted string"),
    "'": (Kind.CHAR, re.compile(r"'(?:[^'\\\n]|\\[^\n])*'"), "unterminated character constant"),
    "`": (Kind.STRING, re.compile(r"`[^`]*`"), "unterminated raw quoted string"),
}  # fmt: skip
_NUMBER = re.compile(
    r"[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?"
    r"|0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?"
    r"|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)i?"
)
_TERMINATORS = frozenset(" \t\r\n.,|:)(")


def tokenize(text: str) -> list[Token]:
    """All tokens of the template, the last one being END."""
    return [*_Lexer(text).tokens(), Token(Kind.END, "", len(text))]


class _Lexer:
    def __init__(self, text: str) -> None:
        self._text = text
        self._place = 0

    def _error(self, message: str, at: int) -> LanguageError:
        return LanguageError(LANGUAGE, self._text, at, message)

    def _fail(self, message: str, at: int) -> NoReturn:
        raise self._error(message, at)

    def tokens(self) -> Iterator[Token]:
        """Text and actions by turns."""
        text = self._text
        while True:
            opening = text.find("{{", self._place)
            literal = text[self._place :] if opening < 0 else text[self._place : opening]
            after = opening + 2
            trims = opening >= 0 and text[after : after + 1] == "-" and (
                text[after + 1 : after + 2] != "" and text[after + 1] in _SPACES
            )  # fmt: skip
            if trims:
                literal = literal.rstrip(_SPACES)
            if literal:
                yield Token(Kind.TEXT, literal, self._place)
            if opening < 0:
                return
            self._place = after + (2 if trims else 0)
            if text.startswith("/*", self._place):
                self._comment(opening)
            else:
                yield Token(Kind.OPEN, "{{", opening)
                yield from self._action(opening)

    def _comment(self, opening: int) -> None:
        end = self._text.find("*/", self._place + 2)
        if end < 0:
            self._fail("unclosed comment", opening)
        close = _CLOSE.match(self._text, end + 2)
        if close is None:
            self._fail("comment ends before closing delimiter", end)
        self._leave(close)

    def _leave(self, close: re.Match[str]) -> None:
        self._place = close.end()
        if len(close.group()) > 2:
            found = _SPACE.match(self._text, self._place)
            self._place = found.end() if found else self._place

    def _action(self, opening: int) -> Iterator[Token]:
        depth = 0
        while True:
            close = _CLOSE.match(self._text, self._place)
            if close:
                if depth:
                    self._fail("unclosed left paren", close.start())
                yield Token(Kind.CLOSE, close.group(), close.start())
                self._leave(close)
                return
            if self._place >= len(self._text):
                self._fail("unclosed action: }} is missing", opening)
            token = self._inside()
            depth += {"(": 1, ")": -1}.get(token.value, 0) if token.kind is Kind.SYMBOL else 0
            if depth < 0:
                self._fail("unexpected right paren", token.at)
            self._place = token.at + len(token.value)
            yield token

    def _inside(self) -> Token:
        text, at = self._text, self._place
        char = text[at]
        if char in _SPACES:
            return self._space()
        if char in _QUOTED:
            kind, pattern, problem = _QUOTED[char]
            found = pattern.match(text, at)
            return Token(kind, found.group(), at) if found else self._fail(problem, at)
        if char == ":":
            return Token(Kind.SYMBOL, ":=", at) if text[at + 1 : at + 2] == "=" else self._fail(
                "expected :=", at
            )  # fmt: skip
        if char == "$" or (char == "." and not "0" <= text[at + 1 : at + 2] <= "9"):
            return self._field(char)
        if char in "+-." or "0" <= char <= "9":
            return self._number()
        if _alphanumeric(char):
            return self._word()
        if " " < char <= "~":
            return Token(Kind.SYMBOL, char, at)
        raise self._error(f"unrecognized character in action: U+{ord(char):04X}", at)

    def _space(self) -> Token:
        """White space, but for the one that belongs to a ` -}}`."""
        found = _SPACE.match(self._text, self._place)
        end = found.end() if found else self._place
        if self._text.startswith("-}}", end):
            end -= 1
        return Token(Kind.SPACE, self._text[self._place : end], self._place)

    def _name(self, at: int) -> str:
        end = at
        while end < len(self._text) and _alphanumeric(self._text[end]):
            end += 1
        if not (end == len(self._text) or self._text[end] in _TERMINATORS) and (
            not self._text.startswith("}}", end)
        ):
            self._fail(f"bad character {self._text[end]!r}", end)
        return self._text[at:end]

    def _field(self, char: str) -> Token:
        name = self._name(self._place + 1)
        kind = Kind.VARIABLE if char == "$" else Kind.FIELD if name else Kind.DOT
        return Token(kind, char + name, self._place)

    def _word(self) -> Token:
        name = self._name(self._place)
        kind = Kind.KEYWORD if name in KEYWORDS else Kind.WORD
        return Token(Kind.BOOL if name in ("true", "false") else kind, name, self._place)

    def _number(self) -> Token:
        first = self._scan(self._place)
        if self._text[first : first + 1] not in ("+", "-"):
            return Token(Kind.NUMBER, self._text[self._place : first], self._place)
        second = self._scan(first)
        value = self._text[self._place : second]
        if value[-1] != "i":
            self._fail(f"bad number syntax: {value}", self._place)
        return Token(Kind.COMPLEX, value, self._place)

    def _scan(self, at: int) -> int:
        found = _NUMBER.match(self._text, at)
        end = found.end() if found else at
        if end < len(self._text) and _alphanumeric(self._text[end]):
            self._fail(f"bad number syntax: {self._text[at : end + 1]}", at)
        return end


def _alphanumeric(char: str) -> bool:
    return char == "_" or gounicode.letter(char) or gounicode.digit(char)
