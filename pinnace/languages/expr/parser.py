"""expr's grammar: a Pratt parser from tokens to nodes (mirrors parser/parser.go).

Precedences are upstream's. A call of a name that the environment defines is an ordinary call even
if the language has a function of that name: user variables shadow builtins.
"""

from __future__ import annotations

from collections.abc import Collection

from pinnace.languages.errors import LanguageError
from pinnace.languages.expr import nodes
from pinnace.languages.expr.primary import PrimaryParser
from pinnace.languages.expr.tokens import LANGUAGE, Kind, Token, tokenize
from pinnace.languages.expr.versions import V1_17, Version

_UNARY = {"not": 50, "!": 50, "-": 90, "+": 90}
_BINARY = {
    "|": 0,
    "or": 10, "||": 10,
    "and": 15, "&&": 15,
    "==": 20, "!=": 20, "<": 20, ">": 20, ">=": 20, "<=": 20,
    "in": 20, "matches": 20, "contains": 20, "startsWith": 20, "endsWith": 20,
    "..": 25,
    "+": 30, "-": 30,
    "*": 60, "/": 60, "%": 60,
    "**": 100, "^": 100,
    "??": 500,
}  # fmt: skip
_RIGHT = frozenset({"**", "^"})
_COMPARISONS = frozenset({"<", ">", ">=", "<="})
_NEGATABLE = frozenset({"in", "matches", "contains", "startsWith", "endsWith"})

MAX_NODES = 10_000
MAX_DEPTH = 60


def parse(text: str, shadowed: Collection[str] = (), version: Version = V1_17) -> nodes.Node:
    """The tree of an expression; `shadowed` are the names that the environment defines."""
    parser = Parser(text, shadowed if version.names_shadow else (), version)
    root = parser.sequence()
    if parser.current.kind is not Kind.END:
        parser.fail(f"unexpected token {parser.current}")
    return root


