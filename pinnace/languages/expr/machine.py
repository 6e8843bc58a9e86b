"""Evaluates an expression's tree against an environment, within bounds.

One Machine per evaluation: it holds the environment, the `let` variables, what the closures look
at, and how many steps and how much memory are left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from pinnace.languages.ambient import Ambient
from pinnace.languages.errors import LanguageError
from pinnace.languages.expr import closures, dates, nodes, operators
from pinnace.languages.expr.builtins import VALUES
from pinnace.languages.expr.numbers import Function
from pinnace.languages.expr.tokens import LANGUAGE
from pinnace.languages.govalues import type_name


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much one evaluation may use."""

    steps: int = 1_000_000
    memory: int = 1_000_000  # items of arrays and maps, and characters of strings made


class _NilChain(Exception):
    """A `?.` met nil: the chain around it is nil."""


class Machine:
    """Evaluates nodes; every failure becomes a LanguageError at the node."""

    def __init__(self, text: str, env: Mapping[str, Any], ambient: Ambient, limits: Limits) -> None:
        self._text = text
        self._env = env
        self._ambient = ambient
        self._steps = limits.steps
        self._memory = limits.memory
        self._locals: dict[str, Any] = {}
        self._frames: list[closures.Frame] = []

    def evaluate(self, node: nodes.Node) -> Any:
        """The value of a node."""
        self._steps -= 1
        if self._steps < 0:
            self._fail(node, "evaluation takes too many steps")
        return _EVALUATE[type(node)](self, node)

    def _error(self, node: nodes.Node, message: str) -> LanguageError:
        return LanguageError(LANGUAGE, self._text, node.at, message)

    def _fail(self, node: nodes.Node, message: str) -> NoReturn:
        raise self._error(node, message)

    def _apply(self, node: nodes.Node, function: Callable[..., Any], *arguments: Any) -> Any:
        """Call a function that reports trouble as ValueError, and say where it was called."""
        try:
            return self._charged(node, function(*arguments))
        except LanguageError as problem:
            if problem.language == LANGUAGE and problem.text == self._text:
                raise
            raise self._error(node, problem.expected) from problem
        except (TypeError, AttributeError, OverflowError) as problem:
            raise self._error(node, f"invalid arguments: {problem}") from problem
        except ValueError as problem:
            raise self._error(node, str(problem)) from problem

    def _charged(self, node: nodes.Node, value: Any) -> Any:
        if isinstance(value, str | list | dict):
            self._memory -= len(value)
            if self._memory < 0:
                self._fail(node, "memory budget exceeded")
        return value

    # leaves

    def _literal(self, node: nodes.Literal) -> Any:
        return node.value

    def _name(self, node: nodes.Name) -> Any:
        if node.name in self._locals:
            return self._locals[node.name]
        if node.name == "$env":
            return self._env
        if node.name not in self._env:
            self._fail(node, f"unknown name {node.name}")
        return self._env[node.name]

    def _pointer(self, node: nodes.Pointer) -> Any:
        if not self._frames:
            self._fail(node, "# is used outside of a predicate")
        frame = self._frames[-1]
        match node.name:
            case "":
                return frame.item
            case "index":
                return frame.index
            case "acc":
                return frame.accumulator
        raise self._error(node, f"unknown pointer #{node.name}")

    # members and slices

    def _member(self, node: nodes.Member) -> Any:
        base = self.evaluate(node.base)
        if base is None and node.optional:
            raise _NilChain
        key = self.evaluate(node.key)
        if isinstance(key, str) and (bound := dates.method(base, key)):
            return bound
        return self._apply(node, operators.fetch, base, key)

    def _chain(self, node: nodes.Chain) -> Any:
        try:
            return self.evaluate(node.body)
        except _NilChain:
            return None

    def _slice(self, node: nodes.Slice) -> Any:
        base = self.evaluate(node.base)
        start = None if node.start is None else self.evaluate(node.start)
        stop = None if node.stop is None else self.evaluate(node.stop)
        return self._apply(node, operators.cut, base, start, stop)

    # operators

    def _unary(self, node: nodes.Unary) -> Any:
        return self._apply(node, operators.unary, node.operator, self.evaluate(node.operand))

    def _binary(self, node: nodes.Binary) -> Any:
        """Long chains lean to the left, so they are walked with a list and not by recursion."""
        spine = [node]
        while isinstance(spine[-1].left, nodes.Binary):
            spine.append(spine[-1].left)
        value = self.evaluate(spine[-1].left)
        for one in reversed(spine):
            value = self._operate(one, value)
        return value

    def _operate(self, node: nodes.Binary, left: Any) -> Any:
        match node.operator:
            case "&&" | "and":
                return self._truth(node, left) and self._truth(node, self.evaluate(node.right))
            case "||" | "or":
                return self._truth(node, left) or self._truth(node, self.evaluate(node.right))
            case "??":
                return self.evaluate(node.right) if left is None else left
        right = self.evaluate(node.right)
        if node.operator == "..":
            return self._range(node, left, right)
        return self._apply(node, operators.BINARY[node.operator], left, right)

    def _truth(self, node: nodes.Node, value: Any) -> bool:
        if not isinstance(value, bool):
            self._fail(node, f"expected bool, but got {type_name(value)}")
        return value

    def _range(self, node: nodes.Binary, left: Any, right: Any) -> list[int]:
        first = self._apply(node, operators.to_int, left)
        last = self._apply(node, operators.to_int, right)
        if last - first + 1 >= self._memory:
            self._fail(node, "memory budget exceeded")
        return list(range(first, last + 1))

    def _conditional(self, node: nodes.Conditional) -> Any:
        chosen = self._truth(node, self.evaluate(node.test))
        return self.evaluate(node.then if chosen else node.otherwise)

    # calls

    def _call(self, node: nodes.Call) -> Any:
        function = self.evaluate(node.callee)
        if not callable(function):
            self._fail(node, f"{type_name(function)} is not callable")
        arguments = [self.evaluate(argument) for argument in node.arguments]
        return self._apply(node, function, *arguments)

    def _builtin(self, node: nodes.Builtin) -> Any:
        if any(isinstance(argument, nodes.Predicate) for argument in node.arguments):
            return self._closure(node)
        arguments = [self.evaluate(argument) for argument in node.arguments]
        if node.name in closures.CLOSURES:  # count(array) and sum(array)
            return self._apply(
                node, closures.CLOSURES[node.name], arguments[0], lambda frame: frame.item
            )
        return self._apply(node, self._function(node, len(arguments)), *arguments)

    def _function(self, node: nodes.Builtin, given: int) -> Callable[..., Any]:
        if node.name in _AMBIENT:
            return lambda *arguments: _AMBIENT[node.name](self._ambient, *arguments)
        least, most, function = _FUNCTIONS[node.name]
        if not least <= given <= most:
            wanted = str(least) if least == most else f"{least} to {most}"
            self._fail(
                node,
                f"invalid number of arguments for {node.name} (expected {wanted}, got {given})",
            )
        return function

    def _closure(self, node: nodes.Builtin) -> Any:
        array = self.evaluate(node.arguments[0])
        predicate, *rest = node.arguments[1:]
        extra = [self.evaluate(argument) for argument in rest]

        def look(frame: closures.Frame) -> Any:
            self._frames.append(frame)
            try:
                return self.evaluate(predicate)
            finally:
                self._frames.pop()

        return self._apply(node, closures.CLOSURES[node.name], array, look, *extra)

    def _predicate(self, node: nodes.Predicate) -> Any:
        return self.evaluate(node.body)

    # structure

    def _let(self, node: nodes.Let) -> Any:
        value = self.evaluate(node.value)
        outer = self._locals
        self._locals = {**outer, node.name: value}
        try:
            return self.evaluate(node.body)
        finally:
            self._locals = outer

    def _sequence(self, node: nodes.Sequence) -> Any:
        return [self.evaluate(item) for item in node.items][-1]

    def _array(self, node: nodes.Array) -> Any:
        return self._charged(node, [self.evaluate(item) for item in node.items])

    def _map(self, node: nodes.Map) -> Any:
        pairs = {self.evaluate(key): self.evaluate(value) for key, value in node.pairs}
        return self._charged(node, pairs)


_FUNCTIONS: dict[str, Function] = {**VALUES, **{
    "date": (1, 4, dates.date),
    "duration": (1, 1, dates.duration),
    "timezone": (1, 1, dates.timezone),
}}  # fmt: skip
_AMBIENT: dict[str, Callable[..., Any]] = {
    "now": lambda ambient, zone=None: (
        ambient.now() if zone is None else ambient.now().astimezone(zone)
    ),
}

_EVALUATE: dict[type[nodes.Node], Callable[[Machine, Any], Any]] = {
    nodes.Literal: Machine._literal,
    nodes.Name: Machine._name,
    nodes.Pointer: Machine._pointer,
    nodes.Member: Machine._member,
    nodes.Chain: Machine._chain,
    nodes.Slice: Machine._slice,
    nodes.Unary: Machine._unary,
    nodes.Binary: Machine._binary,
    nodes.Conditional: Machine._conditional,
    nodes.Call: Machine._call,
    nodes.Builtin: Machine._builtin,
    nodes.Predicate: Machine._predicate,
    nodes.Let: Machine._let,
    nodes.Sequence: Machine._sequence,
    nodes.Array: Machine._array,
    nodes.Map: Machine._map,
}
