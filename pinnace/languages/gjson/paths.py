"""Splits gjson paths: one part at a time, queries, pipes and multipaths.

A path's part means one thing to an object (a key, maybe with wildcards) and another to an array
(an index, `#`, a query), so there are two splitters. Mirrors parseObjectPath, parseArrayPath,
parseQuery, splitPossiblePipe and parseSubSelectors of gjson.go, and what they make of nonsense.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pinnace.languages.gjson import scan

MODIFIERS = frozenset(
    {"pretty", "ugly", "reverse", "this", "flatten", "join", "valid", "keys", "values", "tostr",
     "fromstr", "group", "dig"}
)  # fmt: skip
"""Names of the modifiers. A dot before one of them acts as a pipe."""


@dataclass(frozen=True, kw_only=True)
class ObjectPart:
    """A key to look for, and what follows it."""

    key: str
    wild: bool = False
    rest: str | None = None  # the path below, when there is more
    pipe: str | None = None


@dataclass(frozen=True, kw_only=True)
class Query:
    """`#(path op value)`; `every` for the trailing `#`."""

    path: str = ""
    operator: str = ""
    value: str = ""
    every: bool = False


@dataclass(frozen=True, kw_only=True)
class ArrayPart:
    """An index, `#`, `#.path` or a query, and what follows it."""

    part: str
    counted: bool = False  # there is a # in it
    each: str | None = None  # the path of `#.path`
    query: Query | None = None
    rest: str | None = None
    pipe: str | None = None


def pipes_after_dot(path: str) -> bool:
    """Whether what follows a dot is a modifier or a multipath, which makes the dot a pipe."""
    if path.startswith("@"):
        return re.split(r"[.|:]", path[1:], maxsplit=1)[0] in MODIFIERS
    return path[:1] in ("[", "{")


def _after_dot(following: str) -> tuple[str | None, str | None]:
    """(rest, pipe) of what follows a dot."""
    if following and pipes_after_dot(following):
        return None, following
    return following, None


def object_part(path: str) -> ObjectPart:
    """The first part of a path, as an object takes it; a backslash keeps the next character."""
    key: list[str] = []
    wild, place = False, 0
    while place < len(path):
        char = path[place]
        if char == "|":
            return ObjectPart(key="".join(key), wild=wild, pipe=path[place + 1 :])
        if char == ".":
            rest, pipe = _after_dot(path[place + 1 :])
            return ObjectPart(key="".join(key), wild=wild, rest=rest, pipe=pipe)
        if char == "\\":
            place += 1
            char = path[place : place + 1]
        elif char in "*?":
            wild = True
        key.append(char)
        place += 1
    return ObjectPart(key="".join(key), wild=wild)


def array_part(path: str) -> ArrayPart:
    """The first part of a path, as an array takes it."""
    each: str | None = None
    query: Query | None = None
    counted, place = False, 0
    if path.startswith("#."):
        each = path[2:]
    elif path.startswith(("#(", "#[")):
        found = _query(path)
        if found is None:
            return ArrayPart(part=path, counted=True, query=Query())
        query, place = found
        counted = True
    while place < len(path):
        char = path[place]
        if char == "|":
            return ArrayPart(
                part=path[:place], counted=counted, each=each, query=query, pipe=path[place + 1 :]
            )
        if char == ".":
            following = path[place + 1 :]
            rest, pipe = (following, None) if counted else _after_dot(following)
            return ArrayPart(
                part=path[:place], counted=counted, each=each, query=query, rest=rest, pipe=pipe
            )
        counted = counted or char == "#"
        place += 1
    return ArrayPart(part=path, counted=counted, each=each, query=query)


_OPERATORS = ("!=", "!%", "<=", ">=", "==", "<", ">", "=", "%")


def _query(path: str) -> tuple[Query, int] | None:
    """The query that a path begins with, and where it ends; None when it isn't closed."""
    start, end, escaped = _query_bounds(path)
    if end < 0:
        return None
    every = path.startswith("#", end + 1)
    if not start:
        return Query(path=path[2:end].strip(scan.CONTROLS), every=every), end + 1
    selector, comparison = path[2:start].strip(scan.CONTROLS), path[start:end].strip(scan.CONTROLS)
    operator = next((one for one in _OPERATORS if comparison.startswith(one)), "")
    value = comparison[len(operator) :].strip(scan.CONTROLS)
    if comparison == "!":
        operator, value = "!", ""
    elif operator == "==":
        operator = "="
    if len(value) >= 2 and value[0] == value[-1] == '"':
        value = scan.unescape(value[1:-1]) if escaped else value[1:-1]
    return Query(path=selector, operator=operator, value=value, every=every), end + 1


