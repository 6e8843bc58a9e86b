"""Reads JSON text for gjson: brackets, strings, numbers, validity. Pure functions of the text.

As upstream's, they expect JSON and give what can be read of anything else.
"""

from __future__ import annotations

import json
import math
import re

from pinnace.languages import gonumbers

LANGUAGE = "gjson"
CONTROLS = "".join(map(chr, range(0x21)))
"""What upstream passes over as space."""

STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
"""A whole string."""

_BRACKETS = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|(\\?\Z))|[{}\[\]()]', re.DOTALL)
NUMBER = re.compile(r".[^\x00-\x20,\]}]*+", re.DOTALL)
LITERAL = re.compile(r".[a-z]*+", re.DOTALL)


def brackets(text: str, start: int, ends: dict[int, int]) -> int:
    """Where the bracket that opens at `start` is closed.

    When it isn't, that is the text's end, or one more when the text ends within a string, as
    upstream counts. Any kind of bracket closes any other, too. `ends` keeps what is found for every
    bracket inside, so that no text is read twice for that.
    """
    if start in ends:
        return ends[start]
    waiting: list[int] = []
    end = len(text)
    for token in _BRACKETS.finditer(text, start):
        char = text[token.start()]
        if char in "{[(":
            waiting.append(token.start())
        elif char in "}])":
            ends[waiting.pop()] = token.end()
            if not waiting:
                return token.end()
        elif token.group(1) is not None:
            end += 1
    for place in waiting:
        ends[place] = end
    return end


def squashed(text: str) -> int:
    """Where the string or the brackets end that the first character opens, whatever it is."""
    if text.startswith('"'):
        found = STRING.match(text)
        return found.end() if found else len(text)
    return brackets("{" + text[1:], 0, {})


_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def parse_float(text: str) -> float:
    """strconv.ParseFloat without its error: no number is zero, and one too large infinity."""
    if _DECIMAL.fullmatch(text):
        return float(text)
    try:
        found = gonumbers.parse_float(text)
    except OverflowError:  # a hexadecimal one
        return -math.inf if text.startswith("-") else math.inf
    return 0.0 if found is None else found


_DIGITS = 4_000  # digits that Python's int takes at once


def parse_integer(text: str) -> int | None:
    """An int64 as gjson reads it, which lets too large a number wrap; None when it is none."""
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()):
        return None
    value = 0
    for place in range(0, len(digits), _DIGITS):
        chunk = digits[place : place + _DIGITS]
        value = (value * pow(10, len(chunk), 2**64) + int(chunk)) % 2**64
    return gonumbers.wrap(-value if text.startswith("-") else value)


_CHUNK = re.compile(rb"[^\x00-\x1f\\]+")
_HEX = re.compile(rb"[0-9a-fA-F]{4}")
_SHORT = {
    ord("\\"): b"\\", ord("/"): b"/", ord("b"): b"\b", ord("f"): b"\f", ord("n"): b"\n",
    ord("r"): b"\r", ord("t"): b"\t", ord('"'): b'"',
}  # fmt: skip
_ORDINARY = re.compile(r'(?:[^\x00-\x1f"\\]|\\["\\/bfnrt]|\\u(?![dD][89a-fA-F])[0-9a-fA-F]{4})*+')


def unescape(content: str) -> str:
    """The text of a string's content; it ends at what can't be read (a control, a bad escape)."""
    if "\\" not in content:
        return content
    if _ORDINARY.fullmatch(content):
        return str(json.loads(f'"{content}"'))
    return _unescape(content.encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape")


def _unescape(content: bytes) -> bytes:
    out: list[bytes] = []
    place = 0
    while place < len(content):
        chunk = _CHUNK.match(content, place)
        if chunk:
            out.append(chunk.group())
            place = chunk.end()
            continue
        if content[place] != ord("\\") or place + 1 == len(content):
            break
        kind = content[place + 1]
        if kind in _SHORT:
            out.append(_SHORT[kind])
            place += 2
        elif kind == ord("u") and place + 6 <= len(content):
            code, place = _rune(content, place)
            out.append(code)
        else:
            break
    return b"".join(out)


def _rune(content: bytes, place: int) -> tuple[bytes, int]:
    """A `\\uXXXX`, or a pair of surrogates; a surrogate takes any `\\u` after it with it."""
    code = _hex(content[place + 2 : place + 6])
    place += 6
    if not 0xD800 <= code <= 0xDFFF:
        return chr(code).encode(), place
    char = "\ufffd"
    if content[place : place + 2] == b"\\u" and place + 6 <= len(content):
        low = _hex(content[place + 2 : place + 6])
        if code <= 0xDBFF and 0xDC00 <= low <= 0xDFFF:
            char = chr(0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00))
        place += 6
    return char.encode(), place


def _hex(digits: bytes) -> int:
    return int(digits, 16) if _HEX.fullmatch(digits) else 0


def valid(text: str) -> bool:
    """Whether the text is one JSON document, nothing more."""
    try:
        json.loads(text, parse_constant=_refuse, parse_int=_none, parse_float=_none)
    except ValueError:
        return False
    except RecursionError:
        return _valid_deep(text)
    return True


def _none(_digits: str) -> None:
    return None


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


_VALUE = re.compile(
    r'[ \t\n\r]*+(?:"(?:[^\x00-\x1f"\\]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*+"'
    r"|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null|[\[{])[ \t\n\r]*+"
)
_NAME = re.compile(
    r'[ \t\n\r]*+"(?:[^\x00-\x1f"\\]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*+"[ \t\n\r]*+:'
)
_CLOSE = re.compile(r"[ \t\n\r]*+([\]}])[ \t\n\r]*+")


def _valid_deep(text: str) -> bool:
    """As valid, without recursion: for documents that are nested deeper than Python's stack."""
    opened: list[str] = []
    place = 0
    while True:
        if opened and opened[-1] == "{":
            name = _NAME.match(text, place)
            if name is None:
                return False
            place = name.end()
        value = _VALUE.match(text, place)
        if value is None:
            return False
        place = value.end()
        char = value.group().strip()
        if char in ("{", "["):
            opened.append(char)
            close = _CLOSE.match(text, place)
            if close is None:
                continue
        closed = _unwind(text, place, opened)
        if closed is None:
            return False
        place = closed
        if not opened:
            return place == len(text)


def _unwind(text: str, place: int, opened: list[str]) -> int | None:
    """Take the brackets that close here, then a comma; None when something else stands here."""
    while opened:
        close = _CLOSE.match(text, place)
        if close is None:
            return place + 1 if text.startswith(",", place) else None
        if (opened.pop() == "{") != (close.group(1) == "}"):
            return None
        place = close.end()
    return place
