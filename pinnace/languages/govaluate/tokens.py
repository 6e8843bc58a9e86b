"""govaluate's tokens, and which may follow which (mirrors parsing.go and lexerState.go).

A quoted string that looks like a date becomes a TIME; `[any text]` and `with\\-escapes` are
variables; a word with dots is an ACCESSOR, which plain data never satisfies.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any

from pinnace.languages import gomoments, gonumbers, gotime
from pinnace.languages.errors import LanguageError
from pinnace.languages.govalues import text as shown

LANGUAGE = "govaluate"


class Kind(Enum):
    """What a token is; the values are upstream's names, which stand in its messages."""

    START = "UNKNOWN"
    PREFIX = "PREFIX"
    NUMERIC = "NUMERIC"
    BOOLEAN = "BOOLEAN"
    STRING = "STRING"
    PATTERN = "PATTERN"
    TIME = "TIME"
    VARIABLE = "VARIABLE"
    ACCESSOR = "ACCESSOR"
    SEPARATOR = "SEPARATOR"
    COMPARATOR = "COMPARATOR"
    LOGICALOP = "LOGICALOP"
    MODIFIER = "MODIFIER"
    CLAUSE = "CLAUSE"
    CLAUSE_CLOSE = "CLAUSE_CLOSE"
    TERNARY = "TERNARY"


@dataclass(frozen=True, slots=True)
class Date:
    """A quoted date: its text, and the seconds since 1970 that it counts as."""

    text: str
    seconds: float

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Token:
    """One token; `value` is a number, a bool, a date or text."""

    kind: Kind
    value: Any
    at: int


_OPERAND = frozenset({Kind.NUMERIC, Kind.BOOLEAN, Kind.VARIABLE, Kind.ACCESSOR, Kind.CLAUSE})
_TEXTS = frozenset({Kind.STRING, Kind.TIME})
_AFTER_VALUE = frozenset(
    {Kind.MODIFIER, Kind.COMPARATOR, Kind.LOGICALOP, Kind.CLAUSE_CLOSE, Kind.SEPARATOR}
)
_TERNARY = frozenset({Kind.TERNARY})
_PREFIX = frozenset({Kind.PREFIX})
_CLOSE = frozenset({Kind.CLAUSE_CLOSE})
_BEGINNING = _OPERAND | _TEXTS | _PREFIX

_FOLLOWS: dict[Kind, frozenset[Kind]] = {
    Kind.START: _BEGINNING,
    Kind.CLAUSE: _BEGINNING | _CLOSE,
    Kind.CLAUSE_CLOSE: _AFTER_VALUE | _TERNARY | _TEXTS | (_OPERAND - {Kind.ACCESSOR}),
    Kind.NUMERIC: _AFTER_VALUE | _TERNARY,
    Kind.BOOLEAN: _AFTER_VALUE | _TERNARY,
    Kind.STRING: _AFTER_VALUE | _TERNARY,
    Kind.TIME: _AFTER_VALUE,
    Kind.PATTERN: _AFTER_VALUE,
    Kind.VARIABLE: _AFTER_VALUE | _TERNARY,
    Kind.ACCESSOR: _AFTER_VALUE | _TERNARY | {Kind.CLAUSE},
    Kind.MODIFIER: _PREFIX | _OPERAND | {Kind.STRING} | _CLOSE,
    Kind.COMPARATOR: _BEGINNING | _CLOSE | {Kind.PATTERN},
    Kind.LOGICALOP: _BEGINNING | _CLOSE,
    Kind.PREFIX: _OPERAND | _CLOSE,
    Kind.TERNARY: _BEGINNING | {Kind.SEPARATOR},
    Kind.SEPARATOR: _BEGINNING,
}
_MAY_END = frozenset(
    {Kind.CLAUSE_CLOSE, Kind.NUMERIC, Kind.BOOLEAN, Kind.STRING, Kind.TIME, Kind.PATTERN,
     Kind.VARIABLE, Kind.ACCESSOR}
)  # fmt: skip

