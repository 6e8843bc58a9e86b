"""Terms and operators: every node becomes a function that yields outputs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pinnace.languages.jq import paths
from pinnace.languages.jq.core import (
    Env,
    Output,
    Run,
    Scope,
    Track,
    assert_path,
    compile_node,
    constant_of,
    identity_of,
    items_of,
    step,
    truth,
)
from pinnace.languages.jq.operators import OPERATORS
from pinnace.languages.jq.parser import Node
from pinnace.languages.jq.updates import assign, constant_path, modify, set_at, update
from pinnace.languages.jq.values import JqError, parse_number, shown, type_name


def identity(_node: Node, _scope: Scope) -> Run:
    """`.`."""
    return identity_of


def pipe(node: Node, scope: Scope) -> Run:
    """`a | b`."""
    left, right = compile_node(node[1], scope), compile_node(node[2], scope)

    def run(env: Env, value: Any, track: Track) -> Iterator[Output]:
        for found, place in left(env, value, track):
            yield from right(env, found, place)

    return run


def comma(node: Node, scope: Scope) -> Run:
    """`a, b`."""
    left, right = compile_node(node[1], scope), compile_node(node[2], scope)

    def run(env: Env, value: Any, track: Track) -> Iterator[Output]:
        yield from left(env, value, track)
        yield from right(env, value, track)

    return run


def binary(node: Node, scope: Scope) -> Run:
    """An operator; the outputs of its right side are the outer loop."""
    _, operator, left_node, right_node = node
    if operator in ("or", "and"):
        return _logic(operator, compile_node(left_node, scope), compile_node(right_node, scope))
    if operator == "//":
        return _alternative(compile_node(left_node, scope), compile_node(right_node, scope))
    left, right = compile_node(left_node, scope), compile_node(right_node, scope)
    if operator == "|=":
        return lambda env, value, track: modify(env, value, track, left, right)
    if operator == "=" and (path := constant_path(left_node)) is not None:
        return set_at(path, right)
    if operator == "=":
        return lambda env, value, track: assign(env, value, track, left, right)
    if operator.endswith("=") and operator not in OPERATORS:
        return update(operator[:-1], left, right)
    function = OPERATORS[operator]

    def run(env: Env, value: Any, track: Track) -> Iterator[Output]:
        for second, _ in right(env, value, None):
            for first, _ in left(env, value, None):
                yield function(first, second), track

    return run


def _logic(operator: str, left: Run, right: Run) -> Run:
    decided = operator == "or"

    def run(env: Env, value: Any, track: Track) -> Iterator[Output]:
        for first, _ in left(env, value, None):
            if truth(first) == decided:
                yield decided, track
                continue
            for second, _ in right(env, value, None):
                yield truth(second), track

    return run


def _alternative(left: Run, right: Run) -> Run:
    def run(env: Env, value: Any, track: Track) -> Iterator[Output]:
        found = False
        for first, place in left(env, value, track):
            if truth(first):
                found = True
                yield first, place
        if not found:
            yield from right(env, value, track)

    return run


def index_term(node: Node, scope: Scope) -> Run:
    """`.[key]`."""
    term, key = compile_node(node[1], scope), compile_node(node[2], scope)

    def run(env: Env, value: Any, track: Track) -> Iterator[Output]:
        for name, _ in key(env, value, None):
            for base, place in term(env, value, track):
                yield step(base, name, place)

    return run


def slice_term(node: Node, scope: Scope) -> Run:
    """`.[start:end]`."""
    term = compile_node(node[1], scope)
    start, end = (compile_node(part or ("constant", None), scope) for part in node[2:])

    def run(env: Env, value: Any, track: Track) -> Iterator[Output]:
        for low, _ in start(env, value, None):
            for high, _ in end(env, value, None):
                for base, place in term(env, value, track):
                    found = paths.slice_of(base, low, high)
                    if place is not None:
                        assert_path(base, place)
                        place = ((*place[0], {"start": low, "end": high}), found)
                    yield found, place

    return run


def iterate(node: Node, scope: Scope) -> Run:
    """`.[]`."""
    term = compile_node(node[1], scope)

    def run(env: Env, value: Any, track: Track) -> Iterator[Output]:
        for base, place in term(env, value, track):
            yield from items_of(base, place)

    return run


def array(node: Node, scope: Scope) -> Run:
    """`[…]`."""
    if node[1] is None:
        return constant_of([])
    items = compile_node(node[1], scope)

    def run(env: Env, value: Any, track: Track) -> Iterator[Output]:
        yield [item for item, _ in items(env, value, None)], track

    return run


def object_term(node: Node, scope: Scope) -> Run:
    """`{…}`; the first field is the outer loop."""
    fields = []
    for key, content in node[1]:
        made = None if content is None else compile_node(content, scope)
        fields.append((compile_node(key, scope), made))

    def build(env: Env, value: Any, place: int, pairs: tuple[Any, ...]) -> Iterator[Any]:
        if place == len(fields):
            yield _object_of(pairs)
            return
        key, content = fields[place]
        for name, _ in key(env, value, None):
            if content is None:
                yield from build(env, value, place + 1, (*pairs, (name, paths.index(value, name))))
                continue
            for item, _ in content(env, value, None):
                yield from build(env, value, place + 1, (*pairs, (name, item)))

    def run(env: Env, value: Any, track: Track) -> Iterator[Output]:
        for made in build(env, value, 0, ()):
            yield made, track

    return run


def _object_of(pairs: tuple[Any, ...]) -> dict[str, Any]:
    for name, _ in reversed(pairs):
        if type(name) is not str:
            raise JqError(f"expected a string for object key but got: {shown(name)}")
    return dict(pairs)


def unary(node: Node, scope: Scope) -> Run:
    """`-x` and `+x`."""
    operand = compile_node(node[2], scope)
    negative = node[1] == "-"

    def run(env: Env, value: Any, track: Track) -> Iterator[Output]:
        for found, place in operand(env, value, track):
            if type_name(found) != "number":
                raise JqError(f"cannot {'negate' if negative else 'plus'}: {shown(found)}")
            yield (
                (-parse_number(found) if isinstance(found, str) else -found)
                if negative
                else (found),
                place,
            )

    return run
