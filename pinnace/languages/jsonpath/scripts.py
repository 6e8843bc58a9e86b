"""Filters and computed subscripts of Goessner paths (evilmonkeyinc/jsonpath, script/standard).

An expression is split at its operators, the loosest first; what is left is a path that begins with
`@` or `$`, or plain text. Every value is compared through the text that Go prints for it, so
`@.n == "5"` holds for no number and `@.s + 1` for no string.
"""

from __future__ import annotations

import contextlib
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pinnace.languages import goregex
from pinnace.languages.errors import LanguageError
from pinnace.languages.gonumbers import parse_bool, parse_float, parse_int, remainder
from pinnace.languages.govalues import text as shown

_OPERATORS = (
    "||", "&&", "==", "!=", "<=", ">=", "<", ">", "=~", "!", "+", "-", "**", "*", "/", "%",
    "not in", "in", "@", "$",
)  # fmt: skip
_PREFIX = ("@", "$", "!")  # operators without a left side


class Refused(ValueError):
    """A path or expression that is none, or leads nowhere; filters pass over it."""

    def __init__(self, message: str, position: int = 0) -> None:
        super().__init__(message)
        self.position = position


class Panicked(Exception):
    """What ends upstream's query altogether, even inside a filter."""


_NO_VALUE = object()

Read = Callable[[str], tuple[Any, ...]]
Apply = Callable[[tuple[Any, ...], Any, Any], Any]


@dataclass(frozen=True, eq=False)
class _Operation:
    operator: str
    left: Any
    right: Any


@dataclass(frozen=True, eq=False)
class _Selector:
    steps: tuple[Any, ...]


@lru_cache(maxsize=512)
def compiled(source: str, read: Read) -> _Operation | _Selector | None:
    """The operations of an expression, None if it is plain text; raises Refused."""
    return _build(source, _OPERATORS, read)


def _build(source: str, operators: tuple[str, ...], read: Read) -> _Operation | _Selector | None:
    while operators:
        operator, operators_left = operators[0], operators[1:]
        source = source.strip()
        if source.startswith("(") and source.endswith(")"):
            source = source[1:-1].strip()
            operators = ("", *_OPERATORS)  # upstream's way of trying all of them again
            operators_left = _OPERATORS
        found = _split(source, operator, operators, read) if source else None
        if found is not None:
            return found
        if not source:
            return None
        operators = operators_left
    return None


def _split(
    source: str, operator: str, operators: tuple[str, ...], read: Read
) -> _Operation | _Selector | None:
    """The operation at the first such operator, None if this isn't one."""
    at = _find(source, operator)
    if at < 0:
        return None
    right_text = source[at + len(operator) :].strip()
    if not right_text and operator not in ("@", "$"):
        return None
    right = _argument(right_text, operators, read)
    left_text = source[:at].strip()
    if not left_text and operator not in _PREFIX:
        return None
    left = _argument(left_text, operators, read)
    if operator in _PREFIX and left is not None:
        return None
    if operator in ("@", "$"):
        return _Selector(read(source))
    if not operator:
        raise Refused("unsupported operator")
    return _Operation(operator, left, right)


def _find(source: str, operator: str) -> int:
    """Where the operator stands outside quotes and brackets, or -1."""
    quote, square, round_ = "", 0, 0
    for place, char in enumerate(source):
        if char in "()":
            if not (quote or square > 0):
                round_ += 1 if char == "(" else -1
        elif char in "[]":
            if not (quote or round_ > 0):
                square += 1 if char == "[" else -1
        elif char in "'\"" and not (square > 0 or round_ > 0) and quote in ("", char):
            quote = "" if quote else char
        start = place + 1 - len(operator)
        if quote or square > 0 or round_ > 0 or start < 0:
            continue
        if source.startswith(operator, start):
            return start
    return -1


def _argument(text: str, operators: tuple[str, ...], read: Read) -> Any:
    operation = _build(text, operators, read)
    if operation is not None:
        return operation
    text = text.strip()
    if text[:1] + text[-1:] in ("[]", "{}") and len(text) > 1:
        try:
            return _json(text)
        except ValueError:
            return text
    return text or None


def _json(text: str) -> Any:
    return json.loads(text, parse_int=float, parse_constant=_refuse_constant)


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def evaluate(source: str, root: Any, current: Any, read: Read, apply: Apply) -> Any:
    """The value of an expression; raises Refused or Panicked."""
    if not source:
        raise Refused("invalid expression. is empty")
    run = _Run(root, current, apply)
    operation = compiled(source, read)
    if operation is not None:
        return run.value(operation)
    if source in run.names:
        return run.names[source]
    for kind in (run.number, run.boolean):
        try:
            return kind(source)
        except Refused:
            continue
    return source


