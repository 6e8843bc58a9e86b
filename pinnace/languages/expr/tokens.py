"""expr-lang's tokens: text in, a list of tokens out (mirrors parser/lexer of expr-lang 1.17)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from pinnace.languages.errors import LanguageError

LANGUAGE = "expr"


class Kind(Enum):
    """What a token is."""

    IDENTIFIER = "identifier"
    NUMBER = "number"
    STRING = "string"
    BYTES = "bytes"
    OPERATOR = "operator"
    BRACKET = "bracket"
    END = "end of expression"


@dataclass(frozen=True, slots=True)
class Token:
    """One token, and where it begins."""

    kind: Kind
    value: str
    at: int

    def __str__(self) -> str:
        return self.kind.value if self.kind is Kind.END else f"{self.kind.value} {self.value!r}"


_WORD_OPERATORS = frozenset(
    "not in or and matches contains startsWith endsWith let if else".split()  # noqa: SIM905
)

_SPACE = re.compile(r"(?:[\s\ufeff]+|//[^\n]*|/\*.*?\*/)+", re.DOTALL)
_NUMBER = re.compile(
    r"0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+"
    r"|(?:\d[\d_]*(?:\.(?!\.)[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?",
    re.ASCII,
)
_WORD = re.compile(r"[^\W\d][\w$]*|\$[\w$]*")
_OPERATOR = re.compile(
    r"\|\||&&|==|!=|<=|>=|\*\*|\?\?|\?\.|\.\.|::|##?|[-+*/%^=<>!?:.,;|&]", re.ASCII
)


@lru_cache(maxsize=1024)
def tokenize(text: str) -> tuple[Token, ...]:
    """All tokens of the text, the last one being END."""
    tokens: list[Token] = []
    place = 0
    while True:
        space = _SPACE.match(text, place)
        place = space.end() if space else place
        if place >= len(text):
            return (*tokens, Token(Kind.END, "", max(0, len(text) - 1)))
        token, place = _next(text, place)
        tokens.append(token)


def _next(text: str, place: int) -> tuple[Token, int]:
    char = text[place]
    if char in "'\"":
        return _quoted(text, place, Kind.STRING)
    if char == "`":
        return _raw(text, place)
    if char in "bB" and text[place + 1 : place + 2] in ("'", '"'):
        token, end = _quoted(text, place + 1, Kind.BYTES)
        return token, end
    if char in "([{)]}":
        return Token(Kind.BRACKET, char, place), place + 1
    if char.isdigit() or (char == "." and text[place + 1 : place + 2].isdigit()):
        return _number(text, place)
    if word := _WORD.match(text, place):
        kind = Kind.OPERATOR if word.group() in _WORD_OPERATORS else Kind.IDENTIFIER
        return Token(kind, word.group(), place), word.end()
    if operator := _OPERATOR.match(text, place):
        return Token(Kind.OPERATOR, operator.group(), place), operator.end()
    raise LanguageError(LANGUAGE, text, place, f"unrecognized character {char!r}")


def _number(text: str, place: int) -> tuple[Token, int]:
    found = _NUMBER.match(text, place)
    if found is None or text[found.end() : found.end() + 1].isidentifier():
        raise LanguageError(LANGUAGE, text, place, "bad number syntax")
    return Token(Kind.NUMBER, found.group(), place), found.end()


def _raw(text: str, place: int) -> tuple[Token, int]:
    """A backtick string: no escapes, and two backticks stand for one."""
    found = re.compile(r"`((?:[^`]|``)*)`").match(text, place)
    if found is None:
        raise LanguageError(LANGUAGE, text, place, "literal not terminated: a closing ` is missing")
    return Token(Kind.STRING, found.group(1).replace("``", "`"), place), found.end()


_SIMPLE_ESCAPES = {
    "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v",
    "\\": "\\", "'": "'", '"': '"',
}  # fmt: skip
_CODE_ESCAPE = re.compile(
    r"x([0-9a-fA-F]{2})|u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})"
)


def _quoted(text: str, place: int, kind: Kind) -> tuple[Token, int]:
    """A string in single or double quotes, with Go's escapes."""
    quote, parts, cursor = text[place], [], place + 1
    while cursor < len(text) and text[cursor] != quote:
        if text[cursor] == "\n":
            break
        if text[cursor] != "\\":
            parts.append(text[cursor])
            cursor += 1
            continue
        char, cursor = _escape(text, cursor + 1, quote)
        parts.append(char)
    if cursor >= len(text) or text[cursor] != quote:
        raise LanguageError(
            LANGUAGE, text, place, f"literal not terminated: a closing {quote} is missing"
        )
    return Token(kind, "".join(parts), place), cursor + 1


def _escape(text: str, cursor: int, quote: str) -> tuple[str, int]:
    char = text[cursor : cursor + 1]
    if char in _SIMPLE_ESCAPES and (char not in "'\"" or char == quote):
        return _SIMPLE_ESCAPES[char], cursor + 1
    coded = _CODE_ESCAPE.match(text, cursor)
    if coded is None:
        raise LanguageError(LANGUAGE, text, cursor, "invalid char escape")
    digits = next(group for group in coded.groups() if group is not None)
    code = int(digits, 8 if coded.group(5) else 16)
    if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        raise LanguageError(LANGUAGE, text, cursor, "invalid char escape")
    return chr(code), coded.end()
