"""gjson's modifiers: `@reverse`, `@keys`, `@flatten:{"deep":true}`, … on the JSON at hand."""

from __future__ import annotations

import re
from collections.abc import Callable

from pinnace.languages import goquote
from pinnace.languages.gjson import paths
from pinnace.languages.gjson.pretty import Style, pretty, ugly
from pinnace.languages.gjson.scan import members, parse, squash, valid
from pinnace.languages.gjson.values import Result

Find = Callable[[Result, str], Result]


def apply(base: Result, path: str, find: Find) -> tuple[str, str] | None:
    """(the modified JSON, the path that follows), or None when the modifier is unknown.

    `find` is `search.get`, for the one modifier that takes a path.
    """
    name = re.split(r"[.|:]", path[1:], maxsplit=1)[0]
    rest = path[1 + len(name) :]
    if name not in paths.MODIFIERS:
        return None
    argument = ""
    if rest.startswith(":"):
        rest = rest[1:]
        argument = _argument(rest)
        rest = rest[len(argument) :]
    if name == "dig":
        return _dig(base, argument, find), rest
    return _MODIFIERS[name](base.raw, argument), rest


def _argument(path: str) -> str:
    """A JSON value, or the text up to the next bar that isn't inside brackets."""
    if path[:1] in ("{", "[", '"') and path:
        return squash(path)
    place = 0
    while place < len(path) and path[place] != "|":
        place += len(squash(path, place)) if path[place] in '{["(' else 1
    return path[:place]


def _options(argument: str) -> dict[str, Result]:
    return {key.text: value for key, value in members(parse(argument)) if key is not None}


def _flag(argument: str, name: str) -> bool:
    found = _options(argument).get(name)
    return found is not None and found.bool()


def _pretty(text: str, argument: str) -> str:
    options = _options(argument)
    style = Style(
        width=options["width"].int() if "width" in options else 80,
        prefix=_spaces(options["prefix"]) if "prefix" in options else "",
        indent=_spaces(options["indent"]) if "indent" in options else "  ",
        sort_keys="sortKeys" in options and options["sortKeys"].bool(),
    )
    return pretty(text, style)


def _spaces(value: Result) -> str:
    return "".join(char for char in value.string() if char in " \t\r\n")


def _pair(key: Result | None, value: Result) -> str:
    return value.raw if key is None else f"{key.raw}:{value.raw}"


def _reverse(text: str, _argument: str) -> str:
    value = parse(text)
    if value.kind != "json":
        return text
    inside = ",".join(_pair(key, item) for key, item in reversed(members(value)))
    return "{" + inside + "}" if value.is_object else "[" + inside + "]"


def _flatten(text: str, argument: str) -> str:
    value = parse(text)
    if not value.is_array:
        return text
    parts: list[str] = []
    for _, item in members(value):
        inner = item.raw
        if item.is_array:
            inner = (_flatten(item.raw, argument) if _flag(argument, "deep") else item.raw)[1:-1]
        parts.append(inner.strip())
    return "[" + ",".join(part for part in parts if part) + "]"


def _keys(text: str, _argument: str) -> str:
    value = parse(text)
    if not value.exists:
        return "[]"
    if value.kind != "json":
        return "[null]"
    names = ("null" if key is None else key.raw for key, _ in members(value))
    return "[" + ",".join(names) + "]"


def _values(text: str, _argument: str) -> str:
    value = parse(text)
    if not value.exists:
        return "[]"
    if value.is_array:
        return text
    if value.kind != "json":
        return f"[{value.raw}]"
    return "[" + ",".join(item.raw for _, item in members(value)) + "]"


def _join(text: str, argument: str) -> str:
    value = parse(text)
    if not value.is_array:
        return text
    objects = [item for _, item in members(value) if item.is_object]
    if _flag(argument, "preserve"):
        return "{" + ",".join(item.raw.strip()[1:-1] for item in objects) + "}"
    joined: dict[str, tuple[str, str]] = {}
    for item in objects:
        for key, one in members(item):
            if key is not None:
                first = joined[key.text][0] if key.text in joined else key.raw
                joined[key.text] = (first, one.raw)
    return "{" + ",".join(f"{key}:{raw}" for key, raw in joined.values()) + "}"


def _group(text: str, _argument: str) -> str:
    value = parse(text)
    if not value.is_object:
        return ""
    rows: list[list[str]] = []
    for key, column in members(value):
        if not column.is_array or key is None:
            continue
        for index, (_, item) in enumerate(members(column)):
            if index == len(rows):
                rows.append([])
            rows[index].append(f"{key.raw}:{item.raw}")
    return "[" + ",".join("{" + ",".join(row) + "}" for row in rows) + "]"


def _dig(base: Result, path: str, find: Find) -> str:
    """Every value at that path, however deep it is."""
    found: list[str] = []
    waiting = [parse(base.raw)]
    while waiting:
        value = waiting.pop()
        one = find(value, path)
        if one.exists:
            found.append(one.raw or one.string())
        if value.kind == "json":
            waiting.extend(item for _, item in reversed(members(value)))
    return "[" + ",".join(found) + "]"


_MODIFIERS: dict[str, Callable[[str, str], str]] = {
    "this": lambda text, _: text,
    "pretty": _pretty,
    "ugly": lambda text, _: ugly(text),
    "valid": lambda text, _: text if valid(text) else "",
    "reverse": _reverse,
    "flatten": _flatten,
    "join": _join,
    "keys": _keys,
    "values": _values,
    "tostr": lambda text, _: goquote.json_string(text),
    "fromstr": lambda text, _: parse(text).string() if valid(text) else "",
    "group": _group,
}
paths.MODIFIERS.update(_MODIFIERS, ("dig",))
