"""How Go's fmt prints one value under one verb (fmt/print.go's printArg and fmt/format.go)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from pinnace.languages import gofloats, gostrings, gotime, gounicode
from pinnace.languages.gotypes import Named, Uint8, Uint64
from pinnace.languages.govalues import text as plain
from pinnace.languages.govalues import type_name

_FLAGS = {"#": "sharp", "0": "zero", "+": "plus", "-": "minus", " ": "space"}
MAX_OUTPUT = 10_000_000
_STRINGERS = "vsxXq"


@dataclass
class Flags:
    """What stands between `%` and the verb."""

    sharp: bool = False
    zero: bool = False
    plus: bool = False
    minus: bool = False
    space: bool = False
    width: int | None = None
    precision: int | None = None
    sharp_v: bool = False
    room: int = MAX_OUTPUT  # characters that the verb may still print

    def read(self, char: str) -> bool:
        """Take one flag; False when the character is none."""
        name = _FLAGS.get(char)
        if name is None:
            return False
        setattr(self, name, True)
        return True

    def plain_v(self) -> None:
        """`%#v` and `%+v` mean another thing than `#` and `+` do elsewhere."""
        self.sharp_v, self.sharp = self.sharp, False
        self.plus = False

    def pad(self, text: str, *, zero: bool | None = None) -> str:
        """The text at the width; zeros pad only on the left."""
        width = self.width or 0
        self.room -= max(width, len(text))
        if self.room < 0:
            raise ValueError(f"printf: the output is longer than {MAX_OUTPUT} characters")
        if self.minus:
            return text.ljust(width)
        return text.rjust(width, "0" if (self.zero if zero is None else zero) else " ")


class Formatter(Protocol):
    """fmt.Formatter: a value that prints itself; `go_type` is what `%T` prints."""

    go_type: str

    def go_format(self, verb: str, flags: Flags) -> str:
        """The value under a verb."""


def described(value: Any) -> str:
    """`int=5`: a value among the mistakes."""
    return "<nil>" if value is None else f"{type_name(value)}={printed(value)}"


def printed(value: Any, verb: str = "v", flags: Flags | None = None) -> str:
    """fmt's printArg."""
    formatted = getattr(value, "go_format", None)
    if formatted is not None and verb != "T":
        return str(formatted(verb, flags or Flags()))
    if flags is None:
        if verb == "v":
            return plain(value)
        flags = Flags()
    if value is None:
        return flags.pad("<nil>") if verb in "vT" else _bad(None, verb, flags)
    if verb == "T":
        return flags.pad(_truncated(type_name(value), flags))
    if verb == "w" and isinstance(value, list | tuple | Mapping) and not isinstance(value, bytes):
        return _bad(value, verb, flags)
    if verb == "p":
        raise ValueError("printf: %p prints an address, which is another one each time")
    return _value(value, verb, flags, 0)


def _bad(value: Any, verb: str, flags: Flags) -> str:
    if value is None:
        return f"%!{verb}(<nil>)"
    # the value is printed with the same flags, and without its String method
    return f"%!{verb}({type_name(value)}={_value(value, 'v', flags, 0, erroring=True)})"


def _value(value: Any, verb: str, flags: Flags, depth: int, *, erroring: bool = False) -> str:
    match value:
        case None:
            return _nil(verb, flags)
        case bool():
            return flags.pad(plain(value)) if verb in "tv" else _bad(value, verb, flags)
        case Named() if verb in _STRINGERS and not flags.sharp_v and not erroring:
            return _text(str(value), verb, flags)
        case int():
            return _integer(value, verb, flags)
        case float():
            return _float(value, verb, flags)
        case str():
            return _text(value, verb, flags)
        case bytes():
            return _bytes(value, verb, flags)
        case list() | tuple():
            return _list(value, verb, flags, depth)
        case Mapping():
            return _map(value, verb, flags, depth)
    return _other(value, verb, flags, depth, erroring)


def _nil(verb: str, flags: Flags) -> str:
    """A nil inside a list or a map."""
    if flags.sharp_v:
        return "interface {}(nil)"
    return "<nil>"


def _other(value: Any, verb: str, flags: Flags, depth: int, erroring: bool) -> str:
    """A date, a duration, a version: what has a String method."""
    if verb == "w" and not erroring:
        return _bad(value, verb, flags)
    if verb in _STRINGERS and not flags.sharp_v and not erroring:
        return _text(str(plain(value)), verb, flags)
    nanoseconds = getattr(value, "nanoseconds", None)
    if nanoseconds is not None:
        return _integer(nanoseconds, verb, flags, of=value)
    if isinstance(value, datetime) and flags.sharp_v:
        return _truncated(gotime.go_syntax(value), flags)
    raise ValueError(f"printf: %{verb} of {type_name(value)} prints its private fields")


def _list(value: Any, verb: str, flags: Flags, depth: int) -> str:
    if flags.sharp_v:
        if getattr(value, "nil", False):
            return f"{type_name(value)}(nil)"
        items = (_value(item, "v", flags, depth + 1) for item in value)
        return type_name(value) + "{" + ", ".join(items) + "}"
    return "[" + " ".join(_value(item, verb, flags, depth + 1) for item in value) + "]"


def _map(value: Mapping[Any, Any], verb: str, flags: Flags, depth: int) -> str:
    pairs = sorted(value.items(), key=lambda pair: str(pair[0]))
    shown = (
        f"{_value(key, verb, flags, depth + 1)}:{_value(item, verb, flags, depth + 1)}"
        for key, item in pairs
    )
    if not flags.sharp_v:
        return "map[" + " ".join(shown) + "]"
    if getattr(value, "nil", False):
        return f"{type_name(value)}(nil)"
    return type_name(value) + "{" + ", ".join(shown) + "}"


