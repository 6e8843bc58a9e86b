"""jq's functions of strings: trimming, splitting, formats, regular expressions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pinnace.languages.jq.operators import add, split
from pinnace.languages.jq.values import (
    JqError,
    marshal,
    preview,
    shown,
    sorted_keys,
    to_int,
)

_SPACES = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)


def positions(text: str, wanted: str) -> list[int]:
    """Where a string stands in another, overlapping too."""
    found: list[int] = []
    place = text.find(wanted) if wanted else -1
    while place >= 0:
        found.append(place)
        place = text.find(wanted, place + 1)
    return found


def _cannot(name: str, value: Any) -> JqError:
    return JqError(f"{name} cannot be applied to: {shown(value)}")


def _with_text(name: str, function: Callable[[str, str], Any]) -> Callable[[Any, Any], Any]:
    def run(value: Any, given: Any) -> Any:
        if type(value) is not str or type(given) is not str:
            raise JqError(f"{name}({preview(given)}) cannot be applied to: {shown(value)}")
        return function(value, given)

    return run


def _of_text(name: str, function: Callable[[str], Any]) -> Callable[[Any], Any]:
    def run(value: Any) -> Any:
        if type(value) is not str:
            raise _cannot(name, value)
        return function(value)

    return run


def _implode(value: Any) -> str:
    if type(value) is not list:
        raise _cannot("implode", value)
    codes = [to_int(item) for item in value]
    if None in codes:
        raise _cannot("implode", value)
    valid = (
        code if code is not None and 0 <= code <= 0x10FFFF and not 0xD800 <= code < 0xE000
        else 0xFFFD for code in codes
    )  # fmt: skip
    return "".join(map(chr, valid))


def _split(value: Any, separator: Any) -> list[str]:
    for text in (value, separator):
        if type(text) is not str:
            raise _cannot("split", text)
    return split(value, separator)


def _join(value: Any, separator: Any) -> Any:
    if type(value) is dict:
        value = [value[key] for key in sorted_keys(value)]
    if type(value) is not list:
        raise JqError(f"join({preview(separator)}) cannot be applied to: {shown(value)}")
    if not value:
        return ""
    total: Any = None
    for place, item in enumerate(value):
        total = add(total, separator if place else "")
        plain = item is None or type(item) in (str, list, dict)
        total = add(total, item if plain else marshal(item))
    return total


def _translated(first: str, last: str, shift: int) -> dict[int, int]:
    return {code: code + shift for code in range(ord(first), ord(last) + 1)}


_LOWER, _UPPER = _translated("A", "Z", 32), _translated("a", "z", -32)

NATIVE: dict[tuple[str, int], Callable[..., Any]] = {
    ("startswith", 1): _with_text("startswith", str.startswith),
    ("endswith", 1): _with_text("endswith", str.endswith),
    ("ltrimstr", 1): _with_text("ltrimstr", str.removeprefix),
    ("rtrimstr", 1): _with_text("rtrimstr", str.removesuffix),
    ("trimstr", 1): _with_text("trimstr", lambda s, t: s.removeprefix(t).removesuffix(t)),
    ("ltrim", 0): _of_text("ltrim", lambda s: s.lstrip(_SPACES)),
    ("rtrim", 0): _of_text("rtrim", lambda s: s.rstrip(_SPACES)),
    ("trim", 0): _of_text("trim", lambda s: s.strip(_SPACES)),
    ("explode", 0): _of_text("explode", lambda s: [ord(char) for char in s]),
    ("implode", 0): _implode,
    ("split", 1): _split,
    ("join", 1): _join,
    ("ascii_downcase", 0): _of_text("ascii_downcase", lambda s: s.translate(_LOWER)),
    ("ascii_upcase", 0): _of_text("ascii_upcase", lambda s: s.translate(_UPPER)),
}
