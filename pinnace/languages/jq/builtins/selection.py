"""What picks among inputs or asks about them: `select`, types, `map`, `any`, `all`, `add(f)`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from pinnace.languages.jq import mathematics
from pinnace.languages.jq.core import Env, Output, Run, Track, identity_of, items_of, truth, values
from pinnace.languages.jq.functions import has
from pinnace.languages.jq.operators import add
from pinnace.languages.jq.updates import modify
from pinnace.languages.jq.values import type_name


def _select(env: Env, value: Any, track: Track, condition: Run) -> Iterator[Output]:
    for verdict in values(condition, env, value):
        if truth(verdict):
            yield value, track


def _if(holds: Callable[[Any], bool]) -> Callable[[Env, Any, Track], Iterator[Output]]:
    def run(_env: Env, value: Any, track: Track) -> Iterator[Output]:
        if holds(value):
            yield value, track

    return run


def _of_type(*names: str) -> Callable[[Env, Any, Track], Iterator[Output]]:
    return _if(lambda value: type_name(value) in names)


def every_item(_env: Env, value: Any, track: Track) -> Iterator[Output]:
    """`.[]`."""
    return items_of(value, track)


def _map(env: Env, value: Any, track: Track, change: Run) -> Iterator[Output]:
    made = [new for item, _ in items_of(value, None) for new in values(change, env, item)]
    yield made, track


def _map_values(env: Env, value: Any, track: Track, change: Run) -> Iterator[Output]:
    return modify(env, value, track, every_item, change)


def _decided(wanted: bool, env: Env, value: Any, source: Run, condition: Run) -> bool:
    """Whether any output of the condition is as true as wanted."""
    return any(
        truth(verdict) == wanted
        for item in values(source, env, value)
        for verdict in values(condition, env, item)
    )


def _any(
    env: Env, value: Any, track: Track, source: Run = every_item, condition: Run = identity_of
) -> Iterator[Output]:
    yield _decided(True, env, value, source, condition), track


def _all(
    env: Env, value: Any, track: Track, source: Run = every_item, condition: Run = identity_of
) -> Iterator[Output]:
    yield not _decided(False, env, value, source, condition), track


def _in(env: Env, value: Any, track: Track, collection: Run) -> Iterator[Output]:
    for found in values(collection, env, value):
        yield has(found, value), track


def _add(env: Env, value: Any, track: Track, source: Run) -> Iterator[Output]:
    total = None
    for item in values(source, env, value):
        total = add(total, item)
    yield total, track


BUILTINS: dict[tuple[str, int], Callable[..., Iterator[Output]]] = {
    ("select", 1): _select,
    ("values", 0): _if(lambda value: value is not None),
    ("nulls", 0): _of_type("null"),
    ("booleans", 0): _of_type("boolean"),
    ("numbers", 0): _of_type("number"),
    ("strings", 0): _of_type("string"),
    ("arrays", 0): _of_type("array"),
    ("objects", 0): _of_type("object"),
    ("iterables", 0): _of_type("array", "object"),
    ("scalars", 0): _of_type("null", "boolean", "number", "string"),
    ("finites", 0): _if(mathematics.is_finite),
    ("normals", 0): _if(mathematics.is_normal),
    ("map", 1): _map,
    ("map_values", 1): _map_values,
    ("any", 0): _any,
    ("any", 1): lambda e, v, t, condition: _any(e, v, t, every_item, condition),
    ("any", 2): _any,
    ("all", 0): _all,
    ("all", 1): lambda e, v, t, condition: _all(e, v, t, every_item, condition),
    ("all", 2): _all,
    ("in", 1): _in,
    ("add", 1): _add,
}
