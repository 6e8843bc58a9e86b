"""Go's own template functions: index, len, print, printf, html, js, urlquery, call, not, …

`and` and `or` have only their signatures here: the executor evaluates them lazily.
"""

from __future__ import annotations

import urllib.parse
from collections.abc import Callable, Mapping
from typing import Any

from pinnace.languages import goformat, gounicode
from pinnace.languages.gofunctions import GoFunction, signature, zero
from pinnace.languages.gotemplate import comparison
from pinnace.languages.gotypes import Uint8
from pinnace.languages.govalues import truth, type_name

_HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;", "\0": "\ufffd"}
_JS = {
    "\\": "\\\\", "'": "\\'", '"': '\\"', "<": "\\u003C", ">": "\\u003E", "&": "\\u0026",
    "=": "\\u003D",
}  # fmt: skip


def _index(item: Any, *keys: Any) -> Any:
    if item is None:
        raise ValueError("index of untyped nil")
    for key in keys:
        if item is None:
            raise ValueError("index of nil pointer")
        item = _indexed(item, key)
    return item


def _indexed(item: Any, key: Any) -> Any:
    match item:
        case Mapping():
            if not isinstance(key, str):
                raise ValueError(f"value has type {type_name(key)}; should be string")
            absent = "" if type_name(item) == "map[string]string" else None
            return item.get(key, absent)
        case str():
            data = item.encode("utf-8", "surrogateescape")
            return Uint8(data[_place(key, len(data))])
        case bytes():
            return Uint8(item[_place(key, len(item))])
        case list() | tuple():
            return item[_place(key, len(item))]
    raise ValueError(f"can't index item of type {type_name(item)}")


def _place(key: Any, size: int) -> int:
    if not isinstance(key, int) or isinstance(key, bool):
        raise ValueError(f"cannot index slice/array with type {type_name(key)}")
    if not 0 <= key < size:
        raise ValueError(f"index out of range: {key}")
    return int(key)


def _length(item: Any) -> int:
    if isinstance(item, str):
        return len(item.encode("utf-8", "surrogateescape"))
    if not isinstance(item, list | tuple | Mapping | bytes):
        raise ValueError(f"len of type {type_name(item)}")
    return len(item)


def _evaluated(values: tuple[Any, ...]) -> str:
    if len(values) == 1 and isinstance(values[0], str):
        return values[0]
    return goformat.sprint(*("<no value>" if value is None else value for value in values))


def _html(*values: Any) -> str:
    return "".join(_HTML.get(char, char) for char in _evaluated(values))


def _js(*values: Any) -> str:
    return "".join(map(_js_char, _evaluated(values)))


def _js_char(char: str) -> str:
    if char in _JS:
        return _JS[char]
    if " " <= char < "\x80" or (char >= "\x80" and gounicode.printable(char)):
        return char
    code = 0xFFFD if 0xD800 <= ord(char) < 0xE000 else ord(char)
    return char if code == 0xFFFD else f"\\u{code:04X}"


def _urlquery(*values: Any) -> str:
    data = _evaluated(values).encode("utf-8", "surrogateescape")
    return urllib.parse.quote_plus(data, safe="~")


def _call(function: Any, *arguments: Any) -> Any:
    if not isinstance(function, GoFunction):
        raise ValueError(f"non-function of type {type_name(function)}")
    wrong = function.types.count(len(arguments))
    if wrong:
        raise ValueError(f"wrong number of args for {function.name}: {wrong}")
    return function(*(zero_or(value, function, i) for i, value in enumerate(arguments)))


def zero_or(value: Any, function: GoFunction, index: int) -> Any:
    """The argument, or the nil of its parameter's type."""
    return zero(function.types.parameter(index)) if value is None else value


def _lazily(*_values: Any) -> Any:
    raise AssertionError("the executor evaluates and / or")


_TYPES: dict[str, tuple[str, Callable[..., Any]]] = {
    "and": ("(reflect.Value, ...reflect.Value) reflect.Value", _lazily),
    "or": ("(reflect.Value, ...reflect.Value) reflect.Value", _lazily),
    "not": ("(reflect.Value) bool", lambda value: not truth(value)),
    "eq": ("(reflect.Value, ...reflect.Value) bool", comparison.equal),
    "ne": ("(reflect.Value, reflect.Value) bool", comparison.not_equal),
    "lt": ("(reflect.Value, reflect.Value) bool", comparison.less),
    "le": ("(reflect.Value, reflect.Value) bool", comparison.less_or_equal),
    "gt": ("(reflect.Value, reflect.Value) bool", comparison.greater),
    "ge": ("(reflect.Value, reflect.Value) bool", comparison.greater_or_equal),
    "index": ("(reflect.Value, ...reflect.Value) reflect.Value", _index),
    "len": ("(reflect.Value) int", _length),
    "print": ("(...any) string", goformat.sprint),
    "printf": ("(string, ...any) string", goformat.sprintf),
    "println": ("(...any) string", goformat.sprintln),
    "html": ("(...any) string", _html),
    "js": ("(...any) string", _js),
    "urlquery": ("(...any) string", _urlquery),
    "call": ("(reflect.Value, ...reflect.Value) reflect.Value", _call),
}

BUILTINS: dict[str, GoFunction] = {
    name: GoFunction(name, signature(types), apply) for name, (types, apply) in _TYPES.items()
}
"""By name; sprig's `slice` takes the place of text/template's own."""
