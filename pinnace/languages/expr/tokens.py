"""expr's tokens: text in, a list of tokens out (mirrors parser/lexer)."""

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


_OLD_WORDS = frozenset(
    "not in or and matches contains startsWith endsWith let".split()  # noqa: SIM905
)
_WORDS = _OLD_WORDS | {"if", "else"}

_BLANK = "\\t\\n\\v\\f\\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_SPACE = re.compile(rf"(?:[{_BLANK}]+|//[^\n]*|/\*.*?\*/)+", re.DOTALL)
_NUMBER = re.compile(
    r"0[xX][0-9a-fA-F_]*|0[oO][0-7_]*|0[bB][01_]*"
    r"|(?:\d[\d_]*(?:\.(?!\.)[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?[\d_]*)?",
    re.ASCII,
)
_OPERATOR = re.compile(
    r"\|\||&&|==|!=|<=|>=|\*\*|\?\?|\?\.|\.\.|::|##?|[-+*/%^=<>!?:.,;|&]", re.ASCII
)
_RAW = re.compile(r"`((?:[^`]|``)*+)`")


def is_word(char: str) -> bool:
    """Whether it may stand in a name: a letter, a decimal digit, `_` or `$`."""
    return char.isalpha() or char.isdecimal() or char in ("_", "$")


def is_name(text: str) -> bool:
    """Whether it is a whole name."""
    return bool(text) and all(map(is_word, text)) and not text[0].isdecimal()


def _word_end(text: str, place: int) -> int:
    while place < len(text) and is_word(text[place]):
        place += 1
    return place


@lru_cache(maxsize=1024)
def tokenize(text: str, modern: bool = True) -> tuple[Token, ...]:
    """All tokens of the text, the last one being END; `modern` as in versions.Version."""
    tokens: list[Token] = []
    place = 0
    while True:
        space = _SPACE.match(text, place)
        place = space.end() if space else place
        if place >= len(text):
            return (*tokens, Token(Kind.END, "", max(0, len(text) - 1)))
        token, place = _next(text, place, modern)
        tokens.append(token)
        if token.value[:1] == "#" and token.kind is Kind.OPERATOR:
            end = _word_end(text, place)
            if end > place:  # #acc: what follows is a name even if it is spelled like an operator
                tokens.append(Token(Kind.IDENTIFIER, text[place:end], place))
            place = end


def _next(text: str, place: int, modern: bool) -> tuple[Token, int]:
    char = text[place]
    if char in "'\"":
        return _quoted(text, place, Kind.STRING, modern)
    if modern and char == "`":
        return _raw(text, place)
    if modern and char in "bB" and text[place + 1 : place + 2] in ("'", '"'):
        return _quoted(text, place + 1, Kind.BYTES, modern)
    if char in "([{)]}":
        return Token(Kind.BRACKET, char, place), place + 1
    if char in "0123456789" or (char == "." and text[place + 1 : place + 2] in set("0123456789")):
        return _number(text, place)
    if is_word(char):
        end = _word_end(text, place)
        word = text[place:end]
        operator = word in (_WORDS if modern else _OLD_WORDS)
        return Token(Kind.OPERATOR if operator else Kind.IDENTIFIER, word, place), end
    if text.startswith("/*", place):
        raise LanguageError(LANGUAGE, text, place, "unclosed comment: a closing */ is missing")
    if found := _OPERATOR.match(text, place):
        sign = found.group() if modern or found.group() != "::" else ":"
        return Token(Kind.OPERATOR, sign, place), place + len(sign)
    raise LanguageError(LANGUAGE, text, place, f"unrecognized character {char!r}")


def _number(text: str, place: int) -> tuple[Token, int]:
    found = _NUMBER.match(text, place)
    if found is None or _word_end(text, found.end()) > found.end():
        raise LanguageError(LANGUAGE, text, place, "bad number syntax")
    return Token(Kind.NUMBER, found.group(), place), found.end()


def _raw(text: str, place: int) -> tuple[Token, int]:
    """A backtick string: no escapes, and two backticks stand for one."""
    found = _RAW.match(text, place)
    if found is None:
        raise LanguageError(LANGUAGE, text, place, "literal not terminated: a closing ` is missing")
    return Token(Kind.STRING, found.group(1).replace("``", "`"), place), found.end()


_SIMPLE_ESCAPES = {
    "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v",
    "\\": "\\", "'": "'", '"': '"',
}  # fmt: skip
_OLD_CODE = r"x([0-9a-fA-F]{2})|([0-3][0-7]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})"
_CODE_ESCAPE = re.compile(_OLD_CODE + r"|u\{([0-9a-fA-F]{1,6})\}")
_OLD_CODE_ESCAPE = re.compile(_OLD_CODE)
_BYTE_ESCAPE = re.compile(r"x([0-9a-fA-F]{2})|([0-3][0-7]{2})")


def _quoted(text: str, place: int, kind: Kind, modern: bool) -> tuple[Token, int]:
    """A string in single or double quotes, with Go's escapes; of bytes, each is one character."""
    codes = _BYTE_ESCAPE if kind is Kind.BYTES else _CODE_ESCAPE if modern else _OLD_CODE_ESCAPE
    quote, parts, cursor = text[place], [], place + 1
    while cursor < len(text) and text[cursor] not in (quote, "\n"):
        if text[cursor] == "\\":
            char, cursor = _escape(text, cursor + 1, quote, codes)
        else:
            char, cursor = _plain(text, cursor)
            char = char.encode().decode("latin-1") if kind is Kind.BYTES else char
        parts.append(char)
    if cursor >= len(text) or text[cursor] != quote:
        raise LanguageError(
            LANGUAGE, text, place, f"literal not terminated: a closing {quote} is missing"
        )
    return Token(kind, "".join(parts), place), cursor + 1


def _plain(text: str, cursor: int) -> tuple[str, int]:
    """One character as it stands; the ends of lines of all systems are one."""
    return ("\n" if text[cursor] == "\r" else text[cursor]), cursor + 1


def _escape(text: str, cursor: int, quote: str, codes: re.Pattern[str]) -> tuple[str, int]:
    char = text[cursor : cursor + 1]
    if char in _SIMPLE_ESCAPES and (char not in "'\"" or char == quote):
        return _SIMPLE_ESCAPES[char], cursor + 1
    coded = codes.match(text, cursor)
    if coded is None:
        raise LanguageError(LANGUAGE, text, cursor, "invalid char escape")
    digits = next(group for group in coded.groups() if group is not None)
    code = int(digits, 8 if coded.group(2) else 16)
    if code > 0x10FFFF:
        raise LanguageError(LANGUAGE, text, cursor, "invalid char escape")
    return ("\ufffd" if 0xD800 <= code <= 0xDFFF else chr(code)), coded.end()
