"""Go's fmt.Sprintf: the verbs of templates' `printf` and of `withSequence.format`.

Mistakes print as they do in Go (`%!d(string=x)`, `%!v(MISSING)`, `%!(EXTRA int=1)`) and are never
errors.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from pinnace.languages import gonumbers, goquote
from pinnace.languages.govalues import text as shown
from pinnace.languages.govalues import type_name

_VERB = re.compile(r"%([-+# 0]*)(\[\d+\])?(\*|\d+)?(?:\.(\*|\d+)?)?(\[\d+\])?(.)?", re.DOTALL)
LARGEST_WIDTH = 10_000


class _Missing:
    """Stands for an argument that isn't there."""


_NONE = _Missing()


class _Arguments:
    """The arguments in order, or by number after a `[n]`."""

    def __init__(self, values: tuple[Any, ...]) -> None:
        self._values = values
        self._next = 0
        self.reordered = False

    def jump(self, mark: str | None) -> None:
        """Go on with the argument of a `[n]`."""
        if mark:
            self._next = int(mark[1:-1]) - 1
            self.reordered = True

    def take(self) -> Any:
        """The next argument."""
        index = self._next
        self._next += 1
        return self._values[index] if 0 <= index < len(self._values) else _NONE

    def extra(self) -> str:
        """What Go appends about arguments that no verb took."""
        left = self._values[self._next :]
        if self.reordered or not left:
            return ""
        return "%!(EXTRA " + ", ".join(_described(value) for value in left) + ")"


def _described(value: Any) -> str:
    return "<nil>" if value is None else f"{type_name(value)}={shown(value)}"


def sprintf(template: str, *values: Any) -> str:
    """fmt.Sprintf."""
    arguments = _Arguments(values)
    text = _VERB.sub(lambda found: _one(found, arguments), template)
    return text + arguments.extra()


def _one(found: re.Match[str], arguments: _Arguments) -> str:
    flags, before, width, precision, after, verb = found.groups()
    if verb is None:
        return "%!(NOVERB)"
    if verb == "%":
        return "%"
    arguments.jump(before)
    wide = _count(width, arguments)
    exact = _count(precision, arguments)
    if exact is None and "." in found.group().removesuffix(verb):
        exact = 0
    arguments.jump(after)
    value = arguments.take()
    if value is _NONE:
        return f"%!{verb}(MISSING)"
    if wide is not None and wide < 0:
        flags, wide = flags + "-", -wide
    body = _body(value, verb, flags, exact)
    return _padded(body, flags, wide or 0, value, verb)


def _count(written: str | None, arguments: _Arguments) -> int | None:
    if written is None:
        return None
    value = arguments.take() if written == "*" else int(written)
    return max(-LARGEST_WIDTH, min(value, LARGEST_WIDTH)) if isinstance(value, int) else None


def _padded(body: str, flags: str, width: int, value: Any, verb: str) -> str:
    if "-" in flags:
        return body.ljust(width)
    numeric = isinstance(value, int | float) and not isinstance(value, bool) and verb not in "qc"
    if "0" in flags and numeric and body[-1:].isalnum() and "Inf" not in body:
        sign = body[0] if body[:1] in ("+", "-", " ") else ""
        return sign + body[len(sign) :].rjust(width - len(sign), "0")
    return body.rjust(width, "0" if "0" in flags and not numeric else " ")


def _body(value: Any, verb: str, flags: str, precision: int | None) -> str:
    if verb == "T":
        return type_name(value)
    if verb == "v":
        return _general(value, flags, precision)
    if isinstance(value, list | tuple):
        return "[" + " ".join(_body(item, verb, flags, precision) for item in value) + "]"
    if isinstance(value, dict):
        pairs = sorted((shown(key), item) for key, item in value.items())
        inner = (
            f"{_body(k, verb, flags, precision)}:{_body(v, verb, flags, precision)}"
            for k, v in pairs
        )
        return "map[" + " ".join(inner) + "]"
    formatted = _scalar(value, verb, flags, precision)
    return f"%!{verb}({_described(value)})" if formatted is None else formatted


