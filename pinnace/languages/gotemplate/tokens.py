"""The tokens of text/template: text between actions, and what stands inside `{{…}}`.

Trim markers (`{{- ` and ` -}}`) are applied here, and comments are dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from pinnace.languages.errors import LanguageError

LANGUAGE = "template"


class Kind(Enum):
    """What a token is."""

    TEXT = "text"
    OPEN = "{{"
    CLOSE = "}}"
    STRING = "string"
    CHAR = "character"
    NUMBER = "number"
    FIELD = "field"
    VARIABLE = "variable"
    DOT = "."
    WORD = "identifier"
    SYMBOL = "symbol"
    END = "end of template"


@dataclass(frozen=True, slots=True)
class Token:
    """One token; `spaced` says whether white space stands before it."""

    kind: Kind
    value: str
    at: int
    spaced: bool = False

    def __str__(self) -> str:
        return f'"{self.value}"' if self.value else self.kind.value


_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_INSIDE = re.compile(
    r"""
      (?P<string>"(?:[^"\\\n]|\\.)*"|`[^`]*`)
    | (?P<char>'(?:[^'\\\n]|\\.[^']*)')
    | (?P<number>[+-]?(?:0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+
        |(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?))
    | (?P<field>\.[^\W\d]\w*)
    | (?P<variable>\$\w*)
    | (?P<dot>\.)
    | (?P<word>[^\W\d]\w*)
    | (?P<symbol>:=|[=,|()])
    """,
    re.VERBOSE,
)
_KINDS = {
    "string": Kind.STRING, "char": Kind.CHAR, "number": Kind.NUMBER, "field": Kind.FIELD,
    "variable": Kind.VARIABLE, "dot": Kind.DOT, "word": Kind.WORD, "symbol": Kind.SYMBOL,
}  # fmt: skip
_SPACE = re.compile(r"[ \t\r\n]*")
_CLOSE = re.compile(r"(?:[ \t\r\n]-)?}}")


def tokenize(text: str) -> list[Token]:
    """All tokens of the template, the last one being END."""
    return [*_tokens(text), Token(Kind.END, "", len(text))]


def _tokens(text: str) -> Iterator[Token]:
    place, trim = 0, False
    while True:
        opening = text.find("{{", place)
        literal = text[place:] if opening < 0 else text[place:opening]
        if trim:
            literal = literal.lstrip(" \t\r\n")
        start = opening + 2
        trims_before = opening >= 0 and re.match(r"-[ \t\r\n]", text[start:]) is not None
        if trims_before:
            literal, start = literal.rstrip(" \t\r\n"), start + 1
        if literal:
            yield Token(Kind.TEXT, literal, place)
        if opening < 0:
            return
        action = list(_action(text, opening, start))
        place = action[-1].at + len(action[-1].value)
        trim = "-" in action[-1].value
        if len(action) > 1 or not action[-1].spaced:
            yield from action


def _action(text: str, opening: int, start: int) -> Iterator[Token]:
    """OPEN, what is inside, CLOSE; for a comment only a CLOSE, marked as spaced."""
    inner = _SPACE.match(text, start)
    place = inner.end() if inner else start
    comment = _COMMENT.match(text, place)
    if comment:
        close = _CLOSE.match(text, comment.end())
        if close is None:
            raise LanguageError(LANGUAGE, text, opening, "comment ends before closing delimiter")
        yield Token(Kind.CLOSE, close.group(), close.start(), True)
        return
    yield Token(Kind.OPEN, "{{", opening)
    place = start
    while True:
        close = _CLOSE.match(text, place)
        space = _SPACE.match(text, place)
        after = space.end() if space else place
        close = close or _CLOSE.match(text, after)
        if close:
            yield Token(Kind.CLOSE, close.group(), close.start())
            return
        yield (token := _inside(text, after, opening, spaced=after > place))
        place = token.at + len(token.value)


def _inside(text: str, place: int, opening: int, *, spaced: bool) -> Token:
    if place >= len(text):
        raise LanguageError(LANGUAGE, text, opening, "unclosed action: }} is missing")
    found = _INSIDE.match(text, place)
    if found is None:
        quote = text[place] in "\"'`"
        problem = "unterminated quoted string" if quote else f"unexpected {text[place]!r} in action"
        raise LanguageError(LANGUAGE, text, place, problem)
    return Token(_KINDS[str(found.lastgroup)], found.group(), place, spaced)
