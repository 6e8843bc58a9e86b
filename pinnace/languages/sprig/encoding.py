"""sprig's encodings and digests: base64, base32, JSON, SHA and Adler-32."""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Callable
from typing import Any

from pinnace.languages import goquote, gounicode


def _data(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


class _Alphabet:
    """One of base64 and base32: decoding tells where the first byte is that doesn't belong."""

    def __init__(self, name: str, alphabet: str, group: int, whole: frozenset[int]) -> None:
        self._name = name
        self._values = {char: value for value, char in enumerate(alphabet)}
        self._group = group  # characters that make whole bytes
        self._bits = (len(alphabet) - 1).bit_length()
        self._whole = whole  # how many characters a group may have before its padding

    def decode(self, text: str) -> str:
        """The text; or, as in sprig, what is wrong with it instead of failing."""
        try:
            return self._decoded(_data(text)).decode("utf-8", "surrogateescape")
        except ValueError as problem:
            return f"illegal {self._name} data at input byte {problem}"

    def _decoded(self, data: bytes) -> bytes:
        found, place = bytearray(), 0
        while True:
            values, place, ended = self._quantum(data, place)
            bits = 0
            for value in values:
                bits = bits << self._bits | value
            extra = len(values) * self._bits % 8
            size = len(values) * self._bits // 8
            found += (bits >> extra).to_bytes(size, "big")
            if ended:
                return bytes(found)

    def _quantum(self, data: bytes, place: int) -> tuple[list[int], int, bool]:
        """The values of one group, the place after it, whether it is the last one."""
        values: list[int] = []
        while len(values) < self._group:
            place = _skip(data, place)
            if place == len(data):
                if values:
                    raise ValueError(place - len(values))
                return values, place, True
            char = chr(data[place])
            place += 1
            if char == "=":
                return values, self._padding(data, place, len(values)), True
            if char not in self._values:
                raise ValueError(place - 1)
            values.append(self._values[char])
        return values, place, False

    def _padding(self, data: bytes, place: int, count: int) -> int:
        if count not in self._whole:
            raise ValueError(place - 1)
        for _ in range(self._group - count - 1):
            place = _skip(data, place)
            if place == len(data):
                raise ValueError(len(data))
            if data[place] != ord("="):
                raise ValueError(place - 1)
            place += 1
        place = _skip(data, place)
        if place < len(data):
            raise ValueError(place)
        return place


def _skip(data: bytes, place: int) -> int:
    while place < len(data) and data[place] in b"\r\n":
        place += 1
    return place


_UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_BASE64 = _Alphabet("base64", _UPPER + _UPPER.lower() + "0123456789+/", 4, frozenset({2, 3}))
_BASE32 = _Alphabet("base32", _UPPER + "234567", 8, frozenset({2, 4, 5, 7}))


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"invalid character in JSON: {name}")


def _number(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ValueError(f"cannot unmarshal number {text} into Go value of type float64")
    return value


def _must_from_json(text: str) -> Any:
    """json.Unmarshal into an interface {}: every number is a float64."""
    if text[:1] == "\ufeff":
        raise ValueError("invalid character at the beginning of JSON")
    try:
        found = json.loads(
            gounicode.valid(text), parse_int=_number, parse_float=_number,
            parse_constant=_refuse_constant,
        )  # fmt: skip
    except json.JSONDecodeError as problem:
        raise ValueError(f"invalid JSON at character {problem.pos}: {problem.msg}") from problem
    except RecursionError as problem:
        raise ValueError("exceeded max depth") from problem
    return _valid(found)


def _valid(value: Any) -> Any:
    """Lone surrogates that were escaped become U+FFFD."""
    match value:
        case str():
            return gounicode.valid(value)
        case list():
            return [_valid(item) for item in value]
        case dict():
            return {_valid(key): _valid(item) for key, item in value.items()}
    return value


def _from_json(text: str) -> Any:
    try:
        return _must_from_json(text)
    except ValueError:
        return None  # sprig's fromJson swallows the error; mustFromJson does not


def _quiet(write: Callable[[Any], str]) -> Callable[[Any], str]:
    """toJson of what JSON can't hold is empty; mustToJson reports it."""

    def function(value: Any) -> str:
        try:
            return write(value)
        except ValueError:
            return ""

    return function


def _pretty(value: Any) -> str:
    return goquote.json_text(value, indent="  ")


def _raw(value: Any) -> str:
    return goquote.json_text(value, html=False)


def _digest(name: str) -> Callable[[str], str]:
    return lambda text: hashlib.new(name, _data(text)).hexdigest()


TABLE: dict[str, Callable[..., Any]] = {
    "b64enc": lambda text: base64.b64encode(_data(text)).decode(),
    "b64dec": _BASE64.decode,
    "b32enc": lambda text: base64.b32encode(_data(text)).decode(),
    "b32dec": lambda text: _BASE32.decode(text.replace("\r", "").replace("\n", "")),
    "fromJson": _from_json,
    "mustFromJson": _must_from_json,
    "toJson": _quiet(goquote.json_text),
    "toPrettyJson": _quiet(_pretty),
    "toRawJson": _raw,
    "mustToJson": goquote.json_text,
    "mustToPrettyJson": _pretty,
    "mustToRawJson": _raw,
    "sha1sum": _digest("sha1"),
    "sha256sum": _digest("sha256"),
    "sha512sum": _digest("sha512"),
    "adler32sum": lambda text: str(zlib.adler32(_data(text))),
}
