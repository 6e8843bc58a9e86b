"""jq's functions in the manner of SQL: `INDEX`, `JOIN`, `IN`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from pinnace.languages.jq import paths
from pinnace.languages.jq.core import Env, Output, Run, Track, every_item, identity_of, values
from pinnace.languages.jq.formats import to_string
from pinnace.languages.jq.values import compare


def _index(env: Env, value: Any, track: Track, rows: Run, key: Run) -> Iterator[Output]:
    """An object of the rows, each under its keys as text; later rows win."""
    made = {}
    for row in values(rows, env, value):
        for name in values(key, env, row):
            made[to_string(name)] = row
    yield made, track


def _joined(env: Env, row: Any, index: Any, key: Run) -> list[Any]:
    """A row, and what the index has under its keys."""
    return [row, *(paths.index(index, name) for name in values(key, env, row))]


def _join_all(env: Env, value: Any, track: Track, indices: Run, key: Run) -> Iterator[Output]:
    for index in values(indices, env, value):
        yield [_joined(env, row, index, key) for row in values(every_item, env, value)], track


def _join(env: Env, value: Any, track: Track, *given: Run) -> Iterator[Output]:
    indices, rows, key, *result = given
    for index in values(indices, env, value):
        for row, place in rows(env, value, track):
            joined = _joined(env, row, index, key)
            yield from result[0](env, joined, place) if result else [(joined, place)]


def _in(env: Env, value: Any, track: Track, *sides: Run) -> Iterator[Output]:
    """Whether a value of the first source, else the input, is one of the last."""
    source = sides[0] if len(sides) > 1 else identity_of
    yield (
        any(
            compare(one, other) == 0
            for other in values(sides[-1], env, value)
            for one in values(source, env, value)
        ),
        track,
    )


BUILTINS: dict[tuple[str, int], Callable[..., Iterator[Output]]] = {
    ("INDEX", 1): lambda e, v, t, key: _index(e, v, t, every_item, key),
    ("INDEX", 2): _index,
    ("JOIN", 2): _join_all,
    ("JOIN", 3): _join,
    ("JOIN", 4): _join,
    ("IN", 1): _in,
    ("IN", 2): _in,
}
