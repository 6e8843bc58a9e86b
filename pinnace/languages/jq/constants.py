"""What of a program depends on nothing: upstream computes it once, so that it is one value."""

from __future__ import annotations

from typing import Any

from pinnace.languages.jq.parser import Node
from pinnace.languages.jq.values import parse_number

UNKNOWN = object()
"""The constant of what depends on something."""


def literal(node: Node) -> Any:
    """The value of a constant, or UNKNOWN."""
    match node:
        case ("constant" | "text", value):
            return value
        case ("number", text):
            return parse_number(text)
        case ("unary", sign, inner) if (number := _without_suffixes(inner))[0] == "number":
            return -parse_number(number[1]) if sign == "-" else parse_number(number[1])
        case ("group", inner):
            return literal(inner)
        case ("array", None):
            return []
        case ("array", items):
            return _all([literal(item) for item in _listed(items)])
        case ("object", fields):
            return _object(fields)
    return UNKNOWN


def _all(found: list[Any]) -> Any:
    return UNKNOWN if any(item is UNKNOWN for item in found) else found


def _listed(items: Node) -> list[Node]:
    if items[0] != "comma":
        return [items]
    return [*_listed(items[1]), items[2]]


def _object(fields: tuple[Any, ...]) -> Any:
    made = {}
    for key, content in fields:
        value = UNKNOWN if content is None or key[0] != "text" else literal(content)
        if value is UNKNOWN:
            return UNKNOWN
        made[key[1]] = value
    return made


def _without_suffixes(node: Node) -> Node:
    """Upstream forgets what follows a number in `-1[0]`, and in `.[1[0]]`, and a text there."""
    return _without_suffixes(node[1]) if node[0] in ("index", "slice", "iterate") else node


def path_of(node: Node) -> list[Any] | None:
    """The path of `.a[0][1:2]`, when it does not depend on anything and leads somewhere."""
    if node[0] == "group":
        return path_of(node[1])
    key = key_of(node)
    inner = [] if key is UNKNOWN or node[1] == ("identity",) else path_of(node[1])
    return None if key is UNKNOWN or inner is None else [*inner, key]


def key_of(node: Node) -> Any:
    """What an index or a slice looks for, when that is written as such; else UNKNOWN."""
    if node[0] == "index":
        return _written(node[2])
    if node[0] != "slice":
        return UNKNOWN
    start, end = (None if part is None else _written(part) for part in node[2:])
    return UNKNOWN if start is UNKNOWN or end is UNKNOWN else {"start": start, "end": end}


def _written(node: Node) -> Any:
    base = _without_suffixes(node)
    return literal(base) if base[0] in ("text", "number", "unary") else UNKNOWN
