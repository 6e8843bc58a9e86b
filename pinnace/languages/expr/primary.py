"""The operands of expr-lang: literals, names, calls, closures, members and slices.

The half of the parser below the operators; `parser` supplies the token stream and `expression`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection
from typing import NoReturn

from pinnace.languages import gonumbers
from pinnace.languages.errors import LanguageError
from pinnace.languages.expr import nodes
from pinnace.languages.expr.catalogue import Argument
from pinnace.languages.expr.tokens import Kind, Token, is_name
from pinnace.languages.expr.versions import Version

_WORDS = {"true": True, "false": False, "nil": None}


_OLD_BASES = {"0x": 16}
_BASES = {"0x": 16, "0X": 16, "0o": 8, "0O": 8, "0b": 2, "0B": 2}


def _whole(digits: str, base: int) -> int | None:
    try:
        return gonumbers.parse_int(digits) if base == 10 else int(digits, base)
    except ValueError:  # nothing after the 0x
        return None


class PrimaryParser(ABC):
    """Parses operands; the operators are parsed by `parser.Parser`."""

    shadowed: Collection[str]
    predicates: int
    version: Version

    @property
    @abstractmethod
    def current(self) -> Token:
        """The token that is read next."""

    @abstractmethod
    def advance(self) -> Token:
        """Consume the current token."""

    @abstractmethod
    def at(self, kind: Kind, *values: str) -> bool:
        """Whether the current token is that."""

    @abstractmethod
    def expect(self, kind: Kind, *values: str) -> Token:
        """Consume a token that must be there."""

    @abstractmethod
    def error(self, message: str, token: Token | None = None) -> LanguageError:
        """The error that refuses the text at this token (or the current one)."""

    def fail(self, message: str, token: Token | None = None) -> NoReturn:
        """Refuse the text."""
        raise self.error(message, token)

    @abstractmethod
    def expression(self, precedence: int = 0) -> nodes.Node:
        """An expression."""

    @abstractmethod
    def sequence(self) -> nodes.Node:
        """`a; b`."""

    def primary(self) -> nodes.Node:
        """One operand with its members, indexes and calls."""
        token = self.current
        match token.kind:
            case Kind.IDENTIFIER:
                self.advance()
                return self._word(token)
            case Kind.NUMBER:
                self.advance()
                return nodes.Literal(token.at, self._number(token))
            case Kind.STRING:
                self.advance()
                literal = nodes.Literal(token.at, token.value)
                return self.postfix(literal) if self.version.modern else literal
            case Kind.BYTES:
                self.advance()
                return self.postfix(nodes.Literal(token.at, token.value.encode("latin-1")))
            case Kind.BRACKET:
                return self.postfix(self._bracketed(token))
            case Kind.OPERATOR:
                return self._symbol(token)
        raise self.error("unexpected end of expression")

    def _word(self, token: Token) -> nodes.Node:
        if token.value in _WORDS:
            return nodes.Literal(token.at, _WORDS[token.value])
        if self.at(Kind.BRACKET, "("):
            return self.postfix(self.call(token, ()))
        return self.postfix(nodes.Name(token.at, token.value))

    def _symbol(self, token: Token) -> nodes.Node:
        """`#`, `#acc`, `.field` inside a closure, and `::name(…)`, which is always a builtin."""
        if token.value == "::":
            self.advance()
            return self.postfix(self.call(self.expect(Kind.IDENTIFIER), (), builtin=True))
        if not self.predicates or token.value not in ("#", "."):
            self.fail(f"unexpected token {token}")
        if token.value == ".":  # `.field` is `#.field`: the dot is left for postfix
            return self.postfix(nodes.Pointer(token.at, ""))
        self.advance()
        name = self.advance().value if self.at(Kind.IDENTIFIER) else ""
        return self.postfix(nodes.Pointer(token.at, name))

    def _number(self, token: Token) -> int | float:
        digits = token.value.replace("_", "")
        bases = _BASES if self.version.modern else _OLD_BASES
        base = bases.get(digits[:2], 10)
        if base == 10 and set(digits) & set(".eE"):
            value = gonumbers.parse_float(digits)
            return value if value is not None else self.fail("invalid float literal", token)
        whole = _whole(digits, base)
        if whole is None or whole > gonumbers.MAX_INT64:
            self.fail("invalid integer literal: no number of 64 bits in decimal", token)
        return whole

    def _bracketed(self, token: Token) -> nodes.Node:
        if token.value == "[":
            return self._array(token)
        if token.value == "{":
            return self._map(token)
        if token.value != "(":
            self.fail(f"unexpected token {token}")
        self.advance()
        body = self.sequence()
        self.expect(Kind.BRACKET, ")")
        return body

    def _array(self, start: Token) -> nodes.Node:
        self.advance()
        items: list[nodes.Node] = []
        while not self.at(Kind.BRACKET, "]"):
            items.append(self.expression())
            if not self.at(Kind.BRACKET, "]"):
                self.expect(Kind.OPERATOR, ",")
        self.advance()
        return nodes.Array(start.at, tuple(items))

    def _map(self, start: Token) -> nodes.Node:
        self.advance()
        pairs: list[tuple[nodes.Node, nodes.Node]] = []
        while not self.at(Kind.BRACKET, "}"):
            key = self._map_key()
            self.expect(Kind.OPERATOR, ":")
            pairs.append((key, self.expression()))
            if not self.at(Kind.BRACKET, "}"):
                self.expect(Kind.OPERATOR, ",")
        self.advance()
        return nodes.Map(start.at, tuple(pairs))

    def _map_key(self) -> nodes.Node:
        token = self.current
        if token.kind in (Kind.NUMBER, Kind.STRING, Kind.IDENTIFIER):
            self.advance()
            return nodes.Literal(token.at, token.value)
        if self.at(Kind.BRACKET, "("):
            return self.expression()
        raise self.error(
            "a map key must be a quoted string, a number, an identifier, or an expression in"
            f" parentheses (unexpected token {token})"
        )

    def call(
        self, name: Token, piped: tuple[nodes.Node, ...], *, builtin: bool = False
    ) -> nodes.Node:
        """A call of `name`; `piped` holds what stood left of a `|`."""
        shadowed = name.value in self.shadowed and not builtin
        if name.value in self.version.predicates and not shadowed:
            return nodes.Builtin(name.at, name.value, self._closures(name, piped))
        arguments = piped + self._arguments()
        if name.value in self.version.names and not shadowed:
            return nodes.Builtin(name.at, name.value, arguments)
        return nodes.Call(name.at, nodes.Name(name.at, name.value), arguments)

    def _arguments(self) -> tuple[nodes.Node, ...]:
        self.expect(Kind.BRACKET, "(")
        found: list[nodes.Node] = []
        while not self.at(Kind.BRACKET, ")"):
            found.append(self.expression())
            if not self.at(Kind.BRACKET, ")"):
                self.expect(Kind.OPERATOR, ",")
                if self.at(Kind.BRACKET, ")") and not self.version.modern:
                    self.fail(f"unexpected token {self.current}")
        self.advance()
        return tuple(found)

    def _closures(self, name: Token, piped: tuple[nodes.Node, ...]) -> tuple[nodes.Node, ...]:
        """The arguments of `map`, `filter` and their kind, of which one is a predicate."""
        self.expect(Kind.BRACKET, "(")
        found = list(piped)
        wanted = self.version.predicates[name.value][len(piped) :]
        for position, argument in enumerate(wanted):
            if self.at(Kind.BRACKET, ")"):
                if not argument.optional:
                    self.fail(f"{name.value} expects at least {len(wanted)} arguments")
                break
            if position > 0:
                self.expect(Kind.OPERATOR, ",")
            found.append(self._argument(argument))
        if self.version.modern and self.at(Kind.OPERATOR, ","):
            self.advance()
        self.expect(Kind.BRACKET, ")")
        return tuple(found)

    def _argument(self, argument: Argument) -> nodes.Node:
        return self._predicate() if argument.predicate else self.expression()

    def _predicate(self) -> nodes.Node:
        start = self.current
        braces = self.at(Kind.BRACKET, "{")
        if braces:
            self.advance()
        self.predicates += 1
        body = self.sequence() if braces else self.expression()
        self.predicates -= 1
        if braces:
            self.expect(Kind.BRACKET, "}")
        elif self.at(Kind.OPERATOR, ";"):
            self.fail("wrap predicate with brackets { and }")
        return nodes.Predicate(start.at, body)

    def postfix(self, node: nodes.Node) -> nodes.Node:
        """Members, indexes, slices and method calls that follow an operand."""
        while True:
            token = self.current
            if self.at(Kind.OPERATOR, ".", "?."):
                self.advance()
                if token.value == "?." and self.version.modern and self.at(Kind.BRACKET, "["):
                    node = self._index(node, optional=True)
                else:
                    node = self._member(node, optional=token.value == "?.")
            elif self.at(Kind.BRACKET, "["):
                node = self._index(node, optional=False)
            else:
                return node

    def _member(self, base: nodes.Node, *, optional: bool) -> nodes.Node:
        token = self.advance()
        named = token.kind is Kind.IDENTIFIER or (
            token.kind is Kind.OPERATOR and is_name(token.value)
        )
        if not named:
            self.fail(f"unexpected token {token}, expected name", token)
        chained = isinstance(base, nodes.Chain)
        if isinstance(base, nodes.Chain):
            base = base.body
        key = nodes.Literal(token.at, token.value)
        node: nodes.Node = nodes.Member(token.at, base, key, optional)
        if self.at(Kind.BRACKET, "("):
            node = nodes.Call(token.at, node, self._arguments())
        return nodes.Chain(token.at, node) if chained or optional else node

    def _index(self, base: nodes.Node, *, optional: bool) -> nodes.Node:
        start = self.advance()
        if self.at(Kind.OPERATOR, ":"):
            return self._slice(base, start, None)
        key = self.expression()
        if self.at(Kind.OPERATOR, ":"):
            return self._slice(base, start, key)
        self.expect(Kind.BRACKET, "]")
        node = nodes.Member(start.at, base, key, optional)
        return nodes.Chain(start.at, node) if optional else node

    def _slice(self, base: nodes.Node, start: Token, first: nodes.Node | None) -> nodes.Node:
        self.advance()
        stop = None if self.at(Kind.BRACKET, "]") else self.expression()
        self.expect(Kind.BRACKET, "]")
        return nodes.Slice(start.at, base, first, stop)
