"""Go's own template functions: eq, lt, index, len, printf, html, urlquery, …

`and`, `or` and `not` are here too, but the executor evaluates `and` and `or` lazily.
"""

from __future__ import annotations

import urllib.parse
from collections.abc import Callable
from typing import Any

from pinnace.languages import goformat
from pinnace.languages.govalues import text as shown
from pinnace.languages.govalues import truth, type_name

_HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;", "\0": "\ufffd"}
_JS = {
    "\\": "\\\\", "'": "\\'", '"': '\\"', "<": "\\u003C", ">": "\\u003E", "&": "\\u0026",
    "=": "\\u003D",
}  # fmt: skip


def _basic(value: Any) -> str:
    """The kind by which values compare."""
    match value:
        case bool():
            return "bool"
        case int():
            return "int"
        case float():
            return "float"
        case str():
            return "string"
    raise ValueError("invalid type for comparison")


def _equal(first: Any, *others: Any) -> bool:
    if not others:
        raise ValueError("missing argument for comparison")
    return any(_same(first, other) for other in others)


def _same(left: Any, right: Any) -> bool:
    if left is None or right is None:
        return left is right
    if isinstance(left, dict | list) or isinstance(right, dict | list):
        raise ValueError(f"non-comparable type {shown(left)}: {type_name(left)}")
    if type(left) is not type(right) and _basic(left) != _basic(right):
        raise ValueError("incompatible types for comparison")
    return bool(left == right)


def _less(left: Any, right: Any) -> bool:
    kind = _basic(left)
    if kind != _basic(right):
        raise ValueError("incompatible types for comparison")
    if kind == "bool":
        raise ValueError("invalid type for comparison")
    return bool(left < right)


def _index(item: Any, *keys: Any) -> Any:
    for key in keys:
        item = _indexed(item, key)
    return item


def _indexed(item: Any, key: Any) -> Any:
    match item:
        case dict():
            if not isinstance(key, str):
                raise ValueError(f"value has type {type_name(key)}; should be string")
            return item.get(key)
        case str() | list() | tuple():
            whole = key if isinstance(key, int) and not isinstance(key, bool) else None
            if whole is None:
                raise ValueError(f"cannot index slice/array with type {type_name(key)}")
            if not 0 <= whole < len(item):
                raise ValueError(f"index out of range: {whole}")
            return item.encode()[whole] if isinstance(item, str) else item[whole]
        case None:
            raise ValueError("index of untyped nil")
    raise ValueError(f"can't index item of type {type_name(item)}")


def _length(item: Any) -> int:
    if isinstance(item, str):
        return len(item.encode())
    if not isinstance(item, list | tuple | dict | bytes):
        raise ValueError(f"len of type {type_name(item)}")
    return len(item)


def _slice(item: Any, *bounds: Any) -> Any:
    if not isinstance(item, str | list | tuple):
        raise ValueError(f"can't slice item of type {type_name(item)}")
    start, stop = (*bounds, *(0, len(item))[len(bounds) :])[:2]
    if not 0 <= start <= stop <= len(item):
        raise ValueError(f"index out of range: {start}:{stop}")
    return item[start:stop]


def _print(*values: Any) -> str:
    """fmt.Sprint: a space between operands when neither is a string."""
    parts: list[str] = []
    for position, value in enumerate(values):
        if position and not isinstance(value, str) and not isinstance(values[position - 1], str):
            parts.append(" ")
        parts.append(shown(value))
    return "".join(parts)


def _evaluated(values: tuple[Any, ...]) -> str:
    return values[0] if len(values) == 1 and isinstance(values[0], str) else _print(*values)


def _html(*values: Any) -> str:
    return "".join(_HTML.get(char, char) for char in _evaluated(values))


def _js(*values: Any) -> str:
    return "".join(
        _JS.get(char) or (f"\\u{ord(char):04X}" if ord(char) < 0x20 else char)
        for char in _evaluated(values)
    )


def _printf(template: Any, *values: Any) -> str:
    if not isinstance(template, str):
        raise ValueError(f"wrong type for value; expected string; got {type_name(template)}")
    return goformat.sprintf(template, *values)


BUILTINS: dict[str, Callable[..., Any]] = {
    "and": lambda *values: next((v for v in values if not truth(v)), values[-1]),
    "or": lambda *values: next((v for v in values if truth(v)), values[-1]),
    "not": lambda value: not truth(value),
    "eq": _equal,
    "ne": lambda left, right: not _same(left, right),
    "lt": _less,
    "le": lambda left, right: _less(left, right) or _same(left, right),
    "gt": lambda left, right: not (_less(left, right) or _same(left, right)),
    "ge": lambda left, right: not _less(left, right),
    "index": _index,
    "len": _length,
    "slice": _slice,
    "print": _print,
    "printf": _printf,
    "println": lambda *values: " ".join(map(shown, values)) + "\n",
    "html": _html,
    "js": _js,
    "urlquery": lambda *values: urllib.parse.quote_plus(_evaluated(values), safe="~"),
    "call": lambda function, *values: function(*values),
}
