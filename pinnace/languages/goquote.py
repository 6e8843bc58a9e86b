"""Text and data as Go quotes them: encoding/json here, strconv.Quote in `gostrings`.

`tags` inserts strconv.Quote'd values into JSON text exactly as Argo does; expr, Go templates and
sprig print data with encoding/json: sorted keys, `<`, `>` and `&` escaped.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pinnace.languages import gonumbers, gotime
from pinnace.languages.gostrings import inner, quote
from pinnace.languages.gotypes import is_nil

__all__ = ["inner", "json_string", "json_text", "quote"]

_HTML = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}
_LINES = {"\u2028": "\\u2028", "\u2029": "\\u2029"}
_HTML_TABLE = str.maketrans(_HTML | _LINES)
_INVALID = {code: "\\ufffd" for code in range(0xD800, 0xE000)}  # escaped, unlike a real U+FFFD
_LINES_TABLE = str.maketrans(_LINES)


def json_string(text: str, *, html: bool = True) -> str:
    """One JSON string as encoding/json writes it: non-ASCII text stays as it is."""
    plain = json.dumps(text, ensure_ascii=False)
    if not text.isascii():
        plain = plain.translate(_INVALID)
    return plain.translate(_HTML_TABLE if html else _LINES_TABLE)


def json_text(value: Any, *, indent: str = "", html: bool = True) -> str:
    """json.Marshal, or json.MarshalIndent with a non-empty indent: map keys are sorted."""
    return _Writer(indent=indent, html=html).write(value, 0)


class _Writer:
    """Writes one document; holds how it is to be written."""

    def __init__(self, *, indent: str, html: bool) -> None:
        self._indent = indent
        self._html = html

    def write(self, value: Any, depth: int) -> str:
        match value:
            case _ if is_nil(value) and not hasattr(value, "as_json"):
                return "null"
            case bool():
                return "true" if value else "false"
            case str():
                return json_string(value, html=self._html)
            case int():
                return int.__repr__(value)  # a month prints its name
            case float():
                return gonumbers.format_json(value)
            case Mapping() if not hasattr(value, "as_json"):
                return self._object(value, depth)
            case list() | tuple():
                return self._array(value, depth)
            case datetime():
                return json_string(gotime.format(value, gotime.RFC3339_NANO))
            case _:
                return self._other(value, depth)

    def _other(self, value: Any, depth: int) -> str:
        if isinstance(value, bytes):
            return json_string(base64.b64encode(value).decode())
        as_json = getattr(value, "as_json", None)
        if as_json is None:
            raise ValueError(f"json: unsupported type: {type(value).__name__}")
        return self.write(as_json(), depth)

    def _object(self, value: Mapping[Any, Any], depth: int) -> str:
        colon = ": " if self._indent else ":"
        pairs = sorted(((str(k), v) for k, v in value.items()), key=lambda pair: pair[0])
        members = [
            json_string(key, html=self._html) + colon + self.write(item, depth + 1)
            for key, item in pairs
        ]
        return self._wrapped("{", members, "}", depth)

    def _array(self, value: Sequence[Any], depth: int) -> str:
        return self._wrapped("[", [self.write(item, depth + 1) for item in value], "]", depth)

    def _wrapped(self, opening: str, members: list[str], closing: str, depth: int) -> str:
        if not members or not self._indent:
            return opening + ",".join(members) + closing
        outer, own = "\n" + self._indent * depth, "\n" + self._indent * (depth + 1)
        return opening + own + ("," + own).join(members) + outer + closing
