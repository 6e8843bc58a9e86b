"""gjson's modifiers: `@reverse`, `@keys`, `@flatten:{"deep":true}`, … on the JSON at hand."""

from __future__ import annotations

import re
from collections.abc import Callable

from pinnace.languages import goquote
from pinnace.languages.gjson import paths, scan
from pinnace.languages.gjson.evaluation import Search
from pinnace.languages.gjson.pretty import Style, pretty, ugly
from pinnace.languages.gjson.text import Text
from pinnace.languages.gjson.values import Result, members, parse


def apply(search: Search, text: Text, path: str) -> tuple[Text, str] | None:
    """(the modified JSON, the path that follows), or None when the modifier is unknown."""
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
        made = _dig(search, text, argument)
    else:
        search.spend(1 + len(text.string) // 64)
        made = _MODIFIERS[name](text.string, argument)
    if made is text.string:  # as upstream, it stays the text that it was, with its places
        return text, rest
    return Text(search.made(made)), rest


def _argument(path: str) -> str:
    """A JSON value, or the text up to the next bar that isn't inside brackets."""
    if path[:1] in ("{", "[", '"') and path:
        return path[: scan.squashed(path)]
    place = 0
    while place < len(path) and path[place] != "|":
        place += scan.squashed(path[place:]) if path[place] in '{["(' else 1
    return path[:place]


def _options(argument: str) -> dict[str, Result]:
    found: dict[str, Result] = {}
    for key, value in members(parse(argument)):
        if key is not None:
            found[key.text] = value
    return found


def _flag(argument: str, name: str) -> bool:
    found = _options(argument).get(name)
    return found is not None and found.bool()


def _pretty(text: str, argument: str) -> str:
    options = _options(argument)
    style = Style(
        width=options["width"].int() if "width" in options else 80,
        prefix=_spaces(options["prefix"]) if "prefix" in options else b"",
        indent=_spaces(options["indent"]) if "indent" in options else b"  ",
        sort_keys="sortKeys" in options and options["sortKeys"].bool(),
    )
    return pretty(text, style)


def _spaces(value: Result) -> bytes:
    return "".join(char for char in value.string() if char in " \t\r\n").encode()


def _pair(key: Result | None, value: Result) -> str:
    return value.raw if key is None else f"{key.raw}:{value.raw}"


def _reverse(text: str, _argument: str) -> str:
    value = parse(text)
    if value.kind != "json":
        return text
    inside = ",".join(_pair(key, item) for key, item in reversed(list(members(value))))
    return "{" + inside + "}" if value.is_object else "[" + inside + "]"


_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
"""What Go's strings.TrimSpace takes off."""


def _unwrap(raw: str) -> str:
    raw = raw.strip(scan.CONTROLS)
    return raw[1:-1] if len(raw) >= 2 and raw[0] in "[{" else raw


def _flatten(text: str, argument: str) -> str:
    value = parse(text)
    if not value.is_array:
        return text
    deep = _flag(argument, "deep")
    parts: list[str] = []
    for _, item in members(value):
        inner = item.raw
        if item.is_array:
            inner = _unwrap(_flatten(item.raw, argument) if deep else item.raw)
        parts.append(inner.strip(_SPACE))
    return "[" + ",".join(part for part in parts if part) + "]"


def _keys(text: str, _argument: str) -> str:
    value = parse(text)
    if not value.exists:
        return "[]"
    names = ("null" if key is None else key.raw for key, _ in members(value))
    return "[" + ",".join(names) + "]"


def _values(text: str, _argument: str) -> str:
    value = parse(text)
    if not value.exists:
        return "[]"
    if value.is_array:
        return text
    return "[" + ",".join(item.raw for _, item in members(value)) + "]"


def _join(text: str, argument: str) -> str:
    value = parse(text)
    if not value.is_array:
        return text
    objects = [item for _, item in members(value) if item.is_object]
    if _flag(argument, "preserve"):
        return "{" + ",".join(_unwrap(item.raw) for item in objects) + "}"
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


def _dig(search: Search, text: Text, path: str) -> str:
    """Every value at that path, however deep it is."""
    found: list[str] = []
    waiting = [parse(text)]
    while waiting:
        value = waiting.pop()
        one = search.below(value, path)
        if one.exists:
            found.append(search.made(one.raw))
        if value.is_array or value.is_object:
            waiting.extend(item for _, item in reversed(list(members(value))))
    return "[" + ",".join(found) + "]"


def _tostr(text: str, _argument: str) -> str:
    return goquote.json_string(text)


_MODIFIERS: dict[str, Callable[[str, str], str]] = {
    "this": lambda text, _: text,
    "pretty": _pretty,
    "ugly": lambda text, _: ugly(text),
    "valid": lambda text, _: text if scan.valid(text) else "",
    "reverse": _reverse,
    "flatten": _flatten,
    "join": _join,
    "keys": _keys,
    "values": _values,
    "tostr": _tostr,
    "fromstr": lambda text, _: parse(text).string() if scan.valid(text) else "",
    "group": _group,
}
