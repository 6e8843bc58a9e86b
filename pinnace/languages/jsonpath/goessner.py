"""Goessner's JSONPath: the `jsonpath(text, path)` function of Argo's expressions.

Mirrors evilmonkeyinc/jsonpath 0.8.1: a path that names one place answers that value and fails when
it isn't there; one that may name many (`*`, `..`, slices, unions, filters) answers a list.
Filters and computed subscripts are expressions over `@` and `$`, evaluated by `expr`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pinnace.languages import expr
from pinnace.languages.errors import LanguageError

LANGUAGE = "jsonpath"


@dataclass(frozen=True)
class _Step:
    """One step of a path: how it selects, and with what."""

    kind: str  # child, wildcard, union, slice, filter, script
    detail: str
    deep: bool
    at: int


_NAME = re.compile(r"[^.\[\]]+")
_SLICE = re.compile(r"(-?\d*)\s*:\s*(-?\d*)(?:\s*:\s*(-?\d*))?")
_UNION_ITEM = re.compile(r"""\s*('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^,'"]+)\s*(?:,|$)""")


def query(path: str, document: Any) -> Any:
    """The value at the path, or the list of values when the path may name many."""
    steps = list(_steps(path))
    found = [document]
    many = False
    for step in steps:
        many = many or step.deep or step.kind in ("wildcard", "union", "slice", "filter")
        found = [value for base in found for value in _select(path, step, base, document)]
        if not found and not many:
            raise LanguageError(LANGUAGE, path, step.at, f"key not found: {step.detail}")
    return found if many else found[0]


def _steps(path: str) -> Iterator[_Step]:
    place = 1 if path.startswith("$") else 0
    while place < len(path):
        deep = path.startswith("..", place)
        start = place
        if path[place] == ".":
            place += 2 if deep else 1
        if path.startswith("[", place):
            end = _closing(path, place)
            kind, detail = _classify(path[place + 1 : end].strip())
            yield _Step(kind, detail, deep, start)
            place = end + 1
            continue
        name = _NAME.match(path, place)
        if name is None:
            raise LanguageError(LANGUAGE, path, place, "unexpected end or token in the path")
        kind = "wildcard" if name.group() == "*" else "child"
        yield _Step(kind, name.group(), deep, start)
        place = name.end()


def _closing(path: str, opening: int) -> int:
    """Where the bracket that opens here closes; quotes and nested brackets are passed over."""
    depth, quote, place = 0, "", opening
    while place < len(path):
        char = path[place]
        if quote:
            place += char == "\\"
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char in "[(":
            depth += 1
        elif char in "])":
            depth -= 1
            if depth == 0:
                return place
        place += 1
    raise LanguageError(LANGUAGE, path, opening, "a closing ] is missing")


def _classify(inside: str) -> tuple[str, str]:
    if inside == "*":
        return "wildcard", inside
    if inside.startswith("?(") and inside.endswith(")"):
        return "filter", inside[2:-1]
    if inside.startswith("(") and inside.endswith(")"):
        return "script", inside[1:-1]
    if _SLICE.fullmatch(inside):
        return "slice", inside
    items = _UNION_ITEM.findall(inside)
    return ("union", inside) if len(items) > 1 else ("child", inside)


def _select(path: str, step: _Step, base: Any, root: Any) -> Iterator[Any]:
    for value in _descend(base) if step.deep else (base,):
        match step.kind:
            case "child":
                yield from _child(value, step.detail)
            case "wildcard":
                yield from _values(value)
            case "union":
                for item in _UNION_ITEM.findall(step.detail):
                    yield from _child(value, item.strip())
            case "slice":
                yield from _sliced(value, step.detail)
            case "filter":
                yield from (one for one in _values(value) if _passes(path, step, one, root))
            case "script":
                yield from _child(value, str(_evaluate(path, step, value, root)))


def _descend(value: Any) -> Iterator[Any]:
    yield value
    for inner in _values(value):
        yield from _descend(inner)


def _values(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        return [value[key] for key in sorted(value)]
    return list(value) if isinstance(value, list) else []


def _child(value: Any, name: str) -> Iterator[Any]:
    quoted = len(name) > 1 and name[0] == name[-1] and name[0] in "'\""
    key = re.sub(r"\\(.)", r"\1", name[1:-1]) if quoted else name
    if isinstance(value, Mapping):
        if key in value:
            yield value[key]
        elif key == "length" and not quoted:
            yield float(len(value))
    elif isinstance(value, list) and not quoted:
        if re.fullmatch(r"-?\d+", key) and -len(value) <= int(key) < len(value):
            yield value[int(key)]
        elif key == "length":
            yield float(len(value))


def _sliced(value: Any, detail: str) -> list[Any]:
    found = _SLICE.fullmatch(detail)
    if found is None or not isinstance(value, list):
        return []
    start, stop, step = (int(part) if part else None for part in found.groups())
    return value[start:stop:step]


def _passes(path: str, step: _Step, value: Any, root: Any) -> bool:
    """A filter that can't be evaluated on an item (a key is missing) doesn't pass it."""
    try:
        answer = _evaluate(path, step, value, root)
    except LanguageError:
        return False
    return answer is not None and answer is not False


_CURRENT = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|@|\$""")


def _evaluate(path: str, step: _Step, value: Any, root: Any) -> Any:
    names = {"@": "current_", "$": "root_"}
    text = _CURRENT.sub(lambda m: names.get(m.group(), m.group()), step.detail)
    text = text.replace("current_.length", "len(current_)")
    return expr.evaluate(text, {"current_": value, "root_": root})
