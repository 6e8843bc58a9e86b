"""Assignments: `=`, `|=`, `+=` and the like change what stands at paths."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pinnace.languages.jq import paths
from pinnace.languages.jq.constants import path_of
from pinnace.languages.jq.core import (
    Break,
    Env,
    Output,
    Run,
    Single,
    Track,
    assert_path,
    start_of,
    truth,
)
from pinnace.languages.jq.flow import apart, applied, each, fed
from pinnace.languages.jq.operators import OPERATORS
from pinnace.languages.jq.parser import Node


def paths_of(env: Env, value: Any, wanted: Run, track: Track = None) -> Iterator[Output]:
    """The paths that an expression leads to; raises JqError if one is none."""

    def whole(found: Any, place: Track) -> Output:
        assert_path(found, place)
        return list(place[0]) if place else [], track

    return each(wanted(env, value, start_of(value)), whole)


def all_paths(env: Env, value: Any, wanted: Run) -> list[list[Any]]:
    """The same, all at once."""
    made = []
    for found, place in wanted(env, value, start_of(value)):
        assert_path(found, place)
        made.append(list(place[0]) if place else [])
    return made


def assignment(operator: str, left_node: Node, left: Run, right: Run) -> Run:
    """An assignment, whichever."""
    if operator == "|=":
        return lambda env, value, track: modify(env, value, track, left, right)
    if operator != "=":
        return _update(operator[:-1], left, right)
    path = path_of(left_node)
    if path is not None:
        return applied(lambda value, new: paths.setpath(value, path, new), (right,))
    return apart(right, lambda env, value, track, new: _assign(env, value, track, left, new))


def modify(env: Env, value: Any, track: Track, left: Run, right: Run) -> Iterator[Output]:
    """`left |= right`: the first output; without one the path is deleted."""
    changed, gone = value, []

    def change(path: Any, _place: Track) -> Output:
        nonlocal changed
        found, place = at_path(changed, path, track)
        if isinstance(right, Single):
            changed = paths.setpath(changed, path, right.one(env, found, place)[0])
            return path, None
        mark = object()

        def put(new: Any, _: Track) -> None:
            nonlocal changed
            changed = paths.setpath(changed, path, new)
            raise Break(mark)

        try:
            for _ in each(right(env, found, place), put):
                pass
        except Break as broken:
            if broken.label is not mark:
                raise
        else:
            gone.append(path)
        return path, None

    for _ in each(paths_of(env, value, left), change):
        pass
    yield paths.delpaths(changed, gone), track


def at_path(value: Any, path: Any, track: Track) -> Output:
    """What `getpath(path)` gives, and its path."""
    found = paths.getpath(value, path)
    if track is None:
        return found, None
    assert_path(value, track)
    return found, ((*track[0], *path), found if path else track[1])


def _assign(env: Env, value: Any, track: Track, left: Run, new: Any) -> Iterator[Output]:
    """`left = right`, for an output of the right side, which stands in no path."""
    changed = value

    def put(path: Any, _place: Track) -> None:
        nonlocal changed
        changed = paths.setpath(changed, path, new)

    for _ in each(paths_of(env, value, left), put):
        pass
    yield changed, track


def _either(one: Any, other: Any) -> Any:
    return one if truth(one) else other


def _update(operator: str, left: Run, right: Run) -> Run:
    """`left += right` and its kind; what is at the left goes on from the path of the right."""
    function = OPERATORS.get(operator, _either)

    def run(env: Env, value: Any, track: Track) -> Iterator[Output]:
        def by(_env: Env, second: Any, place: Track) -> Iterator[Output]:
            change = Single(lambda _, one, there: (function(one, second), there))
            return modify(env, value, place, left, change)

        return fed(right(env, value, track), env, by)

    return run
