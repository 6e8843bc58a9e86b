"""Tokens of jq programs (gojq's lexer.go)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any


class SyntaxFault(ValueError):
    """A program that can't be read, and where."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position


@dataclass(frozen=True)
class Token:
    """`kind` is word, variable, field, number, format, string, symbol or end."""

    kind: str
    text: str
    at: int
    parts: tuple[Any, ...] = ()
    """Of a string: texts, and the tokens of what is interpolated."""


KEYWORDS = frozenset(
    [
        "or",
        "and",
        "module",
        "import",
        "include",
        "def",
        "as",
        "label",
        "break",
        "null",
        "true",
        "false",
        "if",
        "then",
        "elif",
        "else",
        "end",
        "try",
        "catch",
        "reduce",
        "foreach",
    ]
)
_SPACE = re.compile(r"(?:[ \t\r\n]|#(?:\\(?:\r\n|[\\\n\r])|\\(?![\\\n\r])|[^\n\r\\])*)*")
_TOKEN = re.compile(
    r"""
      (?P<field>\.[A-Za-z_][A-Za-z_0-9]*)
    | (?P<number>(?:\.[0-9]+|[0-9]+\.?[0-9]*)(?:[eE][-+]?[0-9]+)?)
    | (?P<word>[A-Za-z_][A-Za-z_0-9]*(?:::[A-Za-z_][A-Za-z_0-9]*)?)
    | (?P<variable>\$[A-Za-z_][A-Za-z_0-9]*(?:::[A-Za-z_][A-Za-z_0-9]*)?)
    | (?P<format>@[A-Za-z_0-9]+)
    | (?P<symbol>\.\.|\|=|\?//|//=|//|[-+*/%]=|==|!=|>=|<=|[-+*/%=<>.,:;|?()\[\]{}])
    """,
    re.VERBOSE,
)
_PLAIN = re.compile(r'[^"\\]+')
_ESCAPE = re.compile(r'\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})')


def tokenize(source: str) -> list[Token]:
    """Every token of a program, with an end; raises SyntaxFault."""
    tokens, place = _until(source, 0, nested=False)
    return [*tokens, Token("end", "", place)]


def _until(source: str, place: int, *, nested: bool) -> tuple[list[Token], int]:
    """The tokens up to the end, or to the `)` that closes an interpolation."""
    found: list[Token] = []
    depth = 0
    while True:
        place = _SPACE.match(source, place).end()  # type: ignore[union-attr]  # matches nothing too
        if place >= len(source):
            if nested:
                raise SyntaxFault("unterminated string literal", place)
            return found, place
        if source[place] == '"':
            token, place = _string(source, place)
            found.append(token)
            continue
        matched = _TOKEN.match(source, place)
        if matched is None:
            raise SyntaxFault(f'unexpected token "{source[place]}"', place)
        kind, text = str(matched.lastgroup), matched.group()
        after = source[matched.end() : matched.end() + 1]
        if kind == "number" and (after.isascii() and (after.isalpha() or after in "._" and after)):
            raise SyntaxFault(f'invalid token "{text}{after}"', place)
        depth += (text == "(") - (text == ")")
        if nested and depth < 0:
            return found, place
        found.append(Token(kind, text, place))
        place = matched.end()


def _string(source: str, start: int) -> tuple[Token, int]:
    parts: list[Any] = []
    raw, place = "", start + 1
    while True:
        char = source[place : place + 1]
        if char == "":
            raise SyntaxFault("unterminated string literal", start)
        if char == '"':
            break
        if char != "\\":
            plain = _PLAIN.match(source, place)
            raw += _quoted(plain.group() if plain else char)
            place = plain.end() if plain else place + 1
        elif escape := _ESCAPE.match(source, place):
            raw += escape.group()
            place = escape.end()
        elif source.startswith("\\(", place):
            inner, place = _until(source, place + 2, nested=True)
            parts += [_unquoted(raw)] if raw else []
            parts.append([*inner, Token("end", "", place)])
            raw, place = "", place + 1
        else:
            message = f'invalid escape sequence "{source[place : place + 2]}" in string literal'
            raise SyntaxFault(message, place)
    if raw or not parts:
        parts.append(_unquoted(raw))
    return Token("string", source[start : place + 1], start, tuple(parts)), place + 1


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _unquoted(raw: str) -> str:
    text: str = json.loads(f'"{raw}"')
    return re.sub("[\ud800-\udfff]", "\ufffd", text)
