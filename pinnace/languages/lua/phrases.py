"""The grammar of expressions: what binds how strongly, calls, tables and functions."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Callable
from typing import TypeVar

from pinnace.languages.lua import nodes
from pinnace.languages.lua.lexer import END, SyntaxProblem, Token, tokens
from pinnace.languages.lua.scopes import FunctionScope
from pinnace.languages.lua.values import parse_number

_Made = TypeVar("_Made")
_BINDING = {
    "or": (1, 1), "and": (2, 2), "<": (3, 3), ">": (3, 3), "<=": (3, 3), ">=": (3, 3),
    "==": (3, 3), "~=": (3, 3), "..": (5, 4), "+": (6, 6), "-": (6, 6), "*": (7, 7), "/": (7, 7),
    "%": (7, 7), "^": (10, 9),
}  # fmt: skip
_UNARY = 8
_NAMED = {"nil": None, "true": True, "false": False}
MAX_NESTING = 200


class Phrases:
    """Reads tokens; `scope` is the function that is being read."""

    scope: FunctionScope

    def __init__(self, source: str) -> None:
        self._tokens = tokens(source)
        self._place = 0
        self._depth = 0
        self.loops = 0
        self.token = self._tokens[0]

    @abstractmethod
    def function_body(self, line: int, before: tuple[str, ...]) -> nodes.FunctionBody:
        """Parameters and block of a function."""

    def advance(self) -> Token:
        """Pass over the token, and return it."""
        passed = self.token
        self._place += passed.kind != END
        self.token = self._tokens[self._place]
        return passed

    def accept(self, kind: str) -> bool:
        """Pass over the token if it is of this kind."""
        if self.token.kind != kind:
            return False
        self.advance()
        return True

    def expect(self, kind: str) -> Token:
        """Pass over a token of this kind; raises SyntaxProblem for another."""
        if self.token.kind != kind:
            raise self.unexpected(f"'{kind}'" if kind not in ("name",) else "a name")
        return self.advance()

    def unexpected(self, wanted: str) -> SyntaxProblem:
        """What to raise where something else was expected."""
        found = self.token.text or self.token.kind
        return SyntaxProblem(self.token.place, f"parse error: expected {wanted}, found '{found}'")

    def loop(self, read: Callable[[], _Made]) -> _Made:
        """Read what may hold `break`."""
        self.loops += 1
        made = read()
        self.loops -= 1
        return made

    def expressions(self) -> tuple[nodes.Expression, ...]:
        """Return one or more, with commas between them."""
        found = [self.expression()]
        while self.accept(","):
            found.append(self.expression())
        return tuple(found)

    def expression(self, floor: int = 0) -> nodes.Expression:
        """Return an expression whose operators bind more strongly than `floor`."""
        self._depth += 1
        if self._depth > MAX_NESTING:
            raise SyntaxProblem(self.token.place, f"nested more than {MAX_NESTING} deep")
        left = self._operand()
        while True:
            operator = self.token.kind
            binding = _BINDING.get(operator)
            if binding is None or binding[0] <= floor:
                self._depth -= 1
                return left
            self.advance()
            left = _joined(operator, left, self.expression(binding[1]))

    def _operand(self) -> nodes.Expression:
        if self.token.kind in ("-", "not", "#"):
            operator = self.advance().kind
            operand = self.expression(_UNARY)
            constant = operand.value if isinstance(operand, nodes.Constant) else None
            if operator == "-" and type(constant) is float:
                return nodes.Constant(operand.line, -constant)
            return nodes.Unary(operand.line, operator, operand)
        return self._simple()

    def _simple(self) -> nodes.Expression:
        token = self.token
        match token.kind:
            case "number":
                self.advance()
                number = parse_number(token.text)
                return nodes.Constant(token.line, math.nan if number is None else number)
            case "string":
                self.advance()
                return nodes.Constant(token.line, token.text)
            case "nil" | "true" | "false":
                self.advance()
                return nodes.Constant(token.line, _NAMED[token.kind])
            case "...":
                return self._varargs()
            case "{":
                return self._table()
            case "function":
                self.advance()
                return self.function_body(token.line, ())
        return self.prefixed()

    def _varargs(self) -> nodes.Expression:
        if not self.scope.varargs:
            raise SyntaxProblem(self.token.place, "cannot use '...' outside a vararg function")
        self.scope.uses_varargs = True
        return nodes.Varargs(self.advance().line)

    def named(self, token: Token) -> nodes.Expression:
        """What a name means here."""
        found = self.scope.find(token.text)
        if found is None:
            return nodes.GlobalName(token.line, token.text)
        if isinstance(found, nodes.Local):
            return nodes.LocalName(token.line, found)
        return nodes.UpvalueName(token.line, found, token.text)

    def prefixed(self) -> nodes.Expression:
        """A name or parentheses, and the fields and calls behind it."""
        token = self.token
        if self.accept("("):
            inner = self.expression()
            self.expect(")")
            found: nodes.Expression = nodes.Parenthesized(token.line, inner)
        else:
            found = self.named(self.expect("name"))
        while True:
            line = found.line
            if self.accept("."):
                key = self.expect("name")
                found = nodes.Index(line, found, nodes.Constant(key.line, key.text))
            elif self.accept("["):
                found = nodes.Index(line, found, self.expression())
                self.expect("]")
            elif self.accept(":"):
                method = self.expect("name").text
                found = nodes.Call(line, found, self._arguments(), method, method)
            elif self.token.kind in ("(", "{", "string"):
                found = nodes.Call(line, found, self._arguments(), None, _name_of(found))
            else:
                return found

    def _arguments(self) -> tuple[nodes.Expression, ...]:
        token = self.token
        if token.kind == "string":
            self.advance()
            return (nodes.Constant(token.line, token.text),)
        if token.kind == "{":
            return (self._table(),)
        if token.on_new_line and self._tokens[self._place - 1].kind == ")":
            message = "ambiguous syntax (function call x new statement)"
            raise SyntaxProblem(token.place, message)
        self.expect("(")
        if self.accept(")"):
            return ()
        found = self.expressions()
        self.expect(")")
        return found

    def _table(self) -> nodes.Expression:
        line = self.expect("{").line
        fields: list[tuple[nodes.Expression | None, nodes.Expression]] = []
        while self.token.kind != "}":
            fields.append(self._field())
            separated = False
            while self.accept(",") or self.accept(";"):  # upstream takes many
                separated = True
            if not separated:
                break
        self.expect("}")
        return nodes.TableFields(line, tuple(fields))

    def _field(self) -> tuple[nodes.Expression | None, nodes.Expression]:
        if self.accept("["):
            key = self.expression()
            self.expect("]")
            self.expect("=")
            return key, self.expression()
        if self.token.kind == "name" and self._tokens[self._place + 1].kind == "=":
            name = self.advance()
            self.advance()
            return nodes.Constant(name.line, name.text), self.expression()
        return None, self.expression()


def _joined(operator: str, left: nodes.Expression, right: nodes.Expression) -> nodes.Expression:
    if operator != "..":
        return nodes.Binary(left.line, operator, left, right)
    more = right.parts if isinstance(right, nodes.Concatenation) else (right,)
    return nodes.Concatenation(left.line, (left, *more))


def _name_of(function: nodes.Expression) -> str:
    match function:
        case nodes.Parenthesized(inner=inner):
            return _name_of(inner)
        case nodes.LocalName(local=local):
            return local.name
        case nodes.GlobalName(name=name) | nodes.UpvalueName(name=name):
            return name
        case nodes.Index(key=nodes.Constant(value=str(name))):
            return name
    return "?"
