"""jq's formats: `@csv`, `@base64` and their kind."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from pinnace.languages.jq.values import JqError, encoded, marshal, preview, shown


def to_string(value: Any) -> str:
    """`tostring`: texts as they are, the rest as JSON."""
    return value if type(value) is str else marshal(value)


_HTML = str.maketrans({"<": "&lt;", ">": "&gt;", "&": "&amp;", "'": "&apos;", '"': "&quot;"})
_CSV = str.maketrans({'"': '""', "\0": "\\0"})
_TSV = str.maketrans({"\t": "\\t", "\r": "\\r", "\n": "\\n", "\\": "\\\\", "\0": "\\0"})
_SHELL = str.maketrans({"'": "'\\''", "\0": "\\0"})


def _row(name: str, value: Any, separator: str, escape: Callable[[str], str]) -> str:
    if type(value) is not list:
        raise JqError(f"@{name} cannot be applied to: {shown(value)}")
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
    text = to_string(value)
    if bad := re.search(r"%(?![0-9a-fA-F]{2}).{0,2}", text, re.DOTALL):
        reason = f'invalid URL escape "{bad.group()}"'
        raise JqError(f"@urid cannot be applied to {preview(value)}: {reason}")
    return unquote_to_bytes(text).decode("utf-8", "surrogateescape")


def _from_base64(value: Any) -> str:
    text = to_string(value).split("=")[0].replace("\r", "").replace("\n", "")
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


FORMATS: dict[str, Callable[[Any], str]] = {
    "@text": to_string,
    "@json": marshal,
    "@html": lambda v: to_string(v).translate(_HTML),
    "@uri": lambda v: quote(encoded(to_string(v)), safe="-_.~"),
    "@urid": _unquote,
    "@csv": lambda v: _row("csv", v, ",", lambda s: f'"{s.translate(_CSV)}"'),
    "@tsv": lambda v: _row("tsv", v, "\t", lambda s: s.translate(_TSV)),
    "@sh": lambda v: _row(
        "sh", v if type(v) is list else [v], " ", lambda s: f"'{s.translate(_SHELL)}'"
    ),
    "@base64": lambda v: base64.b64encode(encoded(to_string(v))).decode(),
    "@base64d": _from_base64,
}
"""The formats by their names."""
