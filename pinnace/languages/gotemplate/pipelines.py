"""Parses what stands inside an action: `$x := .a.b | printf "%s" (len .c)`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from pinnace.languages import gonumbers
from pinnace.languages.errors import LanguageError
from pinnace.languages.expr.tokens import tokenize as go_strings
from pinnace.languages.gotemplate import nodes
from pinnace.languages.gotemplate.tokens import LANGUAGE, Kind, Token

_WORDS = {"true": True, "false": False, "nil": None}
MAX_DEPTH = 60


class PipelineParser:
    """Parses pipelines from a list of tokens; `parser.Parser` adds the control structures."""

    def __init__(self, text: str, tokens: Sequence[Token]) -> None:
        self.text = text
        self._tokens = tokens
        self._place = 0
        self._depth = 0

    @property
    def current(self) -> Token:
        """The token that is read next."""
        return self._tokens[self._place]

    def advance(self) -> Token:
        """Consume the current token."""
        token = self.current
        self._place = min(self._place + 1, len(self._tokens) - 1)
        return token

    def at(self, kind: Kind, *values: str) -> bool:
        """Whether the current token is that."""
        return self.current.kind is kind and (not values or self.current.value in values)

    def expect(self, kind: Kind, *values: str) -> Token:
        """Consume a token that must be there."""
        if not self.at(kind, *values):
            wanted = " or ".join(values) or kind.value
            self.fail(f"unexpected {self.current}, expected {wanted}")
        return self.advance()

    def error(self, message: str, token: Token | None = None) -> LanguageError:
        """The error that refuses the template here."""
        return LanguageError(LANGUAGE, self.text, (token or self.current).at, message)

    def fail(self, message: str, token: Token | None = None) -> NoReturn:
        """Refuse the template here."""
        raise self.error(message, token)

    def pipeline(self, context: str) -> nodes.Pipeline:
        """A pipeline; the token that ends it is left for the caller."""
        start = self.current
        variables, assigns = self._declared(context)
        commands: list[nodes.Command] = []
        while not self.at(Kind.CLOSE) and not self.at(Kind.SYMBOL, ")"):
            commands.append(self._command())
            if self.at(Kind.SYMBOL, "|"):
                self.advance()
                if self.at(Kind.CLOSE) or self.at(Kind.SYMBOL, ")"):
                    self.fail(f"missing value for {context}")
        if not commands:
            self.fail(f"missing value for {context}", start)
        self._check_stages(commands)
        return nodes.Pipeline(start.at, variables, assigns, tuple(commands))

    def _check_stages(self, commands: list[nodes.Command]) -> None:
        first = commands[0].operands[0]
        if isinstance(first, nodes.Constant) and first.value is None:
            raise LanguageError(LANGUAGE, self.text, first.at, "nil is not a command")
        for position, command in enumerate(commands[1:], 2):
            if not isinstance(command.operands[0], nodes.Function | nodes.Field | nodes.Variable):
                raise LanguageError(
                    LANGUAGE,
                    self.text,
                    command.at,
                    f"non executable command in pipeline stage {position}",
                )

    def _declared(self, context: str) -> tuple[tuple[str, ...], bool]:
        """The variables before `:=` or `=`, if there are any."""
        names: list[str] = []
        place = self._place
        while self._tokens[place].kind is Kind.VARIABLE:
            names.append(self._tokens[place].value)
            mark = self._tokens[place + 1]
            if mark.value in (":=", "="):
                self._place = place + 2
                return tuple(names), mark.value == "="
            if mark.value != "," or context != "range" or len(names) == 2:
                break
            place += 2
        return (), False

    def _command(self) -> nodes.Command:
        start = self.current
        operands: list[nodes.Node] = []
        while not (self.at(Kind.CLOSE) or self.at(Kind.SYMBOL, ")", "|")):
            if operands and not self.current.spaced:
                self.fail(f"unexpected {self.current} in operand")
            operands.append(self._operand())
        if not operands:
            self.fail("empty command", start)
        return nodes.Command(start.at, tuple(operands))

    def _operand(self) -> nodes.Node:
        base = self._term()
        names: list[str] = []
        while self.at(Kind.FIELD) and not self.current.spaced:
            names.append(self.advance().value[1:])
        if not names:
            return base
        if isinstance(base, nodes.Constant):
            self.fail(f"unexpected . after term {base.value!r}")
        if isinstance(base, nodes.Field):
            return nodes.Field(base.at, base.base, base.names + tuple(names))
        return nodes.Field(base.at, base, tuple(names))

    def _term(self) -> nodes.Node:
        token = self.advance()
        match token.kind:
            case Kind.DOT:
                return nodes.Dot(token.at)
            case Kind.FIELD:
                return nodes.Field(token.at, nodes.Dot(token.at), (token.value[1:],))
            case Kind.VARIABLE:
                return nodes.Variable(token.at, token.value)
            case Kind.WORD if token.value in _WORDS:
                return nodes.Constant(token.at, _WORDS[token.value])
            case Kind.WORD:
                return nodes.Function(token.at, token.value)
            case Kind.STRING | Kind.CHAR | Kind.NUMBER:
                return nodes.Constant(token.at, self._constant(token))
            case Kind.SYMBOL if token.value == "(":
                return self._parenthesized(token)
        raise self.error(f"unexpected {token} in operand", token)

    def _parenthesized(self, token: Token) -> nodes.Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self.fail("action is nested too deeply", token)
        inside = self.pipeline("parenthesized pipeline")
        self.expect(Kind.SYMBOL, ")")
        self._depth -= 1
        return inside

    def _constant(self, token: Token) -> str | int | float:
        if token.kind is Kind.NUMBER:
            return self._number(token)
        if token.value.startswith("`"):
            return token.value[1:-1]
        try:  # Go's escapes are those of expr's strings
            text = go_strings(token.value)[0].value
        except LanguageError as problem:
            self.fail(problem.expected, token)
        return text if token.kind is Kind.STRING else ord(text[0])

    def _number(self, token: Token) -> int | float:
        digits = token.value.replace("_", "").lower()
        if digits.lstrip("+-")[:2] in ("0x", "0o", "0b"):
            return int(digits, 0)
        whole = gonumbers.parse_int(digits)
        if whole is not None:
            return whole
        number = gonumbers.parse_float(digits)
        if number is None:
            self.fail(f"bad number syntax: {token}", token)
        return number
