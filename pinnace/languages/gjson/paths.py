"""Splits gjson paths: one part at a time, queries, pipes and multipaths.

A path's part means one thing to an object (a key, maybe with wildcards) and another to an array
(an index, `#`, a query), so there are two splitters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pinnace.languages.gjson.scan import squash

MODIFIERS: set[str] = set()
"""Names of the modifiers; `modifiers` fills it. A dot before one of them acts as a pipe."""


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

    path: str
    operator: str
    value: str
    every: bool


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


def _after(path: str, place: int) -> tuple[str | None, str | None]:
    """(rest, pipe) when the part ends at this dot or bar."""
    following = path[place + 1 :]
    if path[place] == "|" or (following and pipes_after_dot(following)):
        return None, following
    return following, None


def object_part(path: str) -> ObjectPart:
    """The first part of a path, as an object takes it; a backslash keeps the next character."""
    key: list[str] = []
    wild, place = False, 0
    while place < len(path):
        char = path[place]
        if char in ".|":
            rest, pipe = _after(path, place)
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
    counted, each, place = False, None, 0
    query: Query | None = None
    while place < len(path):
        char = path[place]
        if char == "|":
            return ArrayPart(
                part=path[:place], counted=counted, query=query, each=each, pipe=path[place + 1 :]
            )
        if char == ".":
            if each is not None:  # `#.path`: the path is in `each`
                return ArrayPart(part="#", counted=True, each=each, rest="")
            rest, pipe = (path[place + 1 :], None) if counted else _after(path, place)
            return ArrayPart(part=path[:place], counted=counted, query=query, rest=rest, pipe=pipe)
        if char == "#":
            counted = True
            if place == 0 and path.startswith("#."):
                each = path[2:]
            elif place == 0 and path[1:2] in ("[", "("):
                query, place = _query(path)
                continue
        place += 1
    return ArrayPart(part=path, counted=counted, query=query, each=each)


_OPERATORS = ("!=", "!%", "<=", ">=", "==", "<", ">", "=", "%")


def _query(path: str) -> tuple[Query, int]:
    """The query that a path begins with, and where it ends; one that isn't closed asks nothing."""
    start, end, escaped = _query_bounds(path)
    if end < 0:
        return Query(path="", operator="", value="", every=False), len(path)
    selector, operator, value = path[2:end].strip(), "", ""
    if start:
        selector, comparison = path[2:start].strip(), path[start:end].strip()
        operator = next((one for one in _OPERATORS if comparison.startswith(one)), comparison[:1])
        value = comparison[len(operator) :].strip()
        operator = "=" if operator == "==" else operator
    if len(value) >= 2 and value[0] == value[-1] == '"':
        value = _unquoted(value) if escaped else value[1:-1]
    every = path.startswith("#", end + 1)
    return Query(path=selector, operator=operator, value=value, every=every), end + 1 + every


def _unquoted(value: str) -> str:
    return re.sub(r"\\(.)", r"\1", value[1:-1])


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
        inside = squash(path)
        rest = path[len(inside) :]
        return (inside, rest[1:]) if rest.startswith("|") else None
    place = 0
    while place < len(path):
        char = path[place]
        if char == "\\":
            place += 1
        elif char == "." and path[place + 1 : place + 3] in ("#(", "#["):
            place += len(squash(path.replace("[", "(").replace("]", ")"), place + 2)) + 1
        elif char == "|":
            return path[:place], path[place + 1 :]
        place += 1
    return None


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
        elif char == "@" and path[place - 1] in ".|":
            modifier = True
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
