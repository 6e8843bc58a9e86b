"""Runs a template over data: text, control structures and includes (text/template/exec.go).

One Executor per run. Output is bounded, as is how deep templates may include each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pinnace.languages.ambient import Ambient
from pinnace.languages.gotemplate import nodes
from pinnace.languages.gotemplate.evaluator import INVALID, Evaluator, Scope, visible
from pinnace.languages.gotemplate.parser import MAIN, Body, Template
from pinnace.languages.gotemplate.table import functions
from pinnace.languages.govalues import text as shown
from pinnace.languages.govalues import truth, type_name

MAX_OUTPUT = 10_000_000
MAX_STEPS = 1_000_000
MAX_DEPTH = 50


class _Jump(Exception):
    """`{{break}}` or `{{continue}}`, on its way to the range around it."""

    def __init__(self, keyword: str) -> None:
        super().__init__(keyword)
        self.keyword = keyword


class _Ends:
    """What such a jump ends; other jumps go on."""

    def __init__(self, keyword: str) -> None:
        self._keyword = keyword

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: object, error: BaseException | None, where: object) -> bool:
        return isinstance(error, _Jump) and error.keyword == self._keyword


_BREAK, _CONTINUE = _Ends("break"), _Ends("continue")


class Executor:
    """One run of one template."""

    def __init__(self, template: Template, data: Any, ambient: Ambient) -> None:
        self._template = template
        self._data = INVALID if data is None else data
        self._evaluator = Evaluator(template.text, functions(ambient))
        self._output: list[str] = []
        self._size = 0
        self._steps = 0
        self._depth = 0

    def run(self) -> str:
        """The output."""
        self._body(self._template.bodies[MAIN], self._data, [("$", self._data)])
        return "".join(self._output)

    def _write(self, node: nodes.Node, text: str) -> None:
        self._size += len(text)
        if self._size > MAX_OUTPUT:
            self._evaluator.fail(node, f"the output is longer than {MAX_OUTPUT} characters")
        self._output.append(text)

    def _body(self, body: Body, dot: Any, scope: Scope) -> None:
        for node in body:
            self._node(node, dot, scope)

    def _node(self, node: nodes.Node, dot: Any, scope: Scope) -> None:
        self._steps += 1
        if self._steps > MAX_STEPS:
            self._evaluator.fail(node, "the template takes too many steps")
        match node:
            case nodes.Text():
                self._write(node, node.text)
            case nodes.Action():
                value = self._evaluator.pipeline(node.pipeline, dot, scope)
                if not node.pipeline.variables:
                    self._print(node, value)
            case nodes.Branch(keyword="range"):
                self._range(node, dot, scope)
            case nodes.Branch():
                self._choose(node, dot, scope)
            case nodes.Include():
                self._include(node, dot, scope)
            case nodes.Jump():
                raise _Jump(node.keyword)

    def _print(self, node: nodes.Node, value: Any) -> None:
        if callable(value):
            self._evaluator.fail(node, f"can't print a value of type {type_name(value)}")
        self._write(node, "<no value>" if value is INVALID else shown(value))

    def _choose(self, node: nodes.Branch, dot: Any, scope: Scope) -> None:
        """`if` and `with`."""
        mark = len(scope)
        value = self._evaluator.pipeline(node.pipeline, dot, scope)
        if truth(visible(value)):
            self._body(node.body, value if node.keyword == "with" else dot, scope)
        else:
            self._body(node.otherwise, dot, scope)
        del scope[mark:]

    def _range(self, node: nodes.Branch, dot: Any, scope: Scope) -> None:
        outer = len(scope)
        value = self._evaluator.pipeline(node.pipeline, dot, scope)
        mark = len(scope)
        items = self._items(node, visible(value))
        ran = False
        with _BREAK:  # also one in `else`: it does not end the range around this one
            for key, item in items:
                ran = True
                self._bind(node.pipeline, key, item, scope)
                with _CONTINUE:
                    self._body(node.body, item, scope)
                del scope[mark:]
            if not ran:
                self._body(node.otherwise, dot, scope)
        del scope[outer:]

    def _bind(self, pipeline: nodes.Pipeline, key: Any, item: Any, scope: Scope) -> None:
        """`range $v := …` binds the element, `range $k, $v := …` the key as well."""
        values = (item,) if len(pipeline.variables) == 1 else (key, item)
        for place, (name, one) in enumerate(zip(pipeline.variables, values, strict=False)):
            if pipeline.assigns:
                self._evaluator.assign(pipeline, name, one, scope)
            else:
                scope[place - len(pipeline.variables)] = (name, one)

    def _items(self, node: nodes.Branch, value: Any) -> Iterator[tuple[Any, Any]]:
        match value:
            case None:
                return iter(())
            case list() | tuple() | bytes():
                return iter(enumerate(list(value)))
            case Mapping():
                return iter([(key, value[key]) for key in sorted(value)])
            case int() if not isinstance(value, bool):
                return self._integers(node, value)
        raise self._evaluator.error(node, f"range can't iterate over {shown(value)}")

    def _integers(self, node: nodes.Branch, value: int) -> Iterator[tuple[Any, Any]]:
        if len(node.pipeline.variables) > 1:
            self._evaluator.fail(node, f"can't use {value} to iterate over more than one variable")
        kind = type(value)
        return ((INVALID, kind(number)) for number in range(value))

    def _include(self, node: nodes.Include, dot: Any, scope: Scope) -> None:
        body = self._template.bodies.get(node.name)
        if body is None:
            self._evaluator.fail(node, f'template "{node.name}" not defined')
        if self._depth >= MAX_DEPTH:
            self._evaluator.fail(node, "exceeded maximum template depth")
        data = INVALID
        if node.pipeline is not None:
            data = self._evaluator.pipeline(node.pipeline, dot, scope)
        self._depth += 1
        self._body(body, data, [("$", data)])
        self._depth -= 1
