"""sprig's encodings and digests: base64, base32, JSON, SHA and Adler-32."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import zlib
from collections.abc import Callable
from typing import Any

from pinnace.languages import goquote
from pinnace.languages.sprig.casts import want_text


def _decode(decoder: Callable[[str], bytes], kind: str) -> Callable[[Any], str]:
    """sprig answers the error's text instead of failing; so do we."""

    def function(value: Any) -> str:
        try:
            return decoder(want_text(value)).decode("utf-8", "replace")
        except binascii.Error:
            return f"illegal {kind} data at input byte {_illegal(want_text(value))}"

    return function


def _illegal(text: str) -> int:
    legal = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")
    return next((i for i, char in enumerate(text) if char not in legal), len(text))


def _from_json(value: Any) -> Any:
    try:
        return json.loads(want_text(value), parse_int=float)
    except json.JSONDecodeError:
        return None  # sprig's fromJson swallows the error; mustFromJson does not


def _must_from_json(value: Any) -> Any:
    try:
        return json.loads(want_text(value), parse_int=float)
    except json.JSONDecodeError as problem:
        raise ValueError(f"invalid JSON at character {problem.pos}: {problem.msg}") from problem


def _digest(name: str) -> Callable[[Any], str]:
    return lambda value: hashlib.new(name, want_text(value).encode()).hexdigest()


_JSON: dict[str, Callable[..., Any]] = {
    "toJson": goquote.json_text,
    "toPrettyJson": lambda value: goquote.json_text(value, indent="  "),
    "toRawJson": lambda value: goquote.json_text(value, html=False),
}

TABLE: dict[str, Callable[..., Any]] = {
    "b64enc": lambda value: base64.b64encode(want_text(value).encode()).decode(),
    "b64dec": _decode(lambda text: base64.b64decode(text, validate=True), "base64"),
    "b32enc": lambda value: base64.b32encode(want_text(value).encode()).decode(),
    "b32dec": _decode(base64.b32decode, "base32"),
    "fromJson": _from_json,
    "mustFromJson": _must_from_json,
    **_JSON,
    **{f"must{name[0].upper()}{name[1:]}": apply for name, apply in _JSON.items()},
    "sha1sum": _digest("sha1"),
    "sha256sum": _digest("sha256"),
    "sha512sum": _digest("sha512"),
    "adler32sum": lambda value: str(zlib.adler32(want_text(value).encode())),
}