class Parser(PrimaryParser):
    """Recursive descent with precedence climbing; operands are parsed by PrimaryParser."""

    def __init__(self, text: str, shadowed: Collection[str], version: Version) -> None:
        self.text = text
        self.shadowed = shadowed
        self.version = version
        self.predicates = 0  # how many closures we are inside of
        self._tokens = tokenize(text, version.modern)
        self._place = 0
        self._depth = 0
        if len(self._tokens) > MAX_NODES:
            raise LanguageError(LANGUAGE, text, 0, "expression exceeds maximum allowed nodes")

    @property
    def current(self) -> Token:
        """The token that is read next."""
        return self._tokens[self._place]

    @property
    def following(self) -> Token:
        """The token after the current one."""
        return self._tokens[min(self._place + 1, len(self._tokens) - 1)]

    def advance(self) -> Token:
        """Consume the current token."""
        token = self.current
        self._place = min(self._place + 1, len(self._tokens) - 1)
        return token

    def at(self, kind: Kind, *values: str) -> bool:
        """Whether the current token is of this kind and one of these values, if any."""
        token = self.current
        return token.kind is kind and (not values or token.value in values)

    def expect(self, kind: Kind, *values: str) -> Token:
        """Consume a token that must be there."""
        if not self.at(kind, *values):
            wanted = " or ".join(repr(value) for value in values) or kind.value
            self.fail(f"unexpected token {self.current}, expected {wanted}")
        return self.advance()

    def error(self, message: str, token: Token | None = None) -> LanguageError:
        """The error that refuses the text at this token (or the current one)."""
        return LanguageError(LANGUAGE, self.text, (token or self.current).at, message)

    def sequence(self) -> nodes.Node:
        """`a; b; c`."""
        first = self.expression()
        items = [first]
        while self.version.modern and self.at(Kind.OPERATOR, ";"):
            self.advance()
            if self.at(Kind.END):
                break
            items.append(self.expression())
        return first if len(items) == 1 else nodes.Sequence(first.at, tuple(items))

    def expression(self, precedence: int = 0) -> nodes.Node:
        """An expression whose operators bind at least this tightly."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self.fail(f"expression is nested more than {MAX_DEPTH} levels deep")
        try:
            return self._expression(precedence)
        finally:
            self._depth -= 1

    def _expression(self, precedence: int) -> nodes.Node:
        if precedence == 0 and self.at(Kind.OPERATOR, "let"):
            return self._let()
        if precedence == 0 and self.at(Kind.OPERATOR, "if"):
            return self._if()
        left, previous = self._operand(), ""
        while self.current.kind is Kind.OPERATOR:
            negated = self._negated(precedence)
            operator = self.current
            strength = _BINARY.get(operator.value)
            if strength is None or strength < precedence:
                break
            if previous == "??" and operator.value not in ("??", "|"):
                self.fail(
                    f"operator ({operator.value}) and coalesce expressions (??) cannot be mixed:"
                    " wrap either in parentheses"
                )
            self.advance()
            left = self._combine(left, operator, strength)
            if negated:
                left = nodes.Unary(operator.at, "not", left)
            previous = operator.value
        return self._ternary(left) if precedence == 0 else left

    def _negated(self, precedence: int) -> bool:
        """Consume the `not` of `a not in b`, if that is what follows."""
        if not self.at(Kind.OPERATOR, "not"):
            return False
        if self.version.loose_not:
            self.advance()
            return True
        if self.following.value not in _NEGATABLE:
            self.advance()
            self.fail(f"unexpected token {self.current}")
        if _BINARY[self.following.value] < precedence:
            return False
        self.advance()
        return True

    def _combine(self, left: nodes.Node, operator: Token, strength: int) -> nodes.Node:
        if operator.value == "|":
            return self.call(self.expect(Kind.IDENTIFIER), (left,))
        if self.version.modern and operator.value in _COMPARISONS:
            return self._comparisons(left, operator, strength)
        right = self.expression(strength if operator.value in _RIGHT else strength + 1)
        return nodes.Binary(operator.at, operator.value, left, right)

    def _comparisons(self, left: nodes.Node, operator: Token, strength: int) -> nodes.Node:
        """`1 < x <= 3` is `1 < x && x <= 3`."""
        whole: nodes.Node | None = None
        while True:
            right = self.expression(strength + 1)
            one = nodes.Binary(operator.at, operator.value, left, right)
            whole = one if whole is None else nodes.Binary(operator.at, "&&", whole, one)
            if not self.at(Kind.OPERATOR, *_COMPARISONS):
                return whole
            left, operator = right, self.advance()

    def _ternary(self, test: nodes.Node) -> nodes.Node:
        while self.at(Kind.OPERATOR, "?"):
            mark = self.advance()
            then = test if self.at(Kind.OPERATOR, ":") else self.expression()
            self.expect(Kind.OPERATOR, ":")
            test = nodes.Conditional(mark.at, test, then, self.expression())
        return test

    def _let(self) -> nodes.Node:
        start = self.advance()
        name = self.expect(Kind.IDENTIFIER)
        self.expect(Kind.OPERATOR, "=")
        value = self.expression()
        self.expect(Kind.OPERATOR, ";")
        return nodes.Let(start.at, name.value, value, self.sequence())

    def _if(self) -> nodes.Node:
        start = self.advance()
        test = self.expression()
        then = self._block()
        self.expect(Kind.OPERATOR, "else")
        otherwise = self._if() if self.at(Kind.OPERATOR, "if") else self._block()
        return nodes.Conditional(start.at, test, then, otherwise)

    def _block(self) -> nodes.Node:
        self.expect(Kind.BRACKET, "{")
        body = self.sequence()
        self.expect(Kind.BRACKET, "}")
        return body

    def _operand(self) -> nodes.Node:
        token = self.current
        if token.kind is Kind.OPERATOR and token.value in _UNARY:
            self.advance()
            operand = self.expression(_UNARY[token.value])
            return self.postfix(nodes.Unary(token.at, token.value, operand))
        return self.primary()
