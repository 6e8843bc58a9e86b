"""Parses a template's control structures: if, else, range, with, define, block, template, end."""

from __future__ import annotations

from dataclasses import dataclass, field

from pinnace.languages.gotemplate import nodes
from pinnace.languages.gotemplate.pipelines import PipelineParser
from pinnace.languages.gotemplate.tokens import Kind, Token, tokenize

MAIN = ""

Body = tuple[nodes.Node, ...]


@dataclass(frozen=True, kw_only=True)
class Template:
    """A parsed template: its own body under the empty name, and what it defines."""

    text: str
    bodies: dict[str, Body] = field(default_factory=dict)


def parse(text: str) -> Template:
    """The template of a text."""
    parser = Parser(text, tokenize(text))
    body, _ = parser.body(())
    return Template(text=text, bodies={**parser.defined, MAIN: body})


class Parser(PipelineParser):
    """Parses bodies; collects what `define` and `block` define."""

    def __init__(self, text: str, tokens: list[Token]) -> None:
        super().__init__(text, tokens)
        self.defined: dict[str, Body] = {}
        self._ranges = 0
        self._nested = 0

    def body(self, enders: tuple[str, ...]) -> tuple[Body, str]:
        """Nodes up to one of the enders (`end`, `else`), and which one it was."""
        found: list[nodes.Node] = []
        while True:
            token = self.advance()
            if token.kind is Kind.END:
                if enders:
                    self.fail("unexpected EOF: {{end}} is missing", token)
                return tuple(found), ""
            if token.kind is Kind.TEXT:
                found.append(nodes.Text(token.at, token.value))
            elif self.at(Kind.WORD, "end", "else"):
                keyword = self.advance()
                if keyword.value not in enders:
                    self.fail(f"unexpected {{{{{keyword.value}}}}}", keyword)
                return tuple(found), keyword.value
            else:
                node = self._control() if self.at(Kind.WORD) else self._action()
                if node is not None:
                    found.append(node)

    def _action(self) -> nodes.Node:
        pipeline = self.pipeline("command")
        self.expect(Kind.CLOSE)
        return nodes.Action(pipeline.at, pipeline)

    def _control(self) -> nodes.Node | None:
        token = self.current
        match token.value:
            case "if" | "with" | "range":
                self.advance()
                return self._branch(token)
            case "define":
                self.advance()
                self._define()
                return None
            case "block":
                self.advance()
                return self._block(token)
            case "template":
                self.advance()
                return self._include(token)
            case "break" | "continue" if self._tokens[self._place + 1].kind is Kind.CLOSE:
                return self._jump()
        return self._action()

    def _branch(self, keyword: Token) -> nodes.Node:
        self._nested += 1
        if self._nested > 60:
            self.fail("control structures are nested too deeply", keyword)
        pipeline = self.pipeline(keyword.value)
        self.expect(Kind.CLOSE)
        self._ranges += keyword.value == "range"
        body, ender = self.body(("end", "else"))
        self._ranges -= keyword.value == "range"
        otherwise: Body = ()
        if ender == "else":
            otherwise = self._else(keyword)
        else:
            self.expect(Kind.CLOSE)
        self._nested -= 1
        return nodes.Branch(keyword.at, keyword.value, pipeline, body, otherwise)

    def _else(self, keyword: Token) -> Body:
        """After `else`: a body up to `end`, or `else if` / `else with`, which shares the `end`."""
        following = self.current
        if self.at(Kind.WORD, "if", "with") and following.value == keyword.value:
            self.advance()
            return (self._branch(following),)
        self.expect(Kind.CLOSE)
        body, _ = self.body(("end",))
        self.expect(Kind.CLOSE)
        return body

    def _name(self, context: str) -> str:
        token = self.current
        if token.kind is not Kind.STRING:
            self.fail(f"unexpected {token} in {context}: a quoted template name is needed")
        self.advance()
        return str(self._constant(token))

    def _define(self) -> None:
        name = self._name("define clause")
        self.expect(Kind.CLOSE)
        body, _ = self.body(("end",))
        self.expect(Kind.CLOSE)
        self.defined[name] = body

    def _block(self, keyword: Token) -> nodes.Node:
        name = self._name("block clause")
        pipeline = self.pipeline("block clause")
        self.expect(Kind.CLOSE)
        body, _ = self.body(("end",))
        self.expect(Kind.CLOSE)
        self.defined.setdefault(name, body)
        return nodes.Include(keyword.at, name, pipeline)

    def _include(self, keyword: Token) -> nodes.Node:
        name = self._name("template clause")
        pipeline = None if self.at(Kind.CLOSE) else self.pipeline("template clause")
        self.expect(Kind.CLOSE)
        return nodes.Include(keyword.at, name, pipeline)

    def _jump(self) -> nodes.Node:
        token = self.advance()
        if not self._ranges:
            self.fail(f"{{{{{token.value}}}}} outside {{{{range}}}}", token)
        self.expect(Kind.CLOSE)
        return nodes.Jump(token.at, token.value)
