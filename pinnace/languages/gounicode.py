"""Characters as Go's unicode package sees them: one at a time, by Unicode 15.

Python's own tables are those of Unicode 14 (Python 3.11), and its upper() and lower() may give
several characters for one (`ß` → `SS`), which Go's simple mappings never do.
"""

from __future__ import annotations

import unicodedata

_NEW_LETTERS = (
    (0x1123F, 0x11240), (0x11F02, 0x11F02), (0x11F04, 0x11F10), (0x11F12, 0x11F33),
    (0x1342F, 0x1342F), (0x13441, 0x13446), (0x1B132, 0x1B132), (0x1B155, 0x1B155),
    (0x1DF25, 0x1DF2A), (0x1E030, 0x1E06D), (0x1E4D0, 0x1E4EB), (0x2B739, 0x2B739),
    (0x31350, 0x323AF),
)  # fmt: skip
_NEW_DIGITS = ((0x11F50, 0x11F59), (0x1E4F0, 0x1E4F9))
_NEW_NUMBERS = (*_NEW_DIGITS, (0x1D2C0, 0x1D2D3))
_NEW_PUNCTUATION = ((0x11B00, 0x11B09), (0x11F43, 0x11F4F))
_NEW_PRINTABLE = (
    (0xCF3, 0xCF3), (0xECE, 0xECE), (0x10EFD, 0x10EFF), (0x1123F, 0x11241), (0x11B00, 0x11B09),
    (0x11F00, 0x11F10), (0x11F12, 0x11F3A), (0x11F3E, 0x11F59), (0x1342F, 0x1342F),
    (0x13440, 0x13455), (0x1B132, 0x1B132), (0x1B155, 0x1B155), (0x1D2C0, 0x1D2D3),
    (0x1DF25, 0x1DF2A), (0x1E030, 0x1E06D), (0x1E08F, 0x1E08F), (0x1E4D0, 0x1E4F9),
    (0x1F6DC, 0x1F6DC), (0x1F774, 0x1F776), (0x1F77B, 0x1F77F), (0x1F7D9, 0x1F7D9),
    (0x1FA75, 0x1FA77), (0x1FA87, 0x1FA88), (0x1FAAD, 0x1FAAF), (0x1FABB, 0x1FABD),
    (0x1FABF, 0x1FABF), (0x1FACE, 0x1FACF), (0x1FADA, 0x1FADB), (0x1FAE8, 0x1FAE8),
    (0x1FAF7, 0x1FAF8), (0x2B739, 0x2B739), (0x31350, 0x323AF),
)  # fmt: skip
_NEW_LOWER = ((0x1DF25, 0x1DF2A),)

WHITE_SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680"
    + "".join(map(chr, range(0x2000, 0x200B)))
    + ("\u2028\u2029\u202f\u205f\u3000")
)
"""What unicode.IsSpace says yes to."""


def _among(char: str, ranges: tuple[tuple[int, int], ...]) -> bool:
    code = ord(char)
    return code > 0xCF0 and any(first <= code <= last for first, last in ranges)


def printable(char: str) -> bool:
    """strconv.IsPrint."""
    return char.isprintable() or _among(char, _NEW_PRINTABLE)


def letter(char: str) -> bool:
    """unicode.IsLetter."""
    return unicodedata.category(char)[0] == "L" or _among(char, _NEW_LETTERS)


def digit(char: str) -> bool:
    """unicode.IsDigit."""
    return unicodedata.category(char) == "Nd" or _among(char, _NEW_DIGITS)


def number(char: str) -> bool:
    """unicode.IsNumber."""
    return unicodedata.category(char)[0] == "N" or _among(char, _NEW_NUMBERS)


def punctuation(char: str) -> bool:
    """unicode.IsPunct."""
    return unicodedata.category(char)[0] == "P" or _among(char, _NEW_PUNCTUATION)


def space(char: str) -> bool:
    """unicode.IsSpace."""
    return char in WHITE_SPACE


def is_upper(char: str) -> bool:
    """unicode.IsUpper."""
    return unicodedata.category(char) == "Lu"


def is_lower(char: str) -> bool:
    """unicode.IsLower."""
    return unicodedata.category(char) == "Ll" or _among(char, _NEW_LOWER)


def is_title(char: str) -> bool:
    """unicode.IsTitle."""
    return unicodedata.category(char) == "Lt"


def to_upper(char: str) -> str:
    """unicode.ToUpper: always one character."""
    found = char.upper()
    return found if len(found) == 1 else to_title(char)


def to_title(char: str) -> str:
    """unicode.ToTitle."""
    found = char.title()
    return found if len(found) == 1 else char


def to_lower(char: str) -> str:
    """unicode.ToLower."""
    return char.lower()[:1]


def as_bytes(text: str) -> bytes:
    """A string's bytes: what Go indexes, cuts and orders strings by."""
    return text.encode("utf-8", "surrogateescape")


_STRAY = {code: "\ufffd" for code in range(0xD800, 0xE000)}


def valid(text: str) -> str:
    """The text as Go's `range` reads it: each byte that is no UTF-8 is U+FFFD."""
    return text if text.isascii() else text.translate(_STRAY)


def upper(text: str) -> str:
    """strings.ToUpper."""
    return text.upper() if text.isascii() else "".join(map(to_upper, valid(text)))


def lower(text: str) -> str:
    """strings.ToLower."""
    return text.lower() if text.isascii() else "".join(map(to_lower, valid(text)))
