"""Calls: definitions, builtins, and the functions that need more than values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from pinnace.languages.jq.builtins import BUILTINS, ordering
from pinnace.languages.jq.core import (
    Env,
    Halted,
    Output,
    Run,
    Scope,
    Track,
    compile_node,
    constant_of,
)
from pinnace.languages.jq.formats import FORMATS
from pinnace.languages.jq.functions import NATIVE as FUNCTIONS
from pinnace.languages.jq.parser import Node
from pinnace.languages.jq.tokens import SyntaxFault
from pinnace.languages.jq.values import JqError, shown, to_int


def definition(node: Node, scope: Scope) -> Run:
    """`def f(g; $x): body; rest`."""
    (name, parameters, body_node), rest_node = node[1], node[2]
    key = (name, len(parameters))
    function = _Function(key, parameters, body_node, scope)
    rest = compile_node(rest_node, scope | {key})
    return lambda env, value, track: rest({**env, key: (function, env)}, value, track)


class _Function:
    """A definition; its body is compiled with the parameters and itself in scope."""

    def __init__(self, key: Any, parameters: tuple[str, ...], body: Node, scope: Scope) -> None:
        self.key, self.parameters = key, parameters
        plain = {(name.removeprefix("$"), 0) for name in parameters}
        values = {name for name in parameters if name.startswith("$")}
        self.body: Run = _refuse_early
        self.body = compile_node(body, scope | {key} | plain | values)

    def call(
        self, home: Env, caller: Env, arguments: tuple[Run, ...], value: Any, track: Track
    ) -> Iterator[Output]:
        """The outputs of the body for closures of the caller."""
        env = {**home, self.key: (self, home)}
        for name, argument in zip(self.parameters, arguments, strict=True):
            env[(name.removeprefix("$"), 0)] = (argument, caller)
        for bound in self._values(env, caller, arguments, value, 0):
            yield from self.body(bound, value, track)

    def _values(
        self, env: Env, caller: Env, arguments: tuple[Run, ...], value: Any, place: int
    ) -> Iterator[Env]:
        if place == len(self.parameters):
            yield env
            return
        name = self.parameters[place]
        if not name.startswith("$"):
            yield from self._values(env, caller, arguments, value, place + 1)
            return
        for found, _ in arguments[place](caller, value, None):
            yield from self._values({**env, name: found}, caller, arguments, value, place + 1)


def _refuse_early(_env: Env, _value: Any, _track: Track) -> Iterator[Output]:
    raise JqError("a function is called before it is defined")


def call_term(node: Node, scope: Scope) -> Run:
    """A call: of a definition in scope, a builtin, or a function of values."""
    _, name, argument_nodes = node
    key = (name, len(argument_nodes))
    arguments = tuple(compile_node(argument, scope) for argument in argument_nodes)
    if key in scope:
        return _call_defined(key, arguments)
    if key == ("env", 0):
        return constant_of({})
    if name == "input" or key == ("inputs", 0):
        raise SyntaxFault("input(s)/0 is not allowed", 0)
    if key in _SPECIAL:
        special = _SPECIAL[key]
        return lambda env, value, track: special(env, value, track, *arguments)
    if key in NATIVE:
        return _call_native(NATIVE[key], arguments)
    raise SyntaxFault(f"function not defined: {name}/{len(argument_nodes)}", 0)


def _call_defined(key: Any, arguments: tuple[Run, ...]) -> Run:
    def run(env: Env, value: Any, track: Track) -> Iterator[Output]:
        target, home = env[key]
        if isinstance(target, _Function):
            return target.call(home, env, arguments, value, track)
        made: Iterator[Output] = target(home, value, track)
        return made

    return run


def _call_native(function: Callable[..., Any], arguments: tuple[Run, ...]) -> Run:
    def values(env: Env, value: Any, count: int) -> Iterator[tuple[Any, ...]]:
        if count == 0:
            yield ()
            return
        for last, _ in arguments[count - 1](env, value, None):
            for others in values(env, value, count - 1):
                yield (*others, last)

    def run(env: Env, value: Any, track: Track) -> Iterator[Output]:
        for given in values(env, value, len(arguments)):
            yield function(value, *given), track

    return run


def format_term(node: Node, scope: Scope) -> Run:
    """`@base64` and its kind."""
    function = FORMATS.get(node[1])
    if function is not None:
        return _call_native(function, ())
    return compile_node(("call", "format", (("text", node[1][1:]),)), scope)


def _empty(_env: Env, _value: Any, _track: Track) -> Iterator[Output]:
    return iter(())


def _halt(_env: Env, value: Any, _track: Track, code: Run | None = None) -> Iterator[Output]:
    for given, _ in code(_env, value, None) if code else ((5, None),):
        if to_int(given) is None:
            raise JqError(f"halt_error cannot be applied to: {shown(given)}")
        raise Halted(value)
    yield None, None  # a generator, as all are


def _halt_quietly(_env: Env, _value: Any, _track: Track) -> Iterator[Output]:
    raise Halted(None)
    yield None, None  # a generator, as all are


NATIVE = {**FUNCTIONS, **ordering.NATIVE}
"""The functions of plain values."""

_SPECIAL: dict[Any, Callable[..., Iterator[Output]]] = {
    **BUILTINS,
    ("empty", 0): _empty,
    ("halt", 0): _halt_quietly,
    ("halt_error", 0): _halt,
    ("halt_error", 1): _halt,
}