def _general(value: Any, flags: str, precision: int | None) -> str:
    if "#" in flags:
        return _go_syntax(value)
    if isinstance(value, float):
        return _float(value, "g", flags, precision)
    if isinstance(value, int) and not isinstance(value, bool):
        return _signed(str(value), value >= 0, flags)
    text = shown(value)
    return text[:precision] if isinstance(value, str) else text


def _go_syntax(value: Any) -> str:
    """`%#v`: the value as Go source."""
    match value:
        case str():
            return goquote.quote(value)
        case list() | tuple():
            return "[]interface {}{" + ", ".join(map(_go_syntax, value)) + "}"
        case dict():
            pairs = (f"{_go_syntax(k)}:{_go_syntax(v)}" for k, v in sorted(value.items()))
            return "map[string]interface {}{" + ", ".join(pairs) + "}"
        case None:
            return "interface {}(nil)"
    return shown(value)


def _scalar(value: Any, verb: str, flags: str, precision: int | None) -> str | None:
    """A scalar under a verb, or None when the verb doesn't take it."""
    match value:
        case bool():
            return shown(value) if verb == "t" else None
        case int():
            return _integer(value, verb, flags, precision)
        case float() if verb in "eEfFgG":
            return _float(value, verb, flags, precision)
        case str() | bytes():
            return _text(value, verb, flags, precision)
        case None | float():
            return None
    return shown(value) if verb in "sd" else None


_DIGITS: dict[str, Callable[[int], str]] = {
    "d": str,
    "b": lambda value: f"{value:b}",
    "o": lambda value: f"{value:o}",
    "x": lambda value: f"{value:x}",
    "X": lambda value: f"{value:X}",
}
_MARKS = {"b": "0b", "o": "0", "x": "0x", "X": "0X"}


def _integer(value: int, verb: str, flags: str, precision: int | None) -> str | None:
    if verb == "c":
        return chr(value) if 0 <= value < 0x110000 else "\ufffd"
    if verb == "q":
        return f"'{chr(value)}'"
    if verb == "U":
        return f"U+{value:04X}"
    if verb == "O":
        return _signed("0o" + f"{abs(value):o}", value >= 0, flags)
    if verb not in _DIGITS:
        return None
    digits = _DIGITS[verb](abs(value)).rjust(precision or 0, "0")
    mark = _MARKS.get(verb, "") if "#" in flags else ""
    return _signed(mark + digits if value >= 0 else "-" + mark + digits, value >= 0, flags)


def _signed(digits: str, positive: bool, flags: str) -> str:
    if not positive:
        return digits if digits.startswith("-") else "-" + digits
    return ("+" if "+" in flags else " " if " " in flags else "") + digits


def _float(value: float, verb: str, flags: str, precision: int | None) -> str:
    if verb in "gG":
        text = (
            gonumbers.format_shortest(value) if precision is None else f"{value:.{precision or 1}g}"
        )
        if verb == "G":
            text = text.upper()
    else:
        text = f"{value:.{6 if precision is None else precision}{verb}}"
    if text.lower().strip("+-") in ("inf", "nan"):
        text = {"inf": "+Inf", "-inf": "-Inf", "+inf": "+Inf"}.get(text.lower(), "NaN")
        return text if "+" in flags else text.removeprefix("+") if text != "+Inf" else text
    return _signed(text, not text.startswith("-"), flags)


def _text(value: str | bytes, verb: str, flags: str, precision: int | None) -> str | None:
    data = value.encode() if isinstance(value, str) else value
    text = data.decode("utf-8", "replace")
    match verb:
        case "s":
            return text[:precision]
        case "q":
            quoted = text[:precision]
            return f"`{quoted}`" if "#" in flags and "`" not in quoted else goquote.quote(quoted)
        case "x" | "X":
            digits = data[:precision].hex(" ") if " " in flags else data[:precision].hex()
            return digits.upper() if verb == "X" else digits
    return None
