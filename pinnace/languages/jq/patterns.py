"""What patterns bind: each becomes a Run whose outputs are environments.

A pattern gets (environment, what it takes apart, track); the path goes on from part to part.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pinnace.languages.jq.core import Env, Output, Run, Scope, Single, Track, compile_node, step
from pinnace.languages.jq.flow import each, fed, piped
from pinnace.languages.jq.parser import Node
from pinnace.languages.jq.values import JqError, shown


def names_of(pattern: Node) -> frozenset[str]:
    """The variables of a pattern."""
    match pattern:
        case ("name", name):
            return frozenset({name})
        case ("list", items):
            return frozenset().union(*map(names_of, items))
    return frozenset().union(*map(_names_of_field, pattern[1]))


def _names_of_field(field: Any) -> frozenset[str]:
    _, name, inner = field
    return frozenset({name} if name else ()) | (names_of(inner) if inner else frozenset())


def binder_of(pattern: Node, scope: Scope) -> Run:
    """What binds a pattern; the key of a field sees the variables before it."""
    match pattern:
        case ("name", name):
            return _bound_to(name)
        case ("list", items):
            return _in_turn([
                piped(_item_at(place), binder_of(item, scope)) for place, item in enumerate(items)
            ])  # fmt: skip
    parts = []
    for field in pattern[1]:
        parts.append(_field(field, scope))
        scope |= _names_of_field(field)
    return _in_turn(parts)


def _bound_to(name: str) -> Single:
    return Single(lambda env, value, track: ({**env, name: value}, track))


def _item_at(place: int) -> Single:
    def one(_env: Env, value: Any, track: Track) -> Output:
        if value is not None and type(value) is not list:
            raise JqError(f"expected an array but got: {shown(value)}")
        return step(value, place, track)

    return Single(one)


def _field(field: Any, scope: Scope) -> Run:
    key_node, name, inner_node = field
    found = _found_at(compile_node(key_node, scope))
    if name is None:
        return piped(found, binder_of(inner_node, scope))
    if inner_node is None:
        return piped(found, _bound_to(name))
    return piped(found, _also(name, binder_of(inner_node, scope | {name})))


def _found_at(key: Run) -> Run:
    """What is under each key; unlike that of `.[key]` it goes on from the key's path."""
    if isinstance(key, Single):
        name_of = key.one

        def one(env: Env, value: Any, track: Track) -> Output:
            name, place = name_of(env, value, track)
            return step(value, name, place)

        return Single(one)
    return lambda env, value, track: each(
        key(env, value, track), lambda name, place: step(value, name, place)
    )


def _also(name: str, inner: Run) -> Run:
    """A part that has a name and is taken apart."""
    return lambda env, value, track: inner({**env, name: value}, value, track)


def _in_turn(parts: list[Run]) -> Run:
    first, rest = parts[0], parts[1:]
    if not rest:
        return first
    others = _in_turn(rest)

    def run(env: Env, value: Any, track: Track) -> Iterator[Output]:
        return fed(
            first(env, value, track), env, lambda _, bound, place: others(bound, value, place)
        )

    return run
