"""Evaluates an expression's tree against an environment, within bounds.

One Machine per evaluation: it holds the environment, the `let` variables and what the closures look
at; its guard knows how many steps and how much memory are left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pinnace.languages import gonumbers
from pinnace.languages.ambient import Ambient
from pinnace.languages.expr import (
    access,
    calls,
    closures,
    comparing,
    dates,
    kinds,
    nodes,
    operators,
)
from pinnace.languages.expr.budget import Budget, Limits
from pinnace.languages.expr.builtins import AMBIENT, CHARGED, OLD_VALUES, VALUES
from pinnace.languages.expr.guard import Guard
from pinnace.languages.expr.versions import V1_17, Version
from pinnace.languages.gotypes import is_nil
from pinnace.languages.govalues import type_name


class _NilChain(Exception):
    """A `?.` met nil: the chain around it is that nil."""

    def __init__(self, nil: Any) -> None:
        self.nil = nil


class Machine:
    """Evaluates nodes; raises LanguageError."""

    def __init__(
        self,
        text: str,
        env: Mapping[str, Any],
        ambient: Ambient,
        limits: Limits,
        version: Version = V1_17,
    ) -> None:
        self._env = env
        self._ambient = ambient
        self._budget = Budget(limits)
        self._guard = Guard(text, self._budget)
        self._version = version
        self._values = VALUES if version.modern else OLD_VALUES
        self._operators = operators.BINARY if version.modern else operators.OLD_BINARY
        self._locals: dict[str, Any] = {}
        self._frames: list[closures.Frame] = []

    def evaluate(self, node: nodes.Node) -> Any:
        """The value of a node."""
        if not self._budget.step():
            self._guard.fail(node, "evaluation takes too many steps")
        return _EVALUATE[type(node)](self, node)

    # leaves

    def _literal(self, node: nodes.Literal | nodes.Constant) -> Any:
        return node.value

    def _name(self, node: nodes.Name) -> Any:
        if node.name in self._locals:
            return self._locals[node.name]
        if node.name == "$env":
            return self._env
        return self._env.get(node.name)  # an unknown name, where the checker let it pass, is nil

    def _pointer(self, node: nodes.Pointer) -> Any:
        if not self._frames:
            self._guard.fail(node, "# is used outside of a predicate")
        frame = self._frames[-1]
        if node.name == "index":
            return frame.index
        if node.name == "acc":
            return frame.accumulator
        return self._guard.apply(node, lambda: frame.item)

    # members and slices

    def _member(self, node: nodes.Member) -> Any:
        base = self.evaluate(node.base)
        if node.optional and is_nil(base):
            raise _NilChain(base)
        key = self.evaluate(node.key)
        if isinstance(key, str) and (bound := dates.method(base, key)):
            return bound
        return self._guard.apply(node, access.fetch, base, key)

    def _chain(self, node: nodes.Chain) -> Any:
        try:
            value = self.evaluate(node.body)
        except _NilChain as met:
            value = met.nil
        return None if self._version.modern and is_nil(value) else value

    def _slice(self, node: nodes.Slice) -> Any:
        base = self.evaluate(node.base)
        start = None if node.start is None else self.evaluate(node.start)
        stop = None if node.stop is None else self.evaluate(node.stop)
        return self._guard.apply(node, access.cut, base, start, stop)

    # operators

    def _unary(self, node: nodes.Unary) -> Any:
        return self._guard.apply(node, operators.unary, node.operator, self.evaluate(node.operand))

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
            case "&&" | "and":  # what stands on the right is the value, whatever it is
                return self.evaluate(node.right) if self._guard.truth(node, left) else False
            case "||" | "or":
                return True if self._guard.truth(node, left) else self.evaluate(node.right)
            case "??":
                return self.evaluate(node.right) if is_nil(left) else left
        if node.operator == "in" and isinstance(node.right, nodes.Constant):
            keys = node.right.value
            if isinstance(keys, dict):
                return self._guard.apply(node, access.within_constant, left, keys)
        right = self.evaluate(node.right)
        if node.operator == "..":
            return self._range(node, left, right)
        if node.exactly is not None:
            same = self._guard.apply(node, comparing.exactly, node.exactly, left, right)
            return same if node.operator == "==" else not same
        operate = self._operators[node.operator]
        return self._guard.written(node, self._guard.apply(node, operate, left, right))

    def _range(self, node: nodes.Binary, left: Any, right: Any) -> list[int]:
        first = self._guard.apply(node, kinds.whole, left)
        last = self._guard.apply(node, kinds.whole, right)
        size = max(0, gonumbers.wrap(last - first + 1))
        self._guard.grow(node, size)
        return kinds.ints(range(first, first + size))

    def _conditional(self, node: nodes.Conditional) -> Any:
        chosen = self._guard.truth(node, self.evaluate(node.test))
        return self.evaluate(node.then if chosen else node.otherwise)

    # calls

    def _call(self, node: nodes.Call) -> Any:
        arguments = [self.evaluate(argument) for argument in node.arguments]
        function = self.evaluate(node.callee)
        if not callable(function):
            self._guard.fail(node, f"{type_name(function)} is not callable")
        arguments = self._guard.apply(node, calls.fitted, function, arguments, self._version)
        return self._guard.written(node, self._guard.apply(node, function, *arguments))

    def _builtin(self, node: nodes.Builtin) -> Any:
        if node.name in self._version.predicates:
            return self._closure(node)
        arguments = [self.evaluate(argument) for argument in node.arguments]
        if node.name in AMBIENT:
            return self._guard.apply(node, AMBIENT[node.name], self._ambient, *arguments)
        function = self._values[node.name]
        value = self._guard.written(node, self._guard.apply(node, function, *arguments))
        if node.name in CHARGED and self._version.modern:
            written = value.encode("utf-8", "replace") if isinstance(value, str) else value
            self._guard.grow(node, len(written))
        return value

    def _look(self, body: nodes.Node) -> closures.Look:
        def look(frame: closures.Frame) -> Any:
            self._frames.append(frame)
            try:
                return self.evaluate(body)
            finally:
                self._frames.pop()

        return look

    def _closure(self, node: nodes.Builtin) -> Any:
        array, *rest = node.arguments
        values = self.evaluate(array)
        call = closures.Call(
            array=values,
            look=self._look(rest[0]) if rest else _itself,
            extra=self._extra(node, values),
            has_extra=len(rest) > 1,
            mapped=self._look(node.mapped) if node.mapped else None,
            throws=node.throws,
            threshold=node.threshold,
        )
        table = closures.CLOSURES if self._version.modern else closures.OLD_CLOSURES
        found = self._guard.apply(node, table[node.name], call)
        if node.name in closures.CHARGED:
            self._guard.grow(node, len(found))
        return found

    def _extra(self, node: nodes.Builtin, values: Any) -> Any:
        """The third argument: it is evaluated where `#` is already this array's first item."""
        if len(node.arguments) < 3:
            return None
        frame = closures.Frame(self._guard.apply(node, closures.values_of, values), 0)
        return self._look(node.arguments[2])(frame)

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
        self._guard.grow(node, len(node.items))
        return [self.evaluate(item) for item in node.items]

    def _map(self, node: nodes.Map) -> Any:
        self._guard.grow(node, len(node.pairs))
        pairs = [(self.evaluate(key), self.evaluate(value)) for key, value in node.pairs]
        for key, _ in pairs:
            if not isinstance(key, str):
                self._guard.fail(node, f"a map's key must be a string, not {type_name(key)}")
        return dict(reversed(pairs))  # of two equal keys the first counts


def _itself(frame: closures.Frame) -> Any:
    return frame.item


_EVALUATE: dict[type[nodes.Node], Callable[[Machine, Any], Any]] = {
    nodes.Literal: Machine._literal,
    nodes.Constant: Machine._literal,
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
