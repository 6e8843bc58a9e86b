"""What encoding/json says of a text that is no JSON: a program can catch it from `fromjson`."""

from __future__ import annotations

import re
from typing import NoReturn

from pinnace.languages.gostrings import quote

_DEEPEST = 10_000
_SPACE = re.compile(rb"[ \t\r\n]*")
_IN_STRING = re.compile(rb'(?:[^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*')
_HEX = re.compile(rb"[0-9a-fA-F]{0,4}")
_DIGITS = re.compile(rb"[0-9]*")
_WHOLE = re.compile(rb"-?(?:0|[1-9][0-9]*)?")
_CLOSING = {b"[": b"]", b"{": b"}"}
_AFTER = {b"[": "after array element", b"{": "after object key:value pair"}
_LITERALS = {b"t": b"true", b"f": b"false", b"n": b"null"}


class _Fault(ValueError):
    """The first thing that is wrong."""


def reason(text: bytes) -> str:
    """What is wrong with the first value of a text; nothing if that is whole."""
    try:
        _value(text)
    except _Fault as fault:
        return str(fault) if text.strip(b" \t\r\n") else "EOF"
    return ""


def _refuse(text: bytes, at: int, where: str) -> NoReturn:
    if at >= len(text):
        raise _Fault("unexpected EOF")
    char = chr(text[at])  # a byte, whatever it is a part of
    shown = {"'": "\\'", '"': '"'}.get(char) or quote(char)[1:-1]
    raise _Fault(f"invalid character '{shown}' {where}")


def _past(pattern: re.Pattern[bytes], text: bytes, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _value(text: bytes) -> None:
    opened: list[bytes] = []
    at, is_new = 0, False
    while True:
        at = _past(_SPACE, text, at)
        if is_new and text[at : at + 1] == _CLOSING[opened[-1]]:
            opened.pop()
            at += 1
        else:
            if opened and opened[-1] == b"{":
                at = _key(text, at)
            if text[at : at + 1] in _CLOSING:
                opened.append(text[at : at + 1])
                at, is_new = at + 1, True
                if len(opened) > _DEEPEST:
                    raise _Fault("exceeded max depth")
                continue
            at = _scalar(text, at)
        is_new = False
        at = _closed(text, at, opened)
        if not opened:
            return


def _closed(text: bytes, at: int, opened: list[bytes]) -> int:
    """The place after a value, what it closes, and the comma before the next one."""
    while opened:
        at = _past(_SPACE, text, at)
        char = text[at : at + 1]
        if char not in (b",", _CLOSING[opened[-1]]):
            _refuse(text, at, _AFTER[opened[-1]])
        at += 1
        if char == b",":
            break
        opened.pop()
    return at


def _key(text: bytes, at: int) -> int:
    if text[at : at + 1] != b'"':
        _refuse(text, at, "looking for beginning of object key string")
    at = _past(_SPACE, text, _string(text, at))
    if text[at : at + 1] != b":":
        _refuse(text, at, "after object key")
    return _past(_SPACE, text, at + 1)


def _scalar(text: bytes, at: int) -> int:
    char = text[at : at + 1]
    if char == b'"':
        return _string(text, at)
    if char in _LITERALS:
        return _literal(text, at, _LITERALS[char])
    if not char or char not in b"-0123456789":
        _refuse(text, at, "looking for beginning of value")
    return _number(text, at)


def _string(text: bytes, at: int) -> int:
    end = _past(_IN_STRING, text, at + 1)
    char = text[end : end + 1]
    if char == b'"':
        return end + 1
    if char != b"\\":
        _refuse(text, end, "in string literal")
    if text[end + 1 : end + 2] == b"u":
        _refuse(text, _past(_HEX, text, end + 2), "in \\u hexadecimal character escape")
    _refuse(text, end + 1, "in string escape code")


def _literal(text: bytes, at: int, word: bytes) -> int:
    for place in range(1, len(word)):
        if text[at + place : at + place + 1] != word[place : place + 1]:
            expected = f"(expecting '{chr(word[place])}')"
            _refuse(text, at + place, f"in literal {word.decode()} {expected}")
    return at + len(word)


def _number(text: bytes, at: int) -> int:
    end = _past(_WHOLE, text, at)
    if text[end - 1 : end] == b"-":
        _refuse(text, end, "in numeric literal")
    if text[end : end + 1] == b".":
        end = _digits(text, end + 1, "after decimal point in numeric literal")
    if text[end : end + 1] in (b"e", b"E"):
        end += 1 + (text[end + 1 : end + 2] in (b"+", b"-"))
        end = _digits(text, end, "in exponent of numeric literal")
    return end


def _digits(text: bytes, at: int, where: str) -> int:
    end = _past(_DIGITS, text, at)
    if end == at:
        _refuse(text, at, where)
    return end