class _Run:
    """One evaluation: what `@`, `$` and `nil` are, and how values are read as types."""

    def __init__(self, root: Any, current: Any, apply: Apply) -> None:
        self.names = {"$": root, "@": current, "nil": None, "null": None}
        self._apply = apply

    def value(self, argument: Any) -> Any:
        """What an argument stands for, when it is an operation."""
        if isinstance(argument, _Selector):
            found = self._apply(argument.steps, self.names["$"], self.names["@"])
            return _quoted(found) if isinstance(found, str) else found
        if isinstance(argument, _Operation):
            return _EVALUATE[argument.operator](self, argument.left, argument.right)
        return argument

    def _named(self, argument: Any) -> Any:
        value = self.value(argument)
        return self.names.get(value, value) if isinstance(value, str) else value

    def number(self, argument: Any) -> float:
        """The argument as a float."""
        value = None if argument is None else parse_float(shown(self._named(argument)))
        if value is None:
            raise Refused("invalid argument. expected number")
        return value

    def integer(self, argument: Any) -> int:
        """The argument as an integer."""
        value = None if argument is None else parse_int(shown(self._named(argument)))
        if value is None:
            raise Refused("invalid argument. expected integer")
        return value

    def boolean(self, argument: Any) -> bool:
        """The argument as a bool; nil is false."""
        value = self._named(argument)
        found = False if value is None else parse_bool(shown(value))
        if found is None:
            raise Refused("invalid argument. expected boolean")
        return found

    def text(self, argument: Any) -> str:
        """The argument as text: a string in single quotes, anything else as Go prints it."""
        if argument is None:
            raise Refused("invalid argument. is nil")
        value = self.value(argument)
        if not isinstance(value, str):
            return shown(value)
        if value in self.names:
            named = self.names[value]
            return _requoted(named, always=True) if isinstance(named, str) else shown(named)
        return _requoted(value, always=False)

    def pattern(self, argument: Any) -> str:
        """The argument as text without its single quotes."""
        text = self.text(argument)
        return text[1:-1] if len(text) > 1 and text[0] == text[-1] == "'" else text

    def elements(self, argument: Any) -> list[Any]:
        """The items of a list or the values of an object."""
        value = self._named(argument)
        if isinstance(value, str) and value[:1] + value[-1:] in ("[]", "{}"):
            try:
                value = _json(value)
            except ValueError as problem:
                raise Refused("invalid argument") from problem
        if isinstance(value, Mapping):
            return list(value.values())
        if not isinstance(value, list):
            raise Refused("invalid argument. expected array, map, or slice")
        return value

    def equal(self, left: Any, right: Any) -> bool:
        """Whether both are the same number, or print the same."""
        try:
            return self.number(left) == self.number(right)
        except Refused:
            return self.text(left) == self.text(right)

    def contains(self, item: Any, collection: Any) -> bool:
        """Whether a list holds a number or a (quoted) string."""
        wanted: Any = _NO_VALUE
        for kind in (self.number, self.text):
            with contextlib.suppress(Refused):
                wanted = kind(item)
                break
        return any(type(one) is type(wanted) and one == wanted for one in self.elements(collection))


def _quoted(text: str) -> str:
    return text if len(text) > 1 and text[0] == text[-1] == "'" else f"'{text}'"


def _requoted(text: str, *, always: bool) -> str:
    if len(text) > 1 and text[0] == text[-1] == '"':
        return f"'{text[1:-1]}'"
    return _quoted(text) if always else text


def _power(left: float, right: float) -> float:
    """math.Pow: what overflows is infinite, what has no answer is not a number."""
    try:
        return math.pow(left, right)
    except OverflowError:
        odd = right == int(right) and int(right) % 2 == 1
        return -math.inf if left < 0 and odd else math.inf
    except ValueError:
        if left != 0:
            return math.nan
        odd = right == int(right) and int(right) % 2 == 1
        return math.copysign(math.inf, left) if odd else math.inf


def _divided(left: float, right: float) -> float:
    if right == 0:
        sign = math.copysign(1, left) * math.copysign(1, right)
        return math.nan if left == 0 or math.isnan(left) else sign * math.inf
    return left / right


def _modulo(run: _Run, left: Any, right: Any) -> int:
    first, second = run.integer(left), run.integer(right)
    if second == 0:
        raise Panicked("integer divide by zero")
    return remainder(first, second)


def _matches(run: _Run, left: Any, right: Any) -> bool:
    text, pattern = run.pattern(left), run.pattern(right)
    try:
        return goregex.search(pattern, text)
    except LanguageError as problem:
        raise Refused("invalid argument. expected a valid regexp") from problem


def _numeric(function: Callable[[float, float], Any]) -> Callable[[_Run, Any, Any], Any]:
    return lambda run, left, right: function(run.number(left), run.number(right))


def _logic(function: Callable[[bool, bool], bool]) -> Callable[[_Run, Any, Any], bool]:
    return lambda run, left, right: function(run.boolean(left), run.boolean(right))


_EVALUATE: dict[str, Callable[[_Run, Any, Any], Any]] = {
    "||": _logic(lambda a, b: a or b),
    "&&": _logic(lambda a, b: a and b),
    "==": lambda run, a, b: run.equal(a, b),
    "!=": lambda run, a, b: not run.equal(a, b),
    "<=": _numeric(lambda a, b: a <= b),
    ">=": _numeric(lambda a, b: a >= b),
    "<": _numeric(lambda a, b: a < b),
    ">": _numeric(lambda a, b: a > b),
    "=~": _matches,
    "!": lambda run, _, b: not run.boolean(b),
    "+": _numeric(lambda a, b: a + b),
    "-": _numeric(lambda a, b: a - b),
    "**": _numeric(_power),
    "*": _numeric(lambda a, b: a * b),
    "/": _numeric(_divided),
    "%": _modulo,
    "not in": lambda run, a, b: not run.contains(a, b),
    "in": lambda run, a, b: run.contains(a, b),
}
