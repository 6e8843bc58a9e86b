"""Parses what stands inside an action: `$x := .a.b | printf "%s" (len .c)`."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import NoReturn

from pinnace.languages import gonumbers, gostrings
from pinnace.languages.errors import LanguageError
from pinnace.languages.gotemplate import nodes
from pinnace.languages.gotemplate.tokens import LANGUAGE, Kind, Token

MAX_DEPTH = 60
_OPERANDS = frozenset(
    {Kind.BOOL, Kind.CHAR, Kind.COMPLEX, Kind.DOT, Kind.FIELD, Kind.WORD, Kind.NUMBER, Kind.STRING,
     Kind.VARIABLE}
)  # fmt: skip
_NOT_EXECUTABLE = (nodes.Bool, nodes.Dot, nodes.Nil, nodes.Number, nodes.String)


class PipelineParser:
    """Parses pipelines from a list of tokens; `parser.Parser` adds the control structures."""

    def __init__(self, text: str, tokens: Sequence[Token], functions: Container[str]) -> None:
        self.text = text
        self.variables = ["$"]
        self._functions = functions
        self._tokens = tokens
        self._place = 0
        self._depth = 0

    def next(self) -> Token:
        """Consume the current token."""
        token = self._tokens[self._place]
        self._place = min(self._place + 1, len(self._tokens) - 1)
        return token

    def peek(self) -> Token:
        """The token that is read next."""
        return self._tokens[self._place]

    def skip_space(self) -> Token:
        """The next token that is no white space; it is not consumed."""
        while self.peek().kind is Kind.SPACE:
            self.next()
        return self.peek()

    def at(self, *values: str) -> bool:
        """Whether the next token but white space is one of these keywords or symbols."""
        token = self.skip_space()
        return token.kind in (Kind.KEYWORD, Kind.SYMBOL) and token.value in values

    def expect(self, kind: Kind, context: str) -> Token:
        """Consume a token that must be there."""
        token = self.skip_space()
        if token.kind is not kind:
            self.fail(f"unexpected {token} in {context}, expected {kind.value}")
        return self.next()

    def error(self, message: str, at: int | None = None) -> LanguageError:
        """The error that refuses the template here."""
        return LanguageError(LANGUAGE, self.text, self.peek().at if at is None else at, message)

    def fail(self, message: str, at: int | None = None) -> NoReturn:
        """Refuse the template here."""
        raise self.error(message, at)

    def pipeline(self, context: str, end: str = "}}") -> nodes.Pipeline:
        """A pipeline with the token that ends it."""
        start = self.skip_space()
        names, assigns = self._declared(context)
        commands: list[nodes.Command] = []
        while True:
            token = self.skip_space()
            if token.kind is Kind.CLOSE if end == "}}" else self.at(end):
                self.next()
                break
            if token.kind not in _OPERANDS and not self.at("(", "nil"):
                self.fail(f"unexpected {token} in {context}")
            commands.append(self._command())
        if not commands:
            self.fail(f"missing value for {context}", start.at)
        for stage, command in enumerate(commands[1:], 2):
            if isinstance(command.operands[0], _NOT_EXECUTABLE):
                self.fail(f"non executable command in pipeline stage {stage}", command.at)
        return nodes.Pipeline(start.at, tuple(names), assigns, tuple(commands))

    def _declared(self, context: str) -> tuple[list[str], bool]:
        """The variables before `:=` or `=`, if there are any."""
        names: list[str] = []
        while self.skip_space().kind is Kind.VARIABLE:
            start = self._place
            name = self.next().value
            if self.at(":=", "="):
                self.variables.append(name)
                return [*names, name], self.next().value == "="
            if not self.at(","):
                self._place = start
                break
            self.next()
            self.variables.append(name)
            names.append(name)
            if context != "range" or len(names) == 2:
                self.fail(f"too many declarations in {context}")
            if self.skip_space().kind not in (Kind.VARIABLE, Kind.CLOSE) and not self.at(")"):
                self.fail("range can only initialize variables")
        return names, False

    def _command(self) -> nodes.Command:
        start = self.skip_space()
        operands: list[nodes.Node] = []
        while True:
            self.skip_space()
            operand = self._operand()
            if operand is not None:
                operands.append(operand)
            token = self.peek()
            if token.kind is Kind.SPACE:
                continue
            if token.kind is Kind.SYMBOL and token.value == "|":
                self.next()
            elif token.kind is not Kind.CLOSE and token.value != ")":
                self.fail(f"unexpected {token} in operand")
            break
        if not operands:
            self.fail("empty command", start.at)
        return nodes.Command(start.at, tuple(operands))

    def _operand(self) -> nodes.Node | None:
        term = self._term()
        if term is None or self.peek().kind is not Kind.FIELD:
            return term
        names: list[str] = []
        while self.peek().kind is Kind.FIELD:
            names.append(self.next().value[1:])
        match term:
            case nodes.Field():
                return nodes.Field(term.at, term.fields + tuple(names))
            case nodes.Variable():
                return nodes.Variable(term.at, term.name, term.fields + tuple(names))
            case nodes.Bool() | nodes.String() | nodes.Number() | nodes.Nil() | nodes.Dot():
                self.fail("unexpected . after a constant or .", term.at)
        return nodes.Chain(term.at, term, tuple(names))

    def _term(self) -> nodes.Node | None:
        token = self.skip_space()
        if token.kind not in _OPERANDS and not self.at("(", "nil"):
            return None
        self.next()
        match token.kind:
            case Kind.DOT:
                return nodes.Dot(token.at)
            case Kind.FIELD:
                return nodes.Field(token.at, (token.value[1:],))
            case Kind.VARIABLE:
                return self._variable(token)
            case Kind.BOOL:
                return nodes.Bool(token.at, token.value == "true")
            case Kind.WORD:
                return self._function(token)
            case Kind.STRING:
                return nodes.String(token.at, self.unquoted(token))
            case Kind.KEYWORD:
                return nodes.Nil(token.at)
            case Kind.SYMBOL:
                return self._parenthesized(token)
        return self._number(token)

    def _function(self, token: Token) -> nodes.Node:
        if token.value not in self._functions:
            self.fail(f'function "{token.value}" not defined', token.at)
        return nodes.Function(token.at, token.value)

    def _variable(self, token: Token) -> nodes.Node:
        if token.value not in self.variables:
            self.fail(f'undefined variable "{token.value}"', token.at)
        return nodes.Variable(token.at, token.value)

    def _parenthesized(self, token: Token) -> nodes.Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self.fail("max expression depth exceeded", token.at)
        inside = self.pipeline("parenthesized pipeline", ")")
        self._depth -= 1
        return inside

    def unquoted(self, token: Token) -> str:
        """The text of a string constant."""
        try:
            return gostrings.unquote(token.value)
        except gostrings.BadLiteral as problem:
            raise self.error("invalid syntax in string", token.at + problem.place) from problem

    def _number(self, token: Token) -> nodes.Number:
        text = token.value
        if token.kind is Kind.CHAR:
            try:
                code = gostrings.rune_of(text)
            except gostrings.BadLiteral as problem:
                raise self.error("malformed character constant", token.at) from problem
            return nodes.Number(token.at, text, code, float(code))
        if token.kind is Kind.COMPLEX or text.endswith("i"):
            self.fail(f"complex numbers are refused: {text}", token.at)
        whole = gonumbers.parse_int(text, 0)
        if whole is not None:
            return nodes.Number(token.at, text, whole, float(whole))
        if gonumbers.parse_uint(text, 0) is not None:  # an integer, but too large for an int
            return nodes.Number(token.at, text, None, None)
        real = gonumbers.parse_float(text)
        if real is None or not set(text) & set(".eEpP"):
            self.fail(f"illegal number syntax or integer overflow: {text}", token.at)
        exact = real == int(real) and -(2.0**63) <= real < 2.0**63
        return nodes.Number(token.at, text, int(real) if exact else None, real)