def _query_bounds(path: str) -> tuple[int, int, bool]:
    """(where the operator starts or 0, where the query closes or -1, whether it has escapes)."""
    depth, operator, escaped, place = 1, 0, False, 2
    while place < len(path):
        char = path[place]
        if depth == 1 and not operator and char in "!=<>%":
            operator = place
        elif char == "\\":
            place += 1
        elif char in "[(":
            depth += 1
        elif char in "])":
            depth -= 1
            if depth == 0:
                return operator, place, escaped
        elif char == '"':
            end = _string_end(path, place)
            escaped = escaped or "\\" in path[place:end]
            place = end
        place += 1
    return operator, -1, escaped


def _string_end(path: str, place: int) -> int:
    """Where the quoted string that begins here ends."""
    place += 1
    while place < len(path) and path[place] != '"':
        place += 2 if path[place] == "\\" else 1
    return place


def split_pipe(path: str) -> tuple[str, str] | None:
    """(left, right) of the first bar that isn't inside a query, if there is one."""
    if "|" not in path:
        return None
    if path.startswith("{"):
        end = 1 + scan.squashed(path[1:])
        return (path[:end], path[end + 1 :]) if path[end : end + 1] == "|" else None
    place = 0
    while place < len(path):
        char = path[place]
        if char == "\\":
            place += 1
        elif char == "." and place == len(path) - 1:
            return None
        elif char == "." and path[place + 1] == "#":
            if place + 2 == len(path):
                return None
            place = _query_end(path, place + 2)
        elif char == "|":
            return path[:place], path[place + 1 :]
        place += 1
    return None


def _query_end(path: str, place: int) -> int:
    """Where the query ends whose bracket is here; here, when there is none."""
    pair = {"[": "[]", "(": "()"}.get(path[place])
    if pair is None:
        return place
    depth = 0
    while place < len(path):
        char = path[place]
        if char == "\\":
            place += 1
        elif char == pair[0]:
            depth += 1
        elif char == pair[1]:
            depth -= 1
            if depth == 0:
                return place
        elif char == '"':
            place = _string_end(path, place)
        place += 1
    return place


@dataclass(frozen=True, kw_only=True)
class Selector:
    """One member of a multipath: `path` or `name:path`."""

    name: str
    path: str


def multipath(path: str) -> tuple[list[Selector], str] | None:
    """The selectors of `[a,b]` or `{a,"n":b}`, and what follows; None when it isn't closed."""
    selectors: list[Selector] = []
    depth, colon, start, modifier, place = 1, 0, 1, False, 1
    while place < len(path):
        char = path[place]
        if char == "\\":
            place += 1
        elif char == "@":
            modifier = modifier or path[place - 1] in ".|"
        elif char == ":" and not modifier and not colon and depth == 1:
            colon = place
        elif char == '"':
            place = _string_end(path, place)
        elif char in "[({":
            depth += 1
        elif char in "])}":
            depth -= 1
        if (char == "," and depth == 1) or depth == 0:
            name = path[start:colon] if colon else ""
            selectors.append(Selector(name=name, path=path[colon + 1 if colon else start : place]))
            colon, modifier, start = 0, False, place + 1
            if depth == 0:
                return selectors, path[place + 1 :]
        place += 1
    return None


def last_name(path: str) -> str:
    """What a multipath object calls a member that has no name: the path's last part."""
    for place in range(len(path) - 1, -1, -1):
        if path[place] in "|." and not (place > 0 and path[place - 1] == "\\"):
            path = path[place + 1 :]
            break
    simple = all(char >= " " and char not in "[]{}()#|!" for char in path)
    return path if simple else "_"
