"""Go's string and character literals: strconv.Quote, Unquote and UnquoteChar.

Bytes that are no UTF-8 travel in Python's surrogate escapes (U+DC80 to U+DCFF) and are written as
`\\xNN`.
"""

from __future__ import annotations

from pinnace.languages.gounicode import printable

_SHORT = {
    "\a": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v",
}  # fmt: skip
_ESCAPES = {written[1]: char for char, written in _SHORT.items()}
_HEX_DIGITS = {"x": 2, "u": 4, "U": 8}


def inner(text: str, *, ascii_only: bool = False) -> str:
    """strconv.Quote without the outer quotes."""
    if text.isascii() and text.isprintable() and "\\" not in text and '"' not in text:
        return text
    return "".join(_escape(char, '"', ascii_only) for char in text)


def quote(text: str, *, ascii_only: bool = False) -> str:
    """strconv.Quote, or QuoteToASCII: a Go string literal."""
    return f'"{inner(text, ascii_only=ascii_only)}"'


def quote_rune(char: str, *, ascii_only: bool = False) -> str:
    """strconv.QuoteRune, or QuoteRuneToASCII."""
    return f"'{_escape(char, chr(39), ascii_only)}'"


def _escape(char: str, mark: str, ascii_only: bool) -> str:
    if char in ("\\", mark):
        return "\\" + char
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if printable(char) and (code < 0x80 or not ascii_only):
        return char
    if char in _SHORT:
        return _SHORT[char]
    if code < 0x20 or code == 0x7F:
        return f"\\x{code:02x}"
    if 0xD800 <= code <= 0xDFFF:
        return "\\ufffd"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def can_backquote(text: str) -> bool:
    """strconv.CanBackquote: whether raw quotes would hold the text unchanged."""
    return not any(
        char in "`\x7f\ufeff" or (char < " " and char != "\t") or "\ud800" <= char <= "\udfff"
        for char in text
    )


class BadLiteral(ValueError):
    """A literal that Go refuses; `place` is where in it."""

    def __init__(self, place: int) -> None:
        super().__init__("invalid syntax")
        self.place = place


def unquote(literal: str) -> str:
    """strconv.Unquote: the text of a "…", `…` or '…' literal; BadLiteral otherwise."""
    mark = literal[:1]
    if len(literal) < 2 or literal[-1] != mark or mark not in "\"'`":
        raise BadLiteral(0)
    body = literal[1:-1]
    if mark == "`":
        if "`" in body:
            raise BadLiteral(body.index("`") + 1)
        return body.replace("\r", "")
    if mark == '"' and "\\" not in body and "\n" not in body and '"' not in body:
        return body
    parts: list[bytes] = []
    place = 1
    while place < len(literal) - 1:
        if literal[place] == "\n" or (mark == "'" and parts):
            raise BadLiteral(place)
        data, place = unquote_char(literal, place, mark)
        parts.append(data)
    if place != len(literal) - 1 or (mark == "'" and not parts):
        raise BadLiteral(place)
    return b"".join(parts).decode("utf-8", "surrogateescape")


def unquote_char(literal: str, place: int, mark: str) -> tuple[bytes, int]:
    """strconv.UnquoteChar at a place: the bytes of the character, and where the next one is."""
    char = literal[place : place + 1]
    if char in ("", mark):
        raise BadLiteral(place)
    if char != "\\":
        return char.encode("utf-8", "surrogateescape"), place + 1
    code, multibyte, after = _escaped(literal, place, mark)
    return (chr(code).encode() if multibyte or code < 0x80 else bytes([code])), after


def rune_of(literal: str) -> int:
    """The code point of a '…' literal, as a number; `'\\xff'` is 255."""
    char = literal[1:2]
    if char in ("", "'", "\n"):
        raise BadLiteral(1)
    code, after = ord(char), 2
    if char == "\\":
        code, _, after = _escaped(literal, 1, "'")
    elif 0xDC80 <= code <= 0xDCFF:
        code = 0xFFFD
    if literal[after:] != "'":
        raise BadLiteral(after)
    return code


def _escaped(literal: str, place: int, mark: str) -> tuple[int, bool, int]:
    """(code, whether it is a whole character rather than a byte, place after it)."""
    letter = literal[place + 1 : place + 2]
    if letter in _ESCAPES:
        return ord(_ESCAPES[letter]), False, place + 2
    if letter and letter in "\\" + mark:
        return ord(letter), False, place + 2
    if letter in _HEX_DIGITS:
        return _numeric(literal, place + 2, _HEX_DIGITS[letter], 16, letter != "x")
    if letter and letter in "01234567":
        return _numeric(literal, place + 1, 3, 8, False)
    raise BadLiteral(place)


def _numeric(
    literal: str, place: int, count: int, base: int, multibyte: bool
) -> tuple[int, bool, int]:
    digits = literal[place : place + count]
    allowed = "0123456789abcdefABCDEF" if base == 16 else "01234567"
    if len(digits) < count or any(digit not in allowed for digit in digits):
        raise BadLiteral(place)
    code = int(digits, base)
    whole = code < 0x110000 and not 0xD800 <= code < 0xE000
    if not (whole if multibyte else code < 256):
        raise BadLiteral(place)
    return code, multibyte, place + count
