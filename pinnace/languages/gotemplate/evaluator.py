"""Evaluates pipelines: commands, arguments, fields and calls (text/template/exec.go).

Two kinds of nothing are told apart, as reflection does: None is a nil that is there (a null in the
data), INVALID is what is missing. A field of None is an error, a field of INVALID is INVALID.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from pinnace.languages.durations import Duration
from pinnace.languages.errors import LanguageError
from pinnace.languages.gofunctions import VALUE, GoFunction, assignable, zero
from pinnace.languages.gotemplate import nodes
from pinnace.languages.gotemplate.bounds import Budget
from pinnace.languages.gotemplate.methods import method
from pinnace.languages.gotemplate.tokens import LANGUAGE
from pinnace.languages.govalues import truth, type_name

Scope = list[tuple[str, Any]]
"""The variables, the innermost last; shared by what is nested."""


class _Nothing:
    """A value that isn't there."""


INVALID = _Nothing()
_ABSENT = _Nothing()  # no value came down the pipe


def visible(value: Any) -> Any:
    """The value as functions see it: both kinds of nothing are nil."""
    return None if value is INVALID else value


class Evaluator:
    """Evaluates the pipelines of one template with its functions."""

    def __init__(self, text: str, functions: Mapping[str, GoFunction]) -> None:
        self._text = text
        self._functions = functions
        self._budget = Budget()

    def error(self, node: nodes.Node, message: str) -> LanguageError:
        """The error that stops the template here."""
        return LanguageError(LANGUAGE, self._text, node.at, message)

    def fail(self, node: nodes.Node, message: str) -> NoReturn:
        """Stop here."""
        raise self.error(node, message)

    def pipeline(self, node: nodes.Pipeline, dot: Any, scope: Scope) -> Any:
        """The value of a pipeline, after its variables are set."""
        value: Any = _ABSENT
        for command in node.commands:
            value = self._command(command, dot, scope, value)
            value = INVALID if value is None else value
        for name in node.variables:
            if node.assigns:
                self.assign(node, name, value, scope)
            else:
                scope.append((name, value))
        return value

    def assign(self, node: nodes.Node, name: str, value: Any, scope: Scope) -> None:
        """`$x = …`: the innermost variable of that name."""
        for place in range(len(scope) - 1, -1, -1):
            if scope[place][0] == name:
                scope[place] = (name, value)
                return
        self.fail(node, f"undefined variable: {name}")

    def _command(self, node: nodes.Command, dot: Any, scope: Scope, final: Any) -> Any:
        first, *rest = node.operands
        match first:
            case nodes.Field() | nodes.Chain() | nodes.Variable(fields=(_, *_)):
                return self._fields(first, dot, scope, rest, final)
            case nodes.Function():
                return self._function(first, dot, scope, rest, final)
        if rest or final is not _ABSENT:
            self.fail(first, "can't give argument to non-function")
        if isinstance(first, nodes.Nil):
            self.fail(first, "nil is not a command")
        return self._operand(first, dot, scope)

    def _operand(self, node: nodes.Node, dot: Any, scope: Scope) -> Any:
        """An operand that stands alone."""
        match node:
            case nodes.Dot():
                return dot
            case nodes.Variable(fields=()):
                return self._variable(node, scope)
            case nodes.Field() | nodes.Chain() | nodes.Variable():
                return self._fields(node, dot, scope, [], _ABSENT)
            case nodes.Pipeline():
                return self.pipeline(node, dot, scope)
            case nodes.Function():
                return self._function(node, dot, scope, [], _ABSENT)
            case nodes.Bool() | nodes.String():
                return node.value
            case nodes.Number():
                return self._number(node)
        return None

    def _number(self, node: nodes.Number) -> Any:
        if node.is_float:
            return node.real
        if node.whole is None:
            self.fail(node, f"{node.text} overflows int")
        return node.whole

    def _variable(self, node: nodes.Variable, scope: Scope) -> Any:
        for name, value in reversed(scope):
            if name == node.name:
                return value
        raise self.error(node, f"undefined variable: {node.name}")

    # fields and methods

    def _fields(
        self, node: nodes.Node, dot: Any, scope: Scope, rest: list[nodes.Node], final: Any
    ) -> Any:
        receiver: Any = dot
        names: tuple[str, ...] = getattr(node, "fields", ())
        if isinstance(node, nodes.Variable):
            receiver = self._variable(node, scope)
        elif isinstance(node, nodes.Chain):
            if isinstance(node.base, nodes.Nil):
                self.fail(node, "indirection through explicit nil")
            receiver = self._operand(node.base, dot, scope)
        for name in names[:-1]:
            receiver = self._field(node, receiver, name)
        bound = method(receiver, names[-1])
        if bound is not None:
            return self._call(node, bound, dot, scope, rest, final)
        if receiver is not INVALID and (rest or final is not _ABSENT):
            self.fail(node, f"{names[-1]} is not a method but has arguments")
        return self._field(node, receiver, names[-1])

    def _field(self, node: nodes.Node, receiver: Any, name: str) -> Any:
        if receiver is INVALID:
            return INVALID
        if receiver is None:
            self.fail(node, f"nil pointer evaluating interface {{}}.{name}")
        bound = method(receiver, name)
        if bound is not None:
            return self._call(node, bound, None, [], [], _ABSENT)
        if isinstance(receiver, Mapping):
            return receiver.get(name, INVALID)
        raise self.error(node, f"can't evaluate field {name} in type {type_name(receiver)}")

    # calls

    def _function(
        self, node: nodes.Function, dot: Any, scope: Scope, rest: list[nodes.Node], final: Any
    ) -> Any:
        function = self._functions[node.name]
        if node.name in ("and", "or"):
            self._check_count(node, function, len(rest) + (final is not _ABSENT))
            return self._lazily(node, dot, scope, rest, final)
        return self._call(node, function, dot, scope, rest, final)

    def _check_count(self, node: nodes.Node, function: GoFunction, count: int) -> None:
        wrong = function.types.count(count)
        if wrong:
            self.fail(node, f"wrong number of args for {function.name}: {wrong}")

    def _lazily(
        self, node: nodes.Function, dot: Any, scope: Scope, rest: list[nodes.Node], final: Any
    ) -> Any:
        """`and` stops at the first false operand, `or` at the first true one."""
        value: Any = INVALID
        for operand in rest:
            value = self._argument(operand, VALUE, dot, scope)
            if truth(visible(value)) == (node.name == "or"):
                return value
        return value if final is _ABSENT else final

    def _call(
        self, node: nodes.Node, function: GoFunction, dot: Any, scope: Scope,
        rest: list[nodes.Node], final: Any,
    ) -> Any:  # fmt: skip
        self._check_count(node, function, len(rest) + (final is not _ABSENT))
        types = function.types
        arguments = [
            self._argument(operand, types.parameter(index), dot, scope)
            for index, operand in enumerate(rest)
        ]
        if final is not _ABSENT:
            arguments.append(self._checked(node, final, types.parameter(len(rest))))
        try:
            given = tuple(map(visible, arguments))
            result = function.trusted(*given)
            self._budget.spend(function.name, given, result)
            return result
        except LanguageError as problem:
            message = f"error calling {function.name}: {problem.expected}"
            raise LanguageError(LANGUAGE, self._text, node.at, message) from problem
        except (ValueError, TypeError, ArithmeticError) as problem:
            message = f"error calling {function.name}: {problem}"
            raise LanguageError(LANGUAGE, self._text, node.at, message) from problem

    def _argument(self, node: nodes.Node, wanted: str, dot: Any, scope: Scope) -> Any:
        """evalArg: constants take the parameter's type, other values must have it."""
        match node:
            case nodes.Nil():
                try:
                    return zero(wanted)
                except ValueError:
                    self.fail(node, f"cannot assign nil to {wanted}")
            case nodes.Bool() | nodes.String() | nodes.Number():
                return self._constant(node, wanted)
        return self._checked(node, self._operand(node, dot, scope), wanted)

    def _constant(self, node: nodes.Node, wanted: str) -> Any:
        match wanted, node:
            case ("any" | "reflect.Value", _):
                return self._operand(node, None, [])
            case ("int" | "uint32", nodes.Number(whole=int(whole))):
                return whole
            case ("time.Duration", nodes.Number(whole=int(whole))):
                return Duration(whole)
            case ("float64", nodes.Number(real=float(real))):
                return real
            case ("string", nodes.String(value=text)):
                return text
            case ("bool", nodes.Bool(value=value)):
                return value
        got = type_name(self._operand(node, None, []))
        raise self.error(node, f"wrong type for value; expected {wanted}; got {got}")

    def _checked(self, node: nodes.Node, value: Any, wanted: str) -> Any:
        """validateType."""
        if value is INVALID:
            try:
                return zero(wanted)
            except ValueError as problem:
                self.fail(node, str(problem))
        if not assignable(value, wanted):
            got = "interface {}" if value is None else type_name(value)
            self.fail(node, f"wrong type for value; expected {wanted}; got {got}")
        return value