_PREFIXES = frozenset({"-", "!", "~"})
_SYMBOLS: dict[str, Kind] = {
    **dict.fromkeys(("+", "-", "*", "/", "%", "**", "&", "|", "^", ">>", "<<"), Kind.MODIFIER),
    **dict.fromkeys(("&&", "||"), Kind.LOGICALOP),
    **dict.fromkeys(("==", "!=", ">", ">=", "<", "<=", "=~", "!~"), Kind.COMPARATOR),
    **dict.fromkeys(("?", ":", "??"), Kind.TERNARY),
}

_DATES = (
    gotime.ANSIC,
    gotime.UNIX_DATE,
    gotime.RUBY_DATE,
    gotime.KITCHEN,
    gotime.RFC3339,
    gotime.RFC3339_NANO,
    "2006-01-02",
    "2006-01-02 15:04",
    "2006-01-02 15:04:05",
    "2006-01-02 15:04:05-07:00",
    "2006-01-02T15Z0700",
    "2006-01-02T15:04Z0700",
    "2006-01-02T15:04:05Z0700",
    "2006-01-02T15:04:05.999999999Z0700",
)


@lru_cache(maxsize=1024)
def _date(text: str) -> Date | None:
    """The date that a quoted string spells, if it does."""
    for layout in _DATES:
        try:
            return Date(text, float(gomoments.unix(gotime.parse(layout, text))))
        except LanguageError:
            continue  # the next layout may fit
    return None


_SPACES = frozenset("\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000") | frozenset(
    map(chr, range(0x2000, 0x200B))
)
"""unicode.IsSpace."""


def _is_quote(char: str) -> bool:
    return char in "'\""


def _is_symbol(char: str) -> bool:
    return not (char.isdecimal() or char.isalpha() or char in "()[]'\"")


_HEX = re.compile("[0-9a-fA-F]+")


