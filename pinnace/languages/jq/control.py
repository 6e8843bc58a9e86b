"""Conditions, labels, variables, patterns, and folds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from pinnace.languages.jq import paths
from pinnace.languages.jq.core import (
    Break,
    Env,
    Output,
    Run,
    Scope,
    Track,
    compile_node,
    constant_of,
    truth,
)
from pinnace.languages.jq.parser import Node
from pinnace.languages.jq.tokens import SyntaxFault
from pinnace.languages.jq.values import JqError, shown


def if_term(node: Node, scope: Scope) -> Run:
    """`if c then a else b end`, for each output of the condition."""
    condition, then, other = (compile_node(part, scope) for part in node[1:])

    def run(env: Env, value: Any, track: Track) -> Iterator[Output]:
        for verdict, _ in condition(env, value, None):
            yield from (then if truth(verdict) else other)(env, value, track)

    return run


def try_term(node: Node, scope: Scope) -> Run:
    """`try body catch handler`; what fails after the body is not its business."""
    body = compile_node(node[1], scope)
    handler = compile_node(node[2], scope) if node[2] else None

    def run(env: Env, value: Any, track: Track) -> Iterator[Output]:
        try:
            yield from body(env, value, track)
        except JqError as problem:
            caught = problem.value
        else:
            return
        if handler is not None:
            yield from handler(env, caught, track)

    return run


def label(node: Node, scope: Scope) -> Run:
    """`label $x | body`."""
    name = f"*{node[1]}"
    body = compile_node(node[2], scope | {name})

    def run(env: Env, value: Any, track: Track) -> Iterator[Output]:
        mark = object()
        try:
            yield from body({**env, name: mark}, value, track)
        except Break as broken:
            if broken.label is not mark:
                raise

    return run


def break_term(node: Node, scope: Scope) -> Run:
    """`break $x`."""
    name = f"*{node[1]}"
    if name not in scope:
        raise SyntaxFault(f"label not defined: {node[1]}", 0)

    def run(env: Env, _value: Any, _track: Track) -> Iterator[Output]:
        raise Break(env[name])
        yield None, None  # a generator, as all are

    return run


def variable(node: Node, scope: Scope) -> Run:
    """`$x`; `$ENV` is empty, as where upstream embeds gojq."""
    name = node[1]
    if name not in scope:
        if name == "$ENV":
            return constant_of({})
        raise SyntaxFault(f"variable not defined: {name}", 0)

    def run(env: Env, _value: Any, track: Track) -> Iterator[Output]:
        yield env[name], track

    return run


Binder: TypeAlias = Callable[[Env, Any], Iterator[Env]]


def _names(pattern: Node) -> set[str]:
    match pattern:
        case ("name", name):
            return {name}
        case ("list", items):
            return set().union(*map(_names, items))
    found: set[str] = set()
    for _, name, inner in pattern[1]:
        found |= {name} if name else set()
        found |= _names(inner) if inner else set()
    return found


def _binder(pattern: Node, scope: Scope) -> Binder:
    match pattern:
        case ("name", name):
            return lambda env, value: iter([{**env, name: value}])
        case ("list", items):
            parts = [(constant_of(place), None, _binder(item, scope | _names(pattern)))
                     for place, item in enumerate(items)]  # fmt: skip
            return lambda env, value: _bind_all(parts, 0, env, _a_list(value))
    inner_scope = scope | _names(pattern)
    fields = [
        (compile_node(key, inner_scope), name, _binder(inner, inner_scope) if inner else None)
        for key, name, inner in pattern[1]
    ]
    return lambda env, value: _bind_all(fields, 0, env, value)


def _a_list(value: Any) -> Any:
    if value is not None and type(value) is not list:
        raise JqError(f"expected an array but got: {shown(value)}")
    return value


def _bind_all(parts: list[Any], place: int, env: Env, value: Any) -> Iterator[Env]:
    if place == len(parts):
        yield env
        return
    key, name, inner = parts[place]
    for found, _ in key(env, value, None):
        item = paths.index(value, found)
        bound = {**env, name: item} if name else env
        for made in inner(bound, item) if inner else (bound,):
            yield from _bind_all(parts, place + 1, made, value)


def bind(node: Node, scope: Scope) -> Run:
    """`source as pattern ?// pattern | body`."""
    _, source_node, patterns, body_node = node
    source = compile_node(source_node, scope)
    names = set().union(*map(_names, patterns))
    binders = [_binder(pattern, scope | names) for pattern in patterns]
    body = compile_node(body_node, scope | names)
    empty = dict.fromkeys(names) if len(patterns) > 1 else {}

    def run(env: Env, value: Any, track: Track) -> Iterator[Output]:
        for found, _ in source(env, value, None):
            yield from attempt(env, value, track, found)

    def attempt(env: Env, value: Any, track: Track, found: Any) -> Iterator[Output]:
        for place, binder in enumerate(binders):
            try:
                for bound in binder({**env, **empty}, found):
                    yield from body(bound, value, track)
            except JqError:
                if place == len(binders) - 1:
                    raise
            else:
                return

    return run


def fold_term(node: Node, scope: Scope) -> Run:
    """`reduce` and `foreach`; an update without output leaves the state."""
    kind, source_node, pattern, start_node, update_node, *rest = node
    source, start = compile_node(source_node, scope), compile_node(start_node, scope)
    inner = scope | _names(pattern)
    binder, update = _binder(pattern, scope), compile_node(update_node, inner)
    extract = compile_node(rest[0], inner) if rest else None

    def run(env: Env, value: Any, track: Track) -> Iterator[Output]:
        for state in start(env, value, track):
            yield from fold(env, value, track, state)

    def fold(env: Env, value: Any, track: Track, state: Output) -> Iterator[Output]:
        for item, _ in source(env, value, None):
            for bound in binder(env, item):
                for new in update(bound, *state):
                    state = new
                    if kind == "foreach":
                        yield from extract(bound, *new) if extract else (new,)
        if kind == "reduce":
            yield state

    return run
