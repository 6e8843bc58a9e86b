"""jq's functions of strings: trimming, splitting, formats, regular expressions."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from pinnace.languages import goregex
from pinnace.languages.errors import LanguageError
from pinnace.languages.jq.operators import add, split
from pinnace.languages.jq.values import (
    JqError,
    encoded,
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


def _string(value: Any) -> str:
    return value if type(value) is str else marshal(value)


_HTML = str.maketrans({"<": "&lt;", ">": "&gt;", "&": "&amp;", "'": "&apos;", '"': "&quot;"})
_CSV = str.maketrans({'"': '""', "\0": "\\0"})
_TSV = str.maketrans({"\t": "\\t", "\r": "\\r", "\n": "\\n", "\\": "\\\\", "\0": "\\0"})
_SHELL = str.maketrans({"'": "'\\''", "\0": "\\0"})


def _row(name: str, value: Any, separator: str, escape: Callable[[str], str]) -> str:
    if type(value) is not list:
        raise _cannot(f"@{name}", value)
    cells = []
    for item in value:
        if type(item) in (list, dict):
            raise JqError(f"@{name} cannot format an array including: {shown(item)}")
        if type(item) is str:
            cells.append(escape(item))
        else:
            text = marshal(item)
            cells.append("" if text == "null" and name != "sh" else text)
    return separator.join(cells)


def _unquote(value: Any) -> str:
    text = _string(value)
    if bad := re.search(r"%(?![0-9a-fA-F]{2}).{0,2}", text, re.DOTALL):
        reason = f'invalid URL escape "{bad.group()}"'
        raise JqError(f"@urid cannot be applied to {preview(value)}: {reason}")
    return unquote_to_bytes(text).decode("utf-8", "surrogateescape")


def _from_base64(value: Any) -> str:
    text = _string(value).split("=")[0].replace("\r", "").replace("\n", "")
    bad = re.search("[^A-Za-z0-9+/]", text)
    place = len(text[: bad.start()].encode()) if bad else len(text) // 4 * 4
    if bad or len(text) % 4 == 1:
        reason = f"illegal base64 data at input byte {place}"
        raise JqError(f"@base64d cannot be applied to {preview(value)}: {reason}")
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as problem:
        raise JqError(f"@base64d cannot be applied to {preview(value)}: {problem}") from problem
    return data.decode("utf-8", "surrogateescape")


def _as_go_says(reason: str) -> str:
    """RE2's message in Go's words: what is wrong, and the place in backquotes."""
    found = re.fullmatch(r"(error parsing regexp: .*?): (.*)", reason, re.DOTALL)
    if found is None:
        return reason
    return f"{found[1].replace('missing )', 'missing closing )')}: `{found[2]}`"


def _match(value: Any, pattern: Any, flags: Any, testing: bool) -> Any:
    name = "test" if testing else "match"
    texts = (value, pattern) if flags is None else (value, pattern, flags)
    if any(type(text) is not str for text in texts):
        call = f"{name}({preview(pattern)}; {preview(flags)})"
        raise JqError(f"{call} cannot be applied to: {shown(value)}")
    flags = flags or ""
    if set(flags) - set("gim"):
        raise JqError(f"unsupported regular expression flag: {marshal(flags)}")
    whole = ("(?s)" if "m" in flags else "") + ("(?i)" if "i" in flags else "") + pattern
    try:
        compiled = goregex.compile(whole)
        if testing:
            return goregex.search(whole, value)
    except LanguageError as problem:
        reason = _as_go_says(problem.expected)
        raise JqError(f"invalid regular expression {marshal(whole)}: {reason}") from problem
    names = {place: name for name, place in compiled.groupindex.items()}
    found = goregex.find_groups(whole, value, -1 if "g" in flags else 1)
    return [_found(value, spans, names) for spans in found]


def _found(text: str, spans: list[tuple[int, int] | None], names: dict[int, Any]) -> Any:
    def one(span: tuple[int, int] | None) -> dict[str, Any]:
        if span is None:
            return {"offset": -1, "length": 0, "string": None}
        start, end = span
        return {"offset": start, "length": end - start, "string": text[start:end]}

    captures = [{"name": names.get(place), **one(span)} for place, span in enumerate(spans[1:], 1)]
    return {**one(spans[0]), "captures": captures}


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
    ("_tohtml", 0): lambda v: _string(v).translate(_HTML),
    ("_touri", 0): lambda v: quote(encoded(_string(v)), safe="-_.~"),
    ("_tourid", 0): _unquote,
    ("_tocsv", 0): lambda v: _row("csv", v, ",", lambda s: f'"{s.translate(_CSV)}"'),
    ("_totsv", 0): lambda v: _row("tsv", v, "\t", lambda s: s.translate(_TSV)),
    ("_tosh", 0): lambda v: _row(
        "sh", v if type(v) is list else [v], " ", lambda s: f"'{s.translate(_SHELL)}'"
    ),
    ("_tobase64", 0): lambda v: base64.b64encode(encoded(_string(v))).decode(),
    ("_tobase64d", 0): _from_base64,
    ("_match", 3): _match,
}
