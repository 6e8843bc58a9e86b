"""Values as streams of events: `[path, leaf]`, and `[path]` after the last item of a collection."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from pinnace.languages.jq import paths
from pinnace.languages.jq.core import Env, Output, Run, Track, values
from pinnace.languages.jq.functions import keys, length
from pinnace.languages.jq.operators import add
from pinnace.languages.jq.values import JqError, compare, shown


def _tostream(_env: Env, value: Any, track: Track) -> Iterator[Output]:
    for event in _events(value, []):
        yield event, track


def _events(value: Any, path: list[Any]) -> Iterator[list[Any]]:
    names = keys(value) if type(value) in (list, dict) else []
    for name in names:
        yield from _events(value[name], [*path, name])
    yield [[*path, names[-1]]] if names else [path, value]


def _fromstream(env: Env, value: Any, track: Track, events: Run) -> Iterator[Output]:
    """The values that events describe; `v` is the one under way, `e` tells that it is whole."""
    state: Any = None
    for event in values(events, env, value):
        if event is not None and type(event) is not list:
            raise JqError(f"expected an array but got: {shown(event)}")
        path = paths.index(event, 0)
        if length(event) == 2:
            state = paths.setpath(state, add(["v"], path), paths.index(event, 1))
            ended = length(path) == 0
        else:
            ended = length(path) == 1
        state = {**(state or {}), "e": ended}
        if ended:
            yield state.get("v"), track
            state = None


def _truncate(env: Env, value: Any, track: Track, events: Run) -> Iterator[Output]:
    """The events whose paths are longer than the input, without so much of their beginning."""
    for event in values(events, env, None):
        if compare(length(paths.index(event, 0)), value) > 0:
            shorter = paths.slice_of(paths.getpath(event, [0]), value, None)
            yield paths.setpath(event, [0], shorter), track


BUILTINS: dict[tuple[str, int], Callable[..., Iterator[Output]]] = {
    ("tostream", 0): _tostream,
    ("fromstream", 1): _fromstream,
    ("truncate_stream", 1): _truncate,
}
