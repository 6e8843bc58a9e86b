"""`string.format`: Go's fmt.Sprintf over Lua's values, each of which prints itself."""

from __future__ import annotations

from pinnace.languages import goformat
from pinnace.languages.goprinting import Flags, printed
from pinnace.languages.gotypes import Int64
from pinnace.languages.lua.machine import Machine
from pinnace.languages.lua.values import (
    Value,
    Values,
    is_whole,
    number_text,
    parse_number,
    text_of,
    truncated,
    type_of,
)


def to_python(text: str) -> str:
    """A Lua text (bytes) as Python's; what is no UTF-8 travels in surrogates."""
    if text.isascii():
        return text
    return text.encode("latin-1").decode("utf-8", "surrogateescape")


def from_python(text: str) -> str:
    """The other way round."""
    return text if text.isascii() else text.encode("utf-8", "surrogateescape").decode("latin-1")


def sprintf(machine: Machine, template: str, values: Values) -> str:
    """Print the values; those beyond the number of verbs are left out."""
    wanted = template.count("%") - template.count("%%")
    shown = [_FORMATS.get(type(value), _Other)(value) for value in values[:wanted]]
    try:
        return from_python(goformat.sprintf(to_python(template), *shown))
    except ValueError as problem:  # too long, or an address that is another one each time
        machine.fail(str(problem))


class _Other:
    """What Go prints by its String method: nil, tables and functions."""

    def __init__(self, value: Value) -> None:
        self._value = value
        kind = {"nil": "NilType"}.get(type_of(value), type_of(value).title())
        self.go_type = f"*lua.L{kind}"

    def go_format(self, verb: str, flags: Flags) -> str:
        if verb in "vsxXq" and not flags.sharp_v:
            return printed(text_of(self._value), verb, flags)
        if verb == "w":
            return f"%!w({self.go_type}={text_of(self._value)})"
        if self._value is None and verb != "p":
            return "&lua.LNilType{}" if flags.sharp_v else "&{}"
        raise ValueError(f"%{verb} prints where the value is in memory")


class _Boolean:
    go_type = "lua.LBool"

    def __init__(self, value: bool) -> None:
        self._value = value

    def go_format(self, verb: str, flags: Flags) -> str:
        if verb in "vsxXq" and not flags.sharp_v:
            return printed(text_of(self._value), verb, flags)
        if verb in "tv":
            return printed(self._value, verb, flags)
        return f"%!{verb}({self.go_type}={printed(self._value, 'v', flags)})"


class _Number:
    """LNumber.Format."""

    go_type = "lua.LNumber"

    def __init__(self, value: float) -> None:
        self._value = value

    def go_format(self, verb: str, flags: Flags) -> str:
        value = self._value
        if verb in "wp":
            return f"%!{verb}({self.go_type}={printed(value, 'v', flags)})"
        if verb in "qs":
            return printed(number_text(value), verb, flags)
        if verb in "eEfFgG" or not (verb in "bcdoxXUi" or is_whole(value)):
            return printed(value, verb, flags)
        return printed(Int64(truncated(value)), "d" if verb == "i" else verb, flags)


class _Text:
    """LString.Format: `%d` prints a text, or 0 where that is no number."""

    go_type = "lua.LString"

    def __init__(self, value: str) -> None:
        self._value = value

    def go_format(self, verb: str, flags: Flags) -> str:
        text = to_python(self._value)
        if verb in "wp":
            return f"%!{verb}({self.go_type}={printed(text, 'v', flags)})"
        if verb not in "di":
            return printed(text, verb, flags)
        if parse_number(self._value) is None:
            return printed(0, "d", flags)
        return printed(text, "s", flags)


_FORMATS = {bool: _Boolean, float: _Number, str: _Text}
