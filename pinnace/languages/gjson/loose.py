"""A container as plain data, also where its text isn't quite JSON: then what can be read of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from pinnace.languages.errors import LanguageError
from pinnace.languages.gjson import scan


class Token(NamedTuple):
    """A value or a key inside a container."""

    kind: str  # null, false, true, number, string, json
    raw: str
    text: str = ""  # of a string, without quotes and escapes
    number: float = 0.0

    def value(self) -> Any:
        """Plain data; raises LanguageError when it is nested deeper than can be read."""
        match self.kind:
            case "string":
                return self.text
            case "number":
                return self.number
            case "true" | "false":
                return self.kind == "true"
            case "json":
                return _data(self.raw)
        return None


_LONE_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def _data(raw: str) -> Any:
    try:
        if _LONE_SURROGATE.search(raw):  # json.loads keeps half a pair, upstream doesn't
            return _read(raw)
        return json.loads(
            raw, parse_int=float, parse_constant=_refuse, object_pairs_hook=_first_wins
        )
    except ValueError:
        return _read_within(raw)
    except RecursionError as problem:
        raise LanguageError(scan.LANGUAGE, raw, 0, "the value is nested too deeply") from problem


def _refuse(name: str) -> None:
    raise ValueError(name)


def _first_wins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return dict(reversed(pairs)) if len(pairs) > len(dict(pairs)) else dict(pairs)


def _read_within(raw: str) -> Any:
    try:
        return _read(raw)
    except RecursionError as problem:
        raise LanguageError(scan.LANGUAGE, raw, 0, "the value is nested too deeply") from problem


_TOKEN = re.compile(r'[\]}{\["ntf\-0-9]')


def _read(raw: str) -> Any:
    """Upstream's arrayOrMap: what can be read of text that isn't quite JSON."""
    text = raw.lstrip(scan.CONTROLS)
    if text.startswith("["):
        return [item.value() for item in tokens(text)]
    if not text.startswith("{"):
        return None
    pairs: dict[str, Any] = {}
    found = tokens(text)
    for key, value in zip(found, found, strict=False):
        if key.text not in pairs:
            pairs[key.text] = value.value()
    return pairs


def tokens(text: str) -> Iterator[Token]:
    """The values inside a container, keys among them, as far as they can be read."""
    ends: dict[int, int] = {}
    place = 1
    while (token := _TOKEN.search(text, place)) and token.group() not in "]}":
        value, place = _token(text, token.start(), ends)
        yield value


def _token(text: str, start: int, ends: dict[int, int]) -> tuple[Token, int]:
    char = text[start]
    if char in "{[":
        end = scan.brackets(text, start, ends)
        return Token("json", text[start:end]), end
    if char == '"':
        closed = scan.STRING.match(text, start)
        raw = closed.group() if closed else text[start:]
        content = raw[1:-1] if closed else raw[1:]
        return Token("string", raw, scan.unescape(content)), start + len(raw)
    kind = {"n": "null", "t": "true", "f": "false"}.get(char, "number")
    pattern = scan.NUMBER if kind == "number" else scan.LITERAL
    matched = pattern.match(text, start)
    raw = matched.group() if matched else char
    number = scan.parse_float(raw) if kind == "number" else 0.0
    return Token(kind, raw, "", number), start + len(raw)