class _Reader:
    """Reads the characters of one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0
        self.previous = Kind.START

    def fail(self, at: int, message: str) -> LanguageError:
        """The error to raise."""
        return LanguageError(LANGUAGE, self.text, at, message)

    def take(self, accept: Callable[[str], bool], *, spaces: bool = False) -> tuple[str, bool]:
        """Characters while accepted, a backslash keeping the next one; and whether they ended.

        Without `spaces` a space ends the run (leading ones are passed over).
        """
        kept: list[str] = []
        while self.place < len(self.text):
            char = self.text[self.place]
            self.place += 1
            if char == "\\":
                if self.place == len(self.text):
                    raise self.fail(self.place - 1, "nothing follows the backslash")
                kept.append(self.text[self.place])
                self.place += 1
            elif char in _SPACES and not spaces:
                if kept:
                    return "".join(kept), True
            elif accept(char):
                kept.append(char)
            else:
                self.place -= 1
                return "".join(kept), True
        return "".join(kept), False

    def next(self) -> Token | None:
        """The next token, or None at the end."""
        while self.place < len(self.text) and self.text[self.place] in _SPACES:
            self.place += 1
        if self.place >= len(self.text):
            return None
        token = self._read(self.place, self.text[self.place])
        self.previous = token.kind
        return token

    def _read(self, at: int, char: str) -> Token:
        if char.isdecimal() or char == ".":
            return self._number(at)
        if char.isalpha():
            return self._word(at)
        if char == "[":
            return Token(Kind.VARIABLE, self._until(at, "]", "Unclosed parameter bracket"), at)
        if _is_quote(char):
            return self._string(at)
        if char in ",()":
            self.place += 1
            kinds = {",": Kind.SEPARATOR, "(": Kind.CLAUSE, ")": Kind.CLAUSE_CLOSE}
            return Token(kinds[char], char, at)
        return self._symbol(at)

    def _number(self, at: int) -> Token:
        if self.text.startswith("0x", at) and at + 2 < len(self.text):
            self.place += 2
            digits, _ = self.take(lambda char: char.isdecimal() or char in "abcdefABCDEF")
            if not _HEX.fullmatch(digits) or int(digits, 16) >= 2**64:
                raise self.fail(at, f"Unable to parse hex value '{digits}' to uint64")
            return Token(Kind.NUMERIC, float(int(digits, 16)), at)
        digits, _ = self.take(lambda char: char.isdecimal() or char == ".")
        value = gonumbers.parse_float(digits)
        if value is None:
            raise self.fail(at, f"Unable to parse numeric value '{digits}' to float64")
        return Token(Kind.NUMERIC, value, at)

    def _word(self, at: int) -> Token:
        word, _ = self.take(lambda char: char.isalpha() or char.isdecimal() or char in "_.")
        if word in ("true", "false"):
            return Token(Kind.BOOLEAN, word == "true", at)
        if word in ("in", "IN"):
            return Token(Kind.COMPARATOR, "in", at)
        if word.find(".") > 0:
            return self._accessor(at, word)
        return Token(Kind.VARIABLE, word, at)

    def _accessor(self, at: int, word: str) -> Token:
        if word.endswith("."):
            raise self.fail(at, f"Hanging accessor on token '{word}'")
        for field in word.split(".")[1:]:
            if len(field[:1].upper()) == 1 and field[:1] != field[:1].upper():
                raise self.fail(
                    at, f"Unable to access unexported field '{field}' in token '{word}'"
                )
        return Token(Kind.ACCESSOR, word, at)

    def _until(self, at: int, closing: str, unclosed: str) -> str:
        self.place += 1
        inside, closed = self.take(lambda char: char not in closing, spaces=True)
        if not closed:
            raise self.fail(at, unclosed)
        self.place += 1
        return inside

    def _string(self, at: int) -> Token:
        # either quote ends the string, whichever began it
        inside = self._until(at, "'\"", "Unclosed string literal")
        date = _date(inside)
        return Token(Kind.STRING, inside, at) if date is None else Token(Kind.TIME, date, at)

    def _symbol(self, at: int) -> Token:
        symbol, _ = self.take(_is_symbol)
        if symbol in _PREFIXES and Kind.PREFIX in _FOLLOWS[self.previous]:
            return Token(Kind.PREFIX, symbol, at)
        kind = _SYMBOLS.get(symbol)
        if kind is None:
            raise self.fail(at, f"Invalid token: '{symbol}'")
        return Token(kind, symbol, at)


def tokenize(text: str) -> list[Token]:
    """All tokens; parentheses must balance in number."""
    reader, tokens = _Reader(text), []
    while (token := reader.next()) is not None:
        tokens.append(token)
    kinds = [token.kind for token in tokens]
    if kinds.count(Kind.CLAUSE) != kinds.count(Kind.CLAUSE_CLOSE):
        raise LanguageError(LANGUAGE, text, len(text), "Unbalanced parenthesis")
    return tokens


def check_syntax(text: str, tokens: list[Token]) -> None:
    """Refuse a token that may not follow the one before it."""
    previous = Token(Kind.START, None, 0)
    for token in tokens:
        if token.kind not in _FOLLOWS[previous.kind]:
            raise LanguageError(LANGUAGE, text, token.at, _transition(previous, token))
        previous = token
    if previous.kind not in _MAY_END:
        raise LanguageError(LANGUAGE, text, len(text), "Unexpected end of expression")


def _transition(previous: Token, token: Token) -> str:
    if previous.kind is Kind.VARIABLE and token.kind is Kind.CLAUSE:
        return f"Undefined function {previous.value}"
    return (
        f"Cannot transition token types from {previous.kind.value} [{shown(previous.value)}]"
        f" to {token.kind.value} [{shown(token.value)}]"
    )
