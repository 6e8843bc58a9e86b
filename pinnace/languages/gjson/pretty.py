"""JSON text with or without white space, as tidwall/pretty lays it out."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pinnace.languages.gjson.scan import members, parse
from pinnace.languages.gjson.values import Result

_OUTSIDE = re.compile(r'("(?:[^"\\]|\\.)*")|[\x00-\x20]+', re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Style:
    """How to lay JSON out."""

    width: int = 80
    prefix: str = ""
    indent: str = "  "
    sort_keys: bool = False


def ugly(text: str) -> str:
    """The text without white space between tokens."""
    return _OUTSIDE.sub(lambda found: found.group(1) or "", text)


def pretty(text: str, style: Style) -> str:
    """One member per line; an array stays on its line while it fits the width."""
    value = parse(text)
    if not value.exists:
        return text
    return style.prefix + _write(value, style, 0, 0) + "\n"


def _write(value: Result, style: Style, depth: int, used: int) -> str:
    if value.kind != "json":
        return value.raw
    items = members(value)
    if value.is_array:
        flat = "[" + ", ".join(_flat(item) for _, item in items) + "]"
        fits = used + len(flat) <= style.width and not any(map(_has_object, items))
        if not items or fits:
            return flat
    elif not items:
        return "{}"
    if style.sort_keys and value.is_object:
        items = sorted(items, key=lambda pair: pair[0].text if pair[0] else "")
    start = "\n" + style.prefix + style.indent * (depth + 1)
    parts = []
    for key, item in items:
        label = f"{key.raw}: " if key is not None else ""
        parts.append(start + label + _write(item, style, depth + 1, len(start) - 1 + len(label)))
    opening, closing = ("[", "]") if value.is_array else ("{", "}")
    return opening + ",".join(parts) + "\n" + style.prefix + style.indent * depth + closing


def _has_object(pair: tuple[Result | None, Result]) -> bool:
    value = pair[1]
    return value.is_object or (value.is_array and any(map(_has_object, members(value))))


def _flat(value: Result) -> str:
    """On one line, as inside a short array."""
    if value.kind != "json":
        return value.raw
    inside = ", ".join(
        (f"{key.raw}: " if key is not None else "") + _flat(item) for key, item in members(value)
    )
    return "[" + inside + "]" if value.is_array else "{" + inside + "}"
