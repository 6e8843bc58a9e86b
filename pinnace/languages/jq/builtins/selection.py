"""What picks among inputs or asks about them: `select`, types, `map`, `any`, `all`, `add(f)`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from pinnace.languages.jq import mathematics
from pinnace.languages.jq.control import condition
from pinnace.languages.jq.core import (
    Env,
    Output,
    Run,
    Track,
    every_item,
    identity_of,
    nothing,
    truth,
    values,
)
from pinnace.languages.jq.flow import applied, piped
from pinnace.languages.jq.functions import has, sum_of
from pinnace.languages.jq.terms import array_of
from pinnace.languages.jq.updates import modify
from pinnace.languages.jq.values import type_name


def _if(holds: Callable[[Any], bool]) -> Callable[[], Run]:
    return lambda: condition(applied(holds, ()), identity_of, nothing)


def _of_type(*names: str) -> Callable[[], Run]:
    return _if(lambda value: type_name(value) in names)


def _map_values(env: Env, value: Any, track: Track, change: Run) -> Iterator[Output]:
    return modify(env, value, track, every_item, change)


def _decided(wanted: bool, env: Env, value: Any, source: Run, verdict: Run) -> bool:
    """Whether any output of the condition is as true as wanted."""
    return any(
        truth(told) == wanted
        for item in values(source, env, value)
        for told in values(verdict, env, item)
    )


def _any(
    env: Env, value: Any, track: Track, source: Run = every_item, verdict: Run = identity_of
) -> Iterator[Output]:
    yield _decided(True, env, value, source, verdict), track


def _all(
    env: Env, value: Any, track: Track, source: Run = every_item, verdict: Run = identity_of
) -> Iterator[Output]:
    yield not _decided(False, env, value, source, verdict), track


def _in(env: Env, value: Any, track: Track, collection: Run) -> Iterator[Output]:
    for found in values(collection, env, value):
        yield has(found, value), track


BUILDERS: dict[tuple[str, int], Callable[..., Run]] = {
    ("empty", 0): lambda: nothing,
    ("select", 1): lambda verdict: condition(verdict, identity_of, nothing),
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
    ("map", 1): lambda change: array_of(piped(every_item, change)),
    ("add", 1): lambda source: piped(array_of(source), applied(sum_of, ())),
}
BUILTINS: dict[tuple[str, int], Callable[..., Iterator[Output]]] = {
    ("map_values", 1): _map_values,
    ("any", 0): _any,
    ("any", 1): lambda e, v, t, verdict: _any(e, v, t, every_item, verdict),
    ("any", 2): _any,
    ("all", 0): _all,
    ("all", 1): lambda e, v, t, verdict: _all(e, v, t, every_item, verdict),
    ("all", 2): _all,
    ("in", 1): _in,
}
