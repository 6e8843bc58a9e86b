"""Parses templates: text, actions and control structures (text/template/parse/parse.go)."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass

from pinnace.languages.gotemplate import nodes
from pinnace.languages.gotemplate.pipelines import PipelineParser
from pinnace.languages.gotemplate.tokens import Kind, Token, tokenize

Body = tuple[nodes.Node, ...]
MAIN = "param"
"""The name of the template itself, as Argo names it."""
MAX_NESTED = 60


@dataclass(frozen=True)
class Template:
    """The bodies of a text by name, the text itself being MAIN."""

    text: str
    bodies: Mapping[str, Body]


def parse(text: str, functions: Container[str]) -> Template:
    """The template of a text, with these functions to call; a LanguageError for bad syntax."""
    parser = _Parser(text, tokenize(text), functions)
    main = parser.main()
    parser.define(MAIN, main, 0)
    return Template(text, {MAIN: (), **parser.defined})


def _empty(body: Body) -> bool:
    return all(isinstance(node, nodes.Text) and not node.text.strip() for node in body)


class _Parser(PipelineParser):
    def __init__(self, text: str, tokens: list[Token], functions: Container[str]) -> None:
        super().__init__(text, tokens, functions)
        self.defined: dict[str, Body] = {}
        self._ranges = 0
        self._nested = 0

    def main(self) -> Body:
        """Everything, up to the end; definitions stand only here."""
        found: list[nodes.Node] = []
        while self.peek().kind is not Kind.END:
            start = self._place
            if self.next().kind is Kind.OPEN and self.at("define"):
                self.next()
                self._definition()
                continue
            self._place = start
            node = self._text_or_action()
            if isinstance(node, str):
                self.fail(f"unexpected {{{{{node}}}}}")
            found.append(node)
        return tuple(found)

    def define(self, name: str, body: Body, at: int) -> None:
        """Keep a definition; an empty one never replaces, and two full ones are an error."""
        old = self.defined.get(name)
        if old is None or _empty(old):
            self.defined[name] = body
        elif not _empty(body):
            self.fail(f"template: multiple definition of template {name!r}", at)

    def _definition(self) -> None:
        token = self.expect(Kind.STRING, "define clause")
        name = self.unquoted(token)
        self.expect(Kind.CLOSE, "define clause")
        self._named_body(name, "define clause", token.at)

    def _named_body(self, name: str, context: str, at: int) -> None:
        """A body of its own: neither variables nor ranges reach into it."""
        outer = self.variables, self._ranges
        self.variables, self._ranges = ["$"], 0
        body, ender = self._body()
        if ender != "end":
            self.fail(f"unexpected {{{{{ender}}}}} in {context}")
        self.variables, self._ranges = outer
        self.define(name, body, at)

    def _body(self) -> tuple[Body, str]:
        """Nodes up to `{{end}}` or `{{else}}`, and which of them it was."""
        found: list[nodes.Node] = []
        while self.skip_space().kind is not Kind.END:
            node = self._text_or_action()
            if isinstance(node, str):
                return tuple(found), node
            found.append(node)
        raise self.error("unexpected end of template: {{end}} is missing")

    def _text_or_action(self) -> nodes.Node | str:
        token = self.next()
        if token.kind is Kind.TEXT:
            return nodes.Text(token.at, token.value)
        if token.kind is not Kind.OPEN:
            self.fail(f"unexpected {token} in input", token.at)
        keyword = self.skip_space()
        if keyword.kind is not Kind.KEYWORD or keyword.value in ("nil", "define"):
            pipeline = self.pipeline("command")
            return nodes.Action(pipeline.at, pipeline)
        self.next()
        return self._control(keyword)

    def _control(self, keyword: Token) -> nodes.Node | str:
        match keyword.value:
            case "if" | "with" | "range":
                return self._branch(keyword)
            case "block":
                return self._block(keyword)
            case "template":
                return self._include(keyword)
            case "break" | "continue":
                self.expect(Kind.CLOSE, keyword.value)
                if not self._ranges:
                    self.fail(f"{{{{{keyword.value}}}}} outside {{{{range}}}}", keyword.at)
                return nodes.Jump(keyword.at, keyword.value)
            case "else" if self.at("if", "with"):
                return "else"  # what follows shares the {{end}}
        self.expect(Kind.CLOSE, keyword.value)
        return keyword.value

    def _branch(self, keyword: Token) -> nodes.Node:
        self._nested += 1
        if self._nested > MAX_NESTED:
            self.fail("control structures are nested too deeply", keyword.at)
        mark = len(self.variables)
        pipeline = self.pipeline(keyword.value)
        self._ranges += keyword.value == "range"
        body, ender = self._body()
        self._ranges -= keyword.value == "range"
        otherwise = self._else(keyword) if ender == "else" else ()
        del self.variables[mark:]
        self._nested -= 1
        return nodes.Branch(keyword.at, keyword.value, pipeline, body, otherwise)

    def _else(self, keyword: Token) -> Body:
        """After `else`: a body up to `end`, or `else if` / `else with`, which shares the `end`."""
        if keyword.value in ("if", "with") and self.peek().value == keyword.value and (
            self.peek().kind is Kind.KEYWORD
        ):  # fmt: skip
            return (self._branch(self.next()),)
        body, ender = self._body()
        if ender != "end":
            self.fail(f"expected end; found {{{{{ender}}}}}")
        return body

    def _block(self, keyword: Token) -> nodes.Node:
        token = self.expect(Kind.STRING, "block clause")
        name = self.unquoted(token)
        pipeline = self.pipeline("block clause")
        self._named_body(name, "block clause", token.at)
        return nodes.Include(keyword.at, name, pipeline)

    def _include(self, keyword: Token) -> nodes.Node:
        token = self.expect(Kind.STRING, "template clause")
        name = self.unquoted(token)
        if self.skip_space().kind is Kind.CLOSE:
            self.next()
            return nodes.Include(keyword.at, name, None)
        return nodes.Include(keyword.at, name, self.pipeline("template clause"))
