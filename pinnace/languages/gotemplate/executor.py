"""Runs a template over data (mirrors text/template/exec.go).

One Executor per run. Output is bounded, as is how deep templates may include each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NoReturn

from pinnace.languages import sprig
from pinnace.languages.ambient import Ambient
from pinnace.languages.errors import LanguageError
from pinnace.languages.expr import dates
from pinnace.languages.gotemplate import nodes
from pinnace.languages.gotemplate.functions import BUILTINS
from pinnace.languages.gotemplate.parser import MAIN, Body, Template
from pinnace.languages.gotemplate.tokens import LANGUAGE
from pinnace.languages.govalues import text as shown
from pinnace.languages.govalues import truth, type_name

MAX_OUTPUT = 10_000_000
MAX_STEPS = 1_000_000
MAX_DEPTH = 50

_ABSENT = object()  # no value came down the pipe


class _Jump(Exception):
    """`{{break}}` or `{{continue}}`, on its way to the range around it."""

    def __init__(self, keyword: str) -> None:
        super().__init__(keyword)
        self.keyword = keyword


class Executor:
    """One run of one template."""

    def __init__(self, template: Template, data: Any, ambient: Ambient) -> None:
        self._template = template
        self._data = data
        self._functions = {**BUILTINS, **sprig.generic(ambient)}
        self._output: list[str] = []
        self._size = 0
        self._steps = 0
        self._depth = 0

    def run(self) -> str:
        """The output."""
        self._body(self._template.bodies[MAIN], self._data, [("$", self._data)])
        return "".join(self._output)

    def _error(self, node: nodes.Node, message: str) -> LanguageError:
        return LanguageError(LANGUAGE, self._template.text, node.at, message)

    def _fail(self, node: nodes.Node, message: str) -> NoReturn:
        raise self._error(node, message)

    def _write(self, node: nodes.Node, text: str) -> None:
        self._size += len(text)
        if self._size > MAX_OUTPUT:
            self._fail(node, f"the output is longer than {MAX_OUTPUT} characters")
        self._output.append(text)

    # structure; `scope` is a stack of (variable, value), shared by what is nested

    def _body(self, body: Body, dot: Any, scope: list[tuple[str, Any]]) -> None:
        mark = len(scope)
        for node in body:
            self._node(node, dot, scope)
        del scope[mark:]

    def _node(self, node: nodes.Node, dot: Any, scope: list[tuple[str, Any]]) -> None:
        self._steps += 1
        if self._steps > MAX_STEPS:
            self._fail(node, "the template takes too many steps")
        match node:
            case nodes.Text():
                self._write(node, node.text)
            case nodes.Action():
                value = self._pipeline(node.pipeline, dot, scope)
                if not node.pipeline.variables:
                    self._write(node, shown(value, nil="<no value>"))
            case nodes.Branch(keyword="range"):
                self._range(node, dot, scope)
            case nodes.Branch():
                self._choose(node, dot, scope)
            case nodes.Include():
                self._include(node, dot, scope)
            case nodes.Jump():
                raise _Jump(node.keyword)

    def _choose(self, node: nodes.Branch, dot: Any, scope: list[tuple[str, Any]]) -> None:
        """`if` and `with`."""
        mark = len(scope)
        value = self._pipeline(node.pipeline, dot, scope)
        if truth(value):
            self._body(node.body, value if node.keyword == "with" else dot, scope)
        else:
            self._body(node.otherwise, dot, scope)
        del scope[mark:]

    def _range(self, node: nodes.Branch, dot: Any, scope: list[tuple[str, Any]]) -> None:
        mark = len(scope)
        bare = nodes.Pipeline(node.pipeline.at, (), False, node.pipeline.commands)
        found = list(self._items(node, self._pipeline(bare, dot, scope)))
        for key, value in found:
            self._bind(node.pipeline, key, value, scope)
            try:
                self._body(node.body, value, scope)
            except _Jump as jump:
                if jump.keyword == "break":
                    break
            finally:
                del scope[mark:]
        if not found:
            self._body(node.otherwise, dot, scope)
        del scope[mark:]

    def _bind(
        self, pipeline: nodes.Pipeline, key: Any, value: Any, scope: list[tuple[str, Any]]
    ) -> None:
        """`range $v := …` binds the element, `range $k, $v := …` the key as well."""
        values = (value,) if len(pipeline.variables) == 1 else (key, value)
        for name, one in zip(pipeline.variables, values, strict=False):
            if pipeline.assigns:
                self._assign(pipeline, name, one, scope)
            else:
                scope.append((name, one))

    def _items(self, node: nodes.Branch, value: Any) -> Iterator[tuple[Any, Any]]:
        match value:
            case None:
                return iter(())
            case list() | tuple():
                return iter(enumerate(value))
            case Mapping():
                return iter([(key, value[key]) for key in sorted(value)])
            case int() if not isinstance(value, bool) and value <= MAX_STEPS:
                return iter([(number, number) for number in range(value)])
        raise self._error(node, f"range can't iterate over {shown(value)}")

    def _include(self, node: nodes.Include, dot: Any, scope: list[tuple[str, Any]]) -> None:
        body = self._template.bodies.get(node.name)
        if body is None:
            self._fail(node, f'template "{node.name}" not defined')
        data = None if node.pipeline is None else self._pipeline(node.pipeline, dot, scope)
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self._fail(node, "exceeded maximum template depth")
        self._body(body, data, [("$", data)])
        self._depth -= 1

    # pipelines

    def _pipeline(self, node: nodes.Pipeline, dot: Any, scope: list[tuple[str, Any]]) -> Any:
        value: Any = _ABSENT
        for command in node.commands:
            value = self._command(command, dot, scope, value)
        for name in node.variables:
            if node.assigns:
                self._assign(node, name, value, scope)
            else:
                scope.append((name, value))
        return value

    def _assign(
        self, node: nodes.Node, name: str, value: Any, scope: list[tuple[str, Any]]
    ) -> None:
        for place in range(len(scope) - 1, -1, -1):
            if scope[place][0] == name:
                scope[place] = (name, value)
                return
        self._fail(node, f"undefined variable {name!r}")

    def _command(
        self, node: nodes.Command, dot: Any, scope: list[tuple[str, Any]], final: Any
    ) -> Any:
        first, *rest = node.operands
        if isinstance(first, nodes.Function):
            return self._call(node, dot, scope, final)
        value = self._operand(first, dot, scope)
        if not rest and final is _ABSENT:
            return value
        arguments = [self._operand(operand, dot, scope) for operand in rest]
        if final is not _ABSENT:
            arguments.append(final)
        if callable(value):
            return self._apply(node, type_name(value), value, arguments)
        raise self._error(first, f"can't give argument to non-function {shown(value)}")

    def _call(self, node: nodes.Command, dot: Any, scope: list[tuple[str, Any]], final: Any) -> Any:
        first, *rest = node.operands
        name = first.name if isinstance(first, nodes.Function) else ""
        function = self._functions.get(name)
        if function is None:
            self._fail(node, f'function "{name}" not defined')
        if name in ("and", "or"):
            return self._lazily(name, rest, dot, scope, final)
        arguments = [self._operand(operand, dot, scope) for operand in rest]
        if final is not _ABSENT:
            arguments.append(final)
        return self._apply(node, name, function, arguments)

    def _lazily(
        self,
        name: str,
        operands: list[nodes.Node],
        dot: Any,
        scope: list[tuple[str, Any]],
        final: Any,
    ) -> Any:
        """`and` stops at the first false operand, `or` at the first true one."""
        value: Any = None
        for operand in operands:
            value = self._operand(operand, dot, scope)
            if truth(value) == (name == "or"):
                return value
        return value if final is _ABSENT else final

    def _apply(
        self, node: nodes.Node, name: str, function: Callable[..., Any], arguments: list[Any]
    ) -> Any:
        try:
            return function(*arguments)
        except LanguageError as problem:
            raise self._error(node, f"error calling {name}: {problem.expected}") from problem
        except (TypeError, OverflowError, AttributeError) as problem:
            raise self._error(
                node, f"error calling {name}: wrong number or type of args: {problem}"
            ) from problem
        except ValueError as problem:
            raise self._error(node, f"error calling {name}: {problem}") from problem

    def _operand(self, node: nodes.Node, dot: Any, scope: list[tuple[str, Any]]) -> Any:
        match node:
            case nodes.Constant():
                return node.value
            case nodes.Dot():
                return dot
            case nodes.Variable():
                return self._variable(node, scope)
            case nodes.Field():
                return self._fields(node, dot, scope)
            case nodes.Pipeline():
                return self._pipeline(node, dot, scope)
            case nodes.Function():
                return self._call(nodes.Command(node.at, (node,)), dot, scope, _ABSENT)
        raise self._error(node, "unexpected operand")

    def _variable(self, node: nodes.Variable, scope: list[tuple[str, Any]]) -> Any:
        for name, value in reversed(scope):
            if name == node.name:
                return value
        raise self._error(node, f'undefined variable "{node.name}"')

    def _fields(self, node: nodes.Field, dot: Any, scope: list[tuple[str, Any]]) -> Any:
        value = self._operand(node.base, dot, scope)
        for name in node.names:
            if isinstance(value, Mapping):
                value = value.get(name)
            elif value is None:
                return None  # a field of what is missing is missing as well
            elif bound := dates.method(value, name):
                value = self._apply(node, name, bound, [])
            else:
                self._fail(node, f"can't evaluate field {name} in type {type_name(value)}")
        return value
