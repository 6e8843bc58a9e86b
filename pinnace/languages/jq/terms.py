"""Terms and operators: every node becomes a function that yields outputs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from pinnace.languages.jq.constants import UNKNOWN, key_of, literal
from pinnace.languages.jq.control import condition
from pinnace.languages.jq.core import (
    Env,
    Output,
    Run,
    Scope,
    Single,
    Track,
    compile_node,
    constant_of,
    every_item,
    identity_of,
    part_of,
    step,
    truth,
)
from pinnace.languages.jq.flow import apart, applied, each, fed, piped, together
from pinnace.languages.jq.operators import OPERATORS, negate, plus
from pinnace.languages.jq.parser import Node
from pinnace.languages.jq.updates import assignment
from pinnace.languages.jq.values import JqError, shown


def identity(_node: Node, _scope: Scope) -> Run:
    """`.`."""
    return identity_of


def pipe(node: Node, scope: Scope) -> Run:
    """`a | b`."""
    return piped(compile_node(node[1], scope), compile_node(node[2], scope))


def comma(node: Node, scope: Scope) -> Run:
    """`a, b`."""
    left, right = compile_node(node[1], scope), compile_node(node[2], scope)

    def run(env: Env, value: Any, track: Track) -> Iterator[Output]:
        yield from left(env, value, track)
        yield from right(env, value, track)

    return run


_TRUE, _FALSE = constant_of(True), constant_of(False)


def binary(node: Node, scope: Scope) -> Run:
    """An operator; the outputs of its right side are the outer loop."""
    _, operator, left_node, right_node = node
    left, right = compile_node(left_node, scope), compile_node(right_node, scope)
    if operator == "or":
        return condition(left, _TRUE, condition(right, _TRUE, _FALSE))
    if operator == "and":
        return condition(left, condition(right, _TRUE, _FALSE), _FALSE)
    if operator == "//":
        return _alternative(left, right)
    if operator not in OPERATORS:
        return assignment(operator, left_node, left, right)
    return _computed(OPERATORS[operator], left, right)


def _computed(function: Callable[[Any, Any], Any], left: Run, right: Run) -> Run:
    if not isinstance(right, Single):
        return applied(lambda _, first, second: function(first, second), (left, right))
    second_of = right.one
    if not isinstance(left, Single):

        def run(env: Env, value: Any, track: Track) -> Iterator[Output]:
            second, place = second_of(env, value, track)
            return each(
                left(env, value, place), lambda first, there: (function(first, second), there)
            )

        return run
    first_of = left.one

    def one(env: Env, value: Any, track: Track) -> Output:
        second, place = second_of(env, value, track)
        first, there = first_of(env, value, place)
        return function(first, second), there

    return Single(one)


def _alternative(left: Run, right: Run) -> Run:
    def run(env: Env, value: Any, track: Track) -> Iterator[Output]:
        found = False

        def true_ones(_env: Env, first: Any, place: Track) -> Iterator[Output]:
            nonlocal found
            if truth(first):
                found = True
                yield first, place

        yield from fed(left(env, value, track), env, true_ones)
        if not found:
            yield from right(env, value, track)

    return run


def index_of(term: Run, key: Run) -> Run:
    """`term[key]`: the key stands in no path."""
    if isinstance(term, Single) and isinstance(key, Single):
        name_of, base_of = key.one, term.one

        def one(env: Env, value: Any, track: Track) -> Output:
            name, _ = name_of(env, value, None)
            base, place = base_of(env, value, track)
            return step(base, name, place)

        return Single(one)

    def under(env: Env, value: Any, track: Track, name: Any) -> Iterator[Output]:
        return each(term(env, value, track), lambda base, place: step(base, name, place))

    return apart(key, under)


def index_term(node: Node, scope: Scope) -> Run:
    """`.[key]`."""
    if key_of(node) is UNKNOWN:
        return index_of(compile_node(node[1], scope), compile_node(node[2], scope))
    return _at_constant(node, scope)


def _at_constant(node: Node, scope: Scope) -> Run:
    key = key_of(node)
    at_key = Single(lambda _env, value, track: step(value, key, track))
    return at_key if node[1] == ("identity",) else piped(compile_node(node[1], scope), at_key)


def slice_term(node: Node, scope: Scope) -> Run:
    """`.[start:end]`; the bounds stand in no path."""
    if key_of(node) is not UNKNOWN:
        return _at_constant(node, scope)
    term = compile_node(node[1], scope)
    bounds = together([compile_node(part or ("constant", None), scope) for part in node[2:]])
    if isinstance(term, Single) and isinstance(bounds, Single):
        bounds_of, base_of = bounds.one, term.one

        def one(env: Env, value: Any, track: Track) -> Output:
            (low, high), _ = bounds_of(env, value, None)
            base, place = base_of(env, value, track)
            return part_of(base, low, high, place)

        return Single(one)

    def within(env: Env, value: Any, track: Track, ends: Any) -> Iterator[Output]:
        return each(
            term(env, value, track), lambda base, place: part_of(base, ends[0], ends[1], place)
        )

    return apart(bounds, within)


def iterate(node: Node, scope: Scope) -> Run:
    """`.[]`."""
    return piped(compile_node(node[1], scope), every_item)


def array_of(items: Run) -> Run:
    """`[items]`: what is within goes on from the path, what follows does not go on from there."""

    def one(env: Env, value: Any, track: Track) -> Output:
        return [item for item, _ in items(env, value, track)], track

    return Single(one)


def array(node: Node, scope: Scope) -> Run:
    """`[…]`."""
    constant = literal(node)
    if constant is not UNKNOWN:
        return constant_of(constant)
    return array_of(compile_node(node[1], scope))


def object_term(node: Node, scope: Scope) -> Run:
    """`{…}`; the first field is the outer loop."""
    constant = literal(node)
    if constant is not UNKNOWN:
        return constant_of(constant)
    fields = together([_field(key, content, scope) for key, content in node[1]])
    return piped(fields, Single(lambda _env, pairs, track: (_object_of(pairs), track)))


def _field(key_node: Node, content_node: Node | None, scope: Scope) -> Run:
    """The pair of a name and its value; without a value it is what the input has there."""
    key = compile_node(key_node, scope)
    if content_node is None and key_node[0] == "text":
        content_node = ("index", ("identity",), key_node)
    if content_node is not None:
        return together((key, compile_node(content_node, scope)))

    def run(env: Env, value: Any, track: Track) -> Iterator[Output]:
        def pair(name: Any, place: Track) -> Output:
            found, there = step(value, name, place)
            return (name, found), there

        return each(key(env, value, track), pair)

    return run


def _object_of(pairs: tuple[Any, ...]) -> dict[str, Any]:
    for name, _ in reversed(pairs):
        if type(name) is not str:
            raise JqError(f"expected a string for object key but got: {shown(name)}")
    return dict(pairs)


def unary(node: Node, scope: Scope) -> Run:
    """`-x` and `+x`."""
    constant = literal(node)
    if constant is not UNKNOWN:
        return constant_of(constant)
    function = negate if node[1] == "-" else plus
    return piped(compile_node(node[2], scope), applied(function, ()))
