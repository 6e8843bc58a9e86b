"""Calls: definitions, builtins, and the functions that need more than values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from pinnace.languages.jq import functions
from pinnace.languages.jq.builtins import BUILDERS, BUILTINS, definitions, ordering, regexes
from pinnace.languages.jq.core import (
    RETRIES,
    Env,
    Halted,
    Output,
    Run,
    Scope,
    Single,
    Track,
    compile_node,
    constant_of,
)
from pinnace.languages.jq.flow import applied, fed
from pinnace.languages.jq.formats import FORMATS
from pinnace.languages.jq.parser import Node
from pinnace.languages.jq.tokens import SyntaxFault
from pinnace.languages.jq.values import JqError, shown, to_int


def definition(node: Node, scope: Scope) -> Run:
    """`def f(g; $x): body; rest`."""
    (name, parameters, body_node), rest_node = node[1], node[2]
    key = (name, len(parameters))
    function = Function(key, parameters, body_node, scope)
    rest = compile_node(rest_node, scope | {key})
    return lambda env, value, track: rest({**env, key: (function, env)}, value, track)


class Function:
    """A definition; its body is compiled with the parameters and itself in scope."""

    def __init__(self, key: Any, parameters: tuple[str, ...], body: Node, scope: Scope) -> None:
        self.key, self.parameters = key, parameters
        self._evaluated = [
            (name, place) for place, name in enumerate(parameters) if name.startswith("$")
        ]
        plain = {(name.removeprefix("$"), 0) for name in parameters}
        variables = {name for name, _ in self._evaluated}
        self.body: Run = _refuse_early
        self.body = compile_node(body, scope | {key} | plain | variables)

    def call(
        self, home: Env, caller: Env, arguments: tuple[Run, ...], value: Any, track: Track
    ) -> Iterator[Output]:
        """The outputs of the body for closures of the caller."""
        env = {**home, self.key: (self, home)}
        for name, argument in zip(self.parameters, arguments, strict=True):
            env[(name.removeprefix("$"), 0)] = (argument, caller)
        if not self._evaluated:
            return self.body(env, value, track)
        return self._evaluate(0, env, caller, arguments, value, track)

    def _evaluate(
        self, at: int, env: Env, caller: Env, arguments: tuple[Run, ...], value: Any, track: Track
    ) -> Iterator[Output]:
        """The body for each output of the parameters that are values, which stand in no path."""
        if at == len(self._evaluated):
            return self.body(env, value, track)
        name, place = self._evaluated[at]

        def bound(_env: Env, found: Any, _place: Track) -> Iterator[Output]:
            known = {**env, name: found}
            return self._evaluate(at + 1, known, caller, arguments, value, track)

        argument = arguments[place]
        if isinstance(argument, Single):
            return bound(env, *argument.one(caller, value, None))
        return fed(argument(caller, value, None), env, bound)


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
    if key in BUILDERS:
        return BUILDERS[key](*arguments)
    if key in definitions.KNOWN:
        return _call_standard(key, arguments, scope)
    if key in BUILTINS:
        special = BUILTINS[key]
        return lambda env, value, track: special(env, value, track, *arguments)
    if key in NATIVE:
        return applied(NATIVE[key], arguments)
    raise SyntaxFault(f"function not defined: {name}/{len(argument_nodes)}", 0)


def _call_defined(key: Any, arguments: tuple[Run, ...]) -> Run:
    def run(env: Env, value: Any, track: Track) -> Iterator[Output]:
        target, home = env[key]
        if isinstance(target, Function):  # a generator of its own: recursion takes a frame of it
            yield from target.call(home, env, arguments, value, track)
        else:
            yield from target(home, value, track)

    return run


_standard: dict[tuple[Any, bool], Function] = {}
"""Functions of `definitions` that were called, by whether a program has `?//`."""


def _call_standard(key: Any, arguments: tuple[Run, ...], scope: Scope) -> Run:
    """A function that is defined in jq, and written in Python for where that makes no difference.

    Within a path, and where `?//` may wait for a failure, every step of the definition counts.
    """
    retries = RETRIES in scope
    quick: Callable[..., Iterator[Output]] | None = None if retries else BUILTINS.get(key)

    def run(env: Env, value: Any, track: Track) -> Iterator[Output]:
        if track is None and quick is not None:
            return quick(env, value, track, *arguments)
        function = _standard.get((key, retries))
        if function is None:
            parameters, body = definitions.KNOWN[key]
            known: Scope = frozenset({RETRIES}) if retries else frozenset()
            function = _standard[(key, retries)] = Function(key, parameters, body, known)
        return function.call({}, env, arguments, value, track)

    return run


def format_term(node: Node, scope: Scope) -> Run:
    """`@base64` and its kind."""
    function = FORMATS.get(node[1])
    if function is not None:
        return applied(function, ())
    return compile_node(("call", "format", (("text", node[1][1:]),)), scope)


def _halt(value: Any, code: Any = 5) -> Any:
    if to_int(code) is None:
        raise JqError(f"halt_error cannot be applied to: {shown(code)}")
    raise Halted(value)


NATIVE: dict[tuple[str, int], Callable[..., Any]] = {
    **functions.NATIVE,
    **ordering.NATIVE,
    **regexes.NATIVE,
    ("halt", 0): lambda _: _halt(None),
    ("halt_error", 0): _halt,
    ("halt_error", 1): _halt,
}
"""The functions of plain values."""
