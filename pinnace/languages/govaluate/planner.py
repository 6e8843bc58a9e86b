"""govaluate's grammar: tokens to a tree (mirrors stagePlanner.go).

Every level of binary operators associates to the left, exponents included; a prefix binds tighter
than all of them. What follows a complete expression is ignored, as upstream does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pinnace.languages.errors import LanguageError
from pinnace.languages.govaluate.tokens import LANGUAGE, Kind, Token

MAX_DEPTH = 60


@dataclass(frozen=True, slots=True)
class Node:
    """Any node; `at` is where its operator or operand stands."""

    at: int


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A number, string or bool."""

    value: Any


@dataclass(frozen=True, slots=True)
class Variable(Node):
    """A parameter by name."""

    name: str


@dataclass(frozen=True, slots=True)
class Accessor(Node):
    """`Foo.Bar`: a field of a Go struct, which data hasn't."""

    path: str


@dataclass(frozen=True, slots=True)
class Prefix(Node):
    """`-a`, `!a`, `~a`."""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Binary(Node):
    """`left operator right`."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Empty(Node):
    """`()`: nothing at all."""


_LEVELS: tuple[tuple[Kind, frozenset[str]], ...] = (
    (Kind.SEPARATOR, frozenset({","})),
    (Kind.TERNARY, frozenset({"?", ":", "??"})),
    (Kind.LOGICALOP, frozenset({"||"})),
    (Kind.LOGICALOP, frozenset({"&&"})),
    (Kind.COMPARATOR, frozenset({"==", "!=", ">", ">=", "<", "<=", "=~", "!~", "in"})),
    (Kind.MODIFIER, frozenset({"^", "&", "|"})),
    (Kind.MODIFIER, frozenset({">>", "<<"})),
    (Kind.MODIFIER, frozenset({"+", "-"})),
    (Kind.MODIFIER, frozenset({"*", "/", "%"})),
    (Kind.MODIFIER, frozenset({"**"})),
)


def plan(text: str, tokens: list[Token]) -> Node | None:
    """The tree of the tokens; None for an empty expression."""
    return _Planner(text, tokens).level(0) if tokens else None


class _Planner:
    """Recursive descent, one level of precedence per call."""

    def __init__(self, text: str, tokens: list[Token]) -> None:
        self._text = text
        self._tokens = tokens
        self._place = 0
        self._depth = 0

    def _current(self) -> Token | None:
        return self._tokens[self._place] if self._place < len(self._tokens) else None

    def level(self, number: int) -> Node:
        """An expression of this level of precedence or tighter."""
        if number == len(_LEVELS):
            return self._value()
        kind, operators = _LEVELS[number]
        left = self.level(number + 1)
        while (token := self._current()) and token.kind is kind and token.value in operators:
            self._place += 1
            left = Binary(token.at, token.value, left, self.level(number + 1))
        return left

    def _value(self) -> Node:
        token = self._current()
        if token is None:
            return Empty(len(self._text))
        self._place += 1
        match token.kind:
            case Kind.CLAUSE:
                return self._clause(token)
            case Kind.CLAUSE_CLOSE:
                self._place -= 1
                return Empty(token.at)
            case Kind.VARIABLE:
                return Variable(token.at, token.value)
            case Kind.ACCESSOR:
                return Accessor(token.at, token.value)
            case Kind.PREFIX:
                return Prefix(token.at, token.value, self._value())
            case Kind.TIME if isinstance(token.value, datetime):
                return Literal(token.at, float(token.value.timestamp() // 1))
            case Kind.NUMERIC | Kind.STRING | Kind.BOOLEAN:
                return Literal(token.at, token.value)
        raise LanguageError(
            LANGUAGE,
            self._text,
            token.at,
            f"Unable to plan token kind: '{token.kind.value}', value: '{token.value}'",
        )

    def _clause(self, token: Token) -> Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise LanguageError(LANGUAGE, self._text, token.at, "expression is nested too deeply")
        inside = self.level(0)
        self._place += 1
        self._depth -= 1
        return inside
