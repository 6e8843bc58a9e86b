"""JSON text with or without white space, as tidwall/pretty lays it out.

It works on bytes, because upstream counts bytes where it asks whether something fits on a line.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from functools import cmp_to_key

from pinnace.languages import gonumbers, gounicode

_OUTSIDE = re.compile(r'("[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z))|[\x00-\x20]+', re.DOTALL)
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
_NUMBER = re.compile(rb".[^\x00-\x20,:\]}]*+", re.DOTALL)
_ENTRY = re.compile(rb'["0-9\-{\[tfniI+N]')
_WORDS = {ord("t"): b"true", ord("f"): b"false", ord("n"): b"null"}


@dataclass(frozen=True, kw_only=True)
class Style:
    """How to lay JSON out."""

    width: int = 80
    prefix: bytes = b""
    indent: bytes = b"  "
    sort_keys: bool = False


def ugly(text: str) -> str:
    """The text without white space between tokens."""
    return _OUTSIDE.sub(lambda found: found.group(1) or "", text)


def pretty(text: str, style: Style) -> str:
    """One member per line; what fits the width stays on its line."""
    writer = _Writer(text.encode("utf-8", "surrogateescape"), style)
    writer.value(0, _Place(style=style, pretty=True))
    out = bytes(writer.out)
    return (out + b"\n" if out else out).decode("utf-8", "surrogateescape")


@dataclass(frozen=True, kw_only=True)
class _Place:
    """Where a value is written: how, how deep, and whether a single line is being tried."""

    style: Style
    pretty: bool
    tabs: int = 0
    single: bool = False


@dataclass(frozen=True)
class _Pair:
    key: bytes
    start: int
    end: int


class _Writer:
    """Mirrors appendPrettyAny and appendPrettyObject; `line` is where the last line begins."""

    def __init__(self, source: bytes, style: Style) -> None:
        self._source = source
        self.out = bytearray(style.prefix)
        self._line = 0

    def value(self, at: int, place: _Place) -> tuple[int, bool]:
        """Write the value that comes next; where it ended, and whether it was whole."""
        source = self._source
        found = _ENTRY.search(source, at)
        if found is None:
            return len(source), True
        at, char = found.start(), source[found.start()]
        if char in b"{[":
            return self._container(at, place)
        if char in _WORDS and not (char == ord("n") and source[at + 1 : at + 2] not in (b"u", b"")):
            self.out += _WORDS[char]
            return at + len(_WORDS[char]), True
        return self._copy(_STRING if char == ord('"') else _NUMBER, at), True

    def _copy(self, pattern: re.Pattern[bytes], at: int) -> int:
        found = pattern.match(self._source, at)
        self.out += found.group() if found else b""
        return found.end() if found else at + 1

    def _container(self, at: int, place: _Place) -> tuple[int, bool]:
        style = place.style
        if style.width > 0 and place.pretty and not place.single:
            room = style.width - (len(self.out) - self._line)
            if room > 3:
                before, line = len(self.out), self._line
                single = replace(
                    place, style=replace(style, indent=b""), pretty=False, tabs=0, single=True
                )
                self._line = 0
                end, whole = self._members(at, single)
                self._line = line
                if whole and len(self.out) - before <= room:
                    return end, True
                del self.out[before:]
        return self._members(at, place)

    def _members(self, at: int, place: _Place) -> tuple[int, bool]:
        source, style = self._source, place.style
        keyed = source[at] == ord("{")
        close = ord("}") if keyed else ord("]")
        self.out.append(source[at])
        pairs: list[_Pair] = []
        count, sorts = 0, keyed and style.sort_keys
        at += 1
        while at < len(source):
            char = source[at]
            if char == close:
                if sorts:
                    self._sort(pairs, place)
                self._close(close, count, place)
                return at + 1, True
            if char <= 0x20 or (keyed and char != ord('"')):
                at += 1
                continue
            self._between(count, keyed, style)
            start = self._new_line(place)
            name_at = at
            if keyed:
                at = self._copy(_STRING, at)
                self.out += b": "
            key = source[name_at:at]
            at, whole = self.value(at, replace(place, tabs=place.tabs + 1))
            if place.single and not whole:
                return at, False
            pairs.append(_Pair(key, start, len(self.out)))
            count += 1
        return at, not keyed

    def _between(self, count: int, keyed: bool, style: Style) -> None:
        if count:
            self.out += b"," if style.width == -1 else b", "
        elif keyed and style.width != -1:
            self.out += b" "

    def _new_line(self, place: _Place) -> int:
        """Begin a member's line; where the member starts (for sorting)."""
        if not place.pretty:
            return len(self.out)
        self._line = len(self.out)
        self._break()
        start = len(self.out)
        self._indent(place, place.tabs + 1)
        return start

    def _break(self) -> None:
        if self.out[-1] == ord(" "):
            self.out[-1] = ord("\n")
        else:
            self.out.append(ord("\n"))

    def _indent(self, place: _Place, tabs: int) -> None:
        self.out += place.style.prefix + place.style.indent * tabs

    def _close(self, close: int, count: int, place: _Place) -> None:
        opening = ord("{") if close == ord("}") else ord("[")
        if place.pretty:
            if count:
                self._line = len(self.out)
                self._break()
            if self.out[-1] != opening:
                self._indent(place, place.tabs)
        elif opening == ord("{"):
            self.out += b" "
        self.out.append(close)

    def _sort(self, pairs: list[_Pair], place: _Place) -> None:
        if not pairs:
            return
        texts = [(pair.key, bytes(self.out[pair.start : pair.end])) for pair in pairs]
        ordered = sorted(texts, key=cmp_to_key(_compare))
        if ordered == texts:
            return
        del self.out[pairs[0].start :]
        self.out += (b",\n" if place.pretty else b", ").join(text for _, text in ordered)


def _compare(left: tuple[bytes, bytes], right: tuple[bytes, bytes]) -> int:
    for one, other in ((left[0], right[0]), (_value_of(left), _value_of(right))):
        a, b = _order(one), _order(other)
        if a != b:
            return -1 if a < b else 1
    return 0


def _value_of(pair: tuple[bytes, bytes]) -> bytes:
    value = pair[1].strip()
    return value[len(pair[0]) + 1 :].strip() if len(value) >= len(pair[0]) + 1 else value


_RANKS = {ord("n"): 0, ord("f"): 1, ord('"'): 3, ord("t"): 4, ord("["): 5, ord("{"): 5}


def _order(value: bytes) -> tuple[int, float, bytes]:
    """null < false < numbers < strings < true < containers."""
    rank = _RANKS.get(value[0], 2) if value else 0
    if rank == 3:
        return rank, 0.0, _text(value)
    if rank == 2:
        return rank, gonumbers.parse_float(value.decode("utf-8", "replace")) or 0.0, b""
    return rank, 0.0, value


def _text(value: bytes) -> bytes:
    if b"\\" in value:
        try:
            text: str = json.loads(value.decode("utf-8", "surrogateescape"))
            return gounicode.as_bytes(gounicode.valid(text))
        except ValueError:
            return b""
    return value[1:].split(b'"')[0]
