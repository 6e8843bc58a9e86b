"""Assignments: `=`, `|=`, `+=` and the like change what stands at paths."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pinnace.languages.jq import paths
from pinnace.languages.jq.core import Env, Output, Run, Track, assert_path, start_of, truth
from pinnace.languages.jq.operators import OPERATORS
from pinnace.languages.jq.parser import Node
from pinnace.languages.jq.values import parse_number


def paths_of(env: Env, value: Any, left: Run) -> Iterator[list[Any]]:
    """The paths that an expression leads to; raises JqError if one is none."""
    for found, track in left(env, value, start_of(value)):
        assert_path(found, track)
        yield list(track[0]) if track else []


def modify(env: Env, value: Any, track: Track, left: Run, right: Run) -> Iterator[Output]:
    """`left |= right`: the first output; without one the path is deleted."""
    changed, gone = value, []
    for path in paths_of(env, value, left):
        for new, _ in right(env, paths.getpath(changed, path), None):
            changed = paths.setpath(changed, path, new)
            break
        else:
            gone.append(path)
    yield paths.delpaths(changed, gone), track


def assign(env: Env, value: Any, track: Track, left: Run, right: Run) -> Iterator[Output]:
    """`left = right`, for each output of the right side."""
    for new, _ in right(env, value, None):
        changed = value
        for path in paths_of(env, value, left):
            changed = paths.setpath(changed, path, new)
        yield changed, track


def constant_path(node: Node) -> list[Any] | None:
    """The path of `.a[0][1:2]`, when it does not depend on anything."""
    if node[0] == "group":
        return constant_path(node[1])
    if node == ("identity",):
        return []
    if node[0] not in ("index", "slice") or (inner := constant_path(node[1])) is None:
        return None
    keys = [_constant_key(part) for part in node[2:]]
    if any(key is _UNKNOWN for key in keys):
        return None
    if node[0] == "index":
        return [*inner, keys[0]] if keys[0] is not None else None
    return [*inner, {"start": keys[0], "end": keys[1]}]


_UNKNOWN = object()


def _constant_key(node: Node | None) -> Any:
    match node:
        case None:
            return None
        case ("text", text):
            return text
        case ("number", text):
            return parse_number(text)
        case ("unary", "-", ("number", text)):
            return -parse_number(text)
    return _UNKNOWN


def set_at(path: list[Any], right: Run) -> Run:
    """`path = right` for a path that depends on nothing."""

    def run(env: Env, value: Any, track: Track) -> Iterator[Output]:
        for new, _ in right(env, value, None):
            yield paths.setpath(value, path, new), track

    return run


def update(operator: str, left: Run, right: Run) -> Run:
    """`left += right` and its kind."""
    function = OPERATORS[operator] if operator != "//" else lambda a, b: a if truth(a) else b

    def run(env: Env, value: Any, track: Track) -> Iterator[Output]:
        for second, _ in right(env, value, None):

            def apply(_env: Env, one: Any, place: Track, other: Any = second) -> Iterator[Output]:
                yield function(one, other), place

            yield from modify(env, value, track, left, apply)

    return run