_BASES = {"d": "d", "v": "d", "b": "b", "o": "o", "O": "o", "x": "x", "X": "X"}
_MARKS = {"b": "0b", "x": "0x", "X": "0X"}


def _integer(value: int, verb: str, flags: Flags, of: Any = None) -> str:
    if verb in ("c", "q", "U"):
        return _character(int(value), verb, flags)
    unsigned = isinstance(value, Uint8 | Uint64)
    if verb not in _BASES:
        return _bad(value if of is None else of, verb, flags)
    if verb == "v" and flags.sharp_v and unsigned:
        return _digits(int(value), "x", replace(flags, sharp=True))
    return _digits(int(value), verb, flags)


def _digits(value: int, verb: str, flags: Flags) -> str:
    if flags.precision == 0 and value == 0:
        return " " * (flags.width or 0)
    least = flags.precision or 0
    if flags.precision is None and flags.zero and not flags.minus and flags.width is not None:
        least = flags.width - (value < 0 or flags.plus or flags.space)
    digits = format(abs(value), _BASES[verb]).rjust(least, "0")
    if flags.sharp:
        digits = _MARKS.get(verb, "") + digits
        if verb in "oO" and not digits.startswith("0"):
            digits = "0" + digits
    if verb == "O":
        digits = "0o" + digits
    return flags.pad(_sign(value < 0, flags) + digits, zero=False)


def _sign(negative: bool, flags: Flags) -> str:
    if negative:
        return "-"
    return "+" if flags.plus else " " if flags.space else ""


def _character(value: int, verb: str, flags: Flags) -> str:
    code = value % 2**64
    rune = chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
    if verb == "c":
        return flags.pad(rune)
    if verb == "q":
        return flags.pad(gostrings.quote_rune(rune, ascii_only=flags.plus))
    text = "U+" + format(code, "X").rjust(max(4, flags.precision or 0), "0")
    if flags.sharp and code < 0x110000 and gounicode.printable(rune) and rune != "\ufffd":
        text += f" '{rune}'"
    return flags.pad(text, zero=False)


def _float(value: float, verb: str, flags: Flags) -> str:
    if verb not in "vbgGxXfFeE":
        return _bad(value, verb, flags)
    precision = flags.precision if flags.precision is not None else (6 if verb in "feEF" else -1)
    letter = {"v": "g", "F": "f"}.get(verb, verb)
    text = gofloats.format_float(value, letter, precision)
    sign, digits = (text[0], text[1:]) if text[0] in "+-" else ("+", text)
    if sign == "+":
        sign = " " if flags.space and not flags.plus else "+"
    if digits[0] in "IN":
        bare = digits[0] == "N" and not flags.space and not flags.plus
        return flags.pad(digits if bare else sign + digits, zero=False)
    if flags.sharp and verb != "b":
        digits = _with_point(digits, verb, precision)
    if sign == "+" and not flags.plus:
        return flags.pad(digits)
    if flags.zero and not flags.minus and flags.width is not None:
        return sign + digits.rjust(flags.width - 1, "0")
    return flags.pad(sign + digits)


def _with_point(digits: str, verb: str, precision: int) -> str:
    """`%#g`: a decimal point always, and trailing zeros up to the precision."""
    left = (6 if precision == -1 else precision) if verb in "vgGx" else 0
    tails = "pP" if verb in "xX" else "pPeE"
    cut = next((i for i, char in enumerate(digits) if char in tails), len(digits))
    head, tail = digits[:cut], digits[cut:]
    significant = head.replace(".", "").lstrip("0")
    left -= len(significant)
    if "." not in head:
        if head == "0":
            left -= 1
        head += "."
    return head + "0" * max(0, left) + tail


def _text(value: str, verb: str, flags: Flags) -> str:
    match verb:
        case "v" if flags.sharp_v:
            return _quoted(value, flags)
        case "v" | "s":
            return flags.pad(_truncated(value, flags))
        case "q":
            return _quoted(value, flags)
        case "x" | "X":
            return _hexadecimal(value.encode("utf-8", "surrogateescape"), verb, flags)
    return _bad(value, verb, flags)


def _truncated(value: str, flags: Flags) -> str:
    return value if flags.precision is None else value[: flags.precision]


def _quoted(value: str, flags: Flags) -> str:
    text = _truncated(value, flags)
    if flags.sharp and gostrings.can_backquote(text):
        return flags.pad(f"`{text}`")
    return flags.pad(gostrings.quote(text, ascii_only=flags.plus))


def _hexadecimal(data: bytes, verb: str, flags: Flags) -> str:
    mark = f"0{verb}" if flags.sharp else ""
    data = data if flags.precision is None else data[: flags.precision]
    if not data:
        return flags.pad("")
    parts = [format(byte, f"02{verb}") for byte in data]
    text = f" {mark}".join(parts) if flags.space else "".join(parts)
    return flags.pad(mark + text)


def _bytes(value: bytes, verb: str, flags: Flags) -> str:
    if verb in "vd":
        if flags.sharp_v:
            items = (_digits(byte, "x", replace(flags, sharp=True)) for byte in value)
            return "[]byte{" + ", ".join(items) + "}"
        return "[" + " ".join(_digits(byte, verb, flags) for byte in value) + "]"
    if verb in "sxXq":
        return _text(value.decode("utf-8", "surrogateescape"), verb, flags)
    return "[" + " ".join(_value(Uint8(byte), verb, flags, 1) for byte in value) + "]"
