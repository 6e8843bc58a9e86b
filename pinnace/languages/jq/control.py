"""Conditions, failures, labels, variables, and folds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from pinnace.languages.jq.core import (
    Break,
    Env,
    Output,
    Run,
    Scope,
    Single,
    Track,
    compile_node,
    constant_of,
    truth,
)
from pinnace.languages.jq.flow import FAILURES, apart, each, fed, piped, resumed
from pinnace.languages.jq.parser import Node
from pinnace.languages.jq.patterns import binder_of, names_of
from pinnace.languages.jq.tokens import SyntaxFault
from pinnace.languages.jq.values import JqError


def condition(verdict: Run, then: Run, other: Run) -> Run:
    """`if verdict then … else … end`, for each verdict, which stands in no path."""
    if isinstance(verdict, Single) and isinstance(then, Single) and isinstance(other, Single):
        told, yes, no = verdict.one, then.one, other.one

        def one(env: Env, value: Any, track: Track) -> Output:
            return (yes if truth(told(env, value, None)[0]) else no)(env, value, track)

        return Single(one)

    def chosen(env: Env, value: Any, track: Track, found: Any) -> Iterator[Output]:
        return (then if truth(found) else other)(env, value, track)

    return apart(verdict, chosen)


def if_term(node: Node, scope: Scope) -> Run:
    """`if c then a else b end`."""
    verdict, then, other = (compile_node(part, scope) for part in node[1:])
    return condition(verdict, then, other)


def try_term(node: Node, scope: Scope) -> Run:
    """`try body catch handler`; what fails after the body is not the handler's business."""
    body = compile_node(node[1], scope)
    handler = compile_node(node[2], scope) if node[2] else None

    def run(env: Env, value: Any, track: Track) -> Iterator[Output]:
        outputs: Iterator[Output] | None = None
        later: BaseException | None = None
        while True:
            try:
                outputs = outputs or body(env, value, track)
                found = next(outputs if later is None else resumed(outputs, later), None)
            except JqError as problem:
                if problem is later:
                    raise
                caught = problem.value
                break
            if found is None:
                return
            later = None
            try:
                yield found
            except FAILURES as problem:
                later = problem
        if handler is not None:
            yield from handler(env, caught, track)

    return run


def label(node: Node, scope: Scope) -> Run:
    """`label $x | body`."""
    name = f"*{node[1]}"
    body = compile_node(node[2], scope | {name})

    def run(env: Env, value: Any, track: Track) -> Iterator[Output]:
        mark = object()
        return labelled(mark, body, {**env, name: mark}, value, track)

    return run


def labelled(mark: object, body: Run, env: Env, value: Any, track: Track) -> Iterator[Output]:
    """The outputs of the body, which end where the label is broken off."""
    try:
        yield from body(env, value, track)
    except Break as broken:
        if broken.label is not mark:
            raise


def break_term(node: Node, scope: Scope) -> Run:
    """`break $x`."""
    name = f"*{node[1]}"
    if name not in scope:
        raise SyntaxFault(f"label not defined: {node[1]}", 0)

    def one(env: Env, _value: Any, _track: Track) -> Output:
        raise Break(env[name])

    return Single(one)


def variable(node: Node, scope: Scope) -> Run:
    """`$x`; `$ENV` is empty, as where upstream embeds gojq."""
    name = node[1]
    if name not in scope:
        if name == "$ENV":
            return constant_of({})
        raise SyntaxFault(f"variable not defined: {name}", 0)
    return Single(lambda env, _value, track: (env[name], track))


def bind(node: Node, scope: Scope) -> Run:
    """`source as pattern ?// pattern | body`; source and patterns stand in no path."""
    _, source_node, patterns, body_node = node
    source = compile_node(source_node, scope)
    inner = scope.union(*map(names_of, patterns))
    body = compile_node(body_node, inner)
    if len(patterns) > 1:
        return _alternatives(source, patterns, body, scope)
    bound = piped(source, binder_of(patterns[0], scope))
    if isinstance(bound, Single) and isinstance(body, Single):
        bound_by, made_by = bound.one, body.one
        return Single(
            lambda env, value, track: made_by(bound_by(env, value, None)[0], value, track)
        )
    return apart(bound, lambda _, value, track, made: body(made, value, track))


def _alternatives(source: Run, patterns: tuple[Node, ...], body: Run, scope: Scope) -> Run:
    """`?//`: the next pattern is tried for what fails in a pattern, in the body, or later."""
    binders = []
    for pattern in patterns:
        binders.append(binder_of(pattern, scope))
        scope |= names_of(pattern)
    unbound = dict.fromkeys(frozenset().union(*map(names_of, patterns)))

    def attempt(env: Env, value: Any, track: Track, found: Any) -> Iterator[Output]:
        for binder in binders:
            try:
                bound = binder({**env, **unbound}, found, None)
                yield from fed(bound, env, lambda _, made, _t: body(made, value, track))
            except FAILURES:
                if binder is binders[-1]:
                    raise
            else:
                return

    return apart(source, attempt)


def fold_term(node: Node, scope: Scope) -> Run:
    """`reduce` and `foreach`; an update without output leaves the state.

    The source goes on from the path of the start, the pattern from the item's, the update from the
    pattern's: what `reduce` gives has the path of the start again.
    """
    kind, source_node, pattern, start_node, update_node, *rest = node
    inner = scope | names_of(pattern)
    start = compile_node(start_node, scope)
    items = piped(compile_node(source_node, scope), binder_of(pattern, scope))
    update = compile_node(update_node, inner)
    if kind == "foreach":
        return _foreach(start, items, update, compile_node(rest[0], inner) if rest else None)
    reduced = _reduced(items, update)
    if isinstance(start, Single):
        start_of = start.one
        return Single(lambda env, value, track: reduced(env, value, *start_of(env, value, track)))
    return lambda env, value, track: each(
        start(env, value, track), lambda state, place: reduced(env, value, state, place)
    )


def _reduced(items: Run, update: Run) -> Callable[[Env, Any, Any, Track], Output]:
    once = update.one if isinstance(update, Single) else None

    def reduced(env: Env, value: Any, state: Any, track: Track) -> Output:
        def keep(new: Any, place: Track) -> Output:
            nonlocal state
            state = new
            return new, place

        def updated(_env: Env, bound: Env, place: Track) -> Iterator[Output]:
            return each(update(bound, state, place), keep)

        source = items(env, value, track)
        steps = fed(source, env, updated)
        if once is not None:
            steps = each(source, lambda bound, place: keep(*once(bound, state, place)))
        for _ in steps:
            pass
        return state, track

    return reduced


def _foreach(start: Run, items: Run, update: Run, extract: Run | None) -> Run:
    def fold(env: Env, value: Any, state: Any, track: Track) -> Iterator[Output]:
        def keep(new: Any, place: Track) -> Output:
            nonlocal state
            state = new
            return new, place

        def stepped(_env: Env, bound: Env, place: Track) -> Iterator[Output]:
            made = each(update(bound, state, place), keep)
            return fed(made, bound, extract) if extract else made

        return fed(items(env, value, track), env, stepped)

    return lambda env, value, track: fed(
        start(env, value, track), env, lambda _, state, place: fold(env, value, state, place)
    )
