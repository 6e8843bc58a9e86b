"""The grammar of statements (gopher-lua's parse/parser.go.y): from a script to its `nodes`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache

from pinnace.languages.lua import nodes
from pinnace.languages.lua.lexer import END, SyntaxProblem
from pinnace.languages.lua.phrases import Phrases
from pinnace.languages.lua.scopes import FunctionScope

_BLOCK_ENDS = frozenset({END, "end", "else", "elseif", "until"})


@lru_cache(maxsize=32)
def parse(source: str) -> nodes.FunctionBody:
    """Return the script as a function of any arguments; raises SyntaxProblem."""
    return _Parser(source).chunk()


class _Parser(Phrases):
    def chunk(self) -> nodes.FunctionBody:
        self.scope = FunctionScope(None, varargs=True)
        block = self.block()
        if self.token.kind != END:
            raise self.unexpected("a statement")
        return nodes.FunctionBody(0, (), True, None, (), self.scope.slots, block)

    def block(self) -> nodes.Block:
        """Statements with names of their own."""
        self.scope.open()
        return self._closed(self._statements())

    def _closed(self, statements: list[nodes.Statement]) -> nodes.Block:
        labels = self.scope.close(len(statements))
        return nodes.Block(tuple(statements), labels)

    def _statements(self) -> list[nodes.Statement]:
        found: list[nodes.Statement] = []
        while self.token.kind not in _BLOCK_ENDS:
            if self.accept(";"):
                continue
            if self.token.kind == "::":
                self._label(len(found))
                continue
            last = self.token.kind in ("return", "break")
            found.append(self._statement())
            if last:
                self.accept(";")
                if self.token.kind not in _BLOCK_ENDS:
                    raise self.unexpected("the end of the block")
        return found

    def _label(self, place: int) -> None:
        self.expect("::")
        token = self.expect("name")
        self.expect("::")
        self.scope.label(token.text, place, token.place)

    def _statement(self) -> nodes.Statement:
        read = _STATEMENTS.get(self.token.kind)
        if read is None:
            return self._assignment_or_call()
        return read(self, self.advance().line)

    def _assignment_or_call(self) -> nodes.Statement:
        start = self.token
        first = self.prefixed()
        if self.token.kind not in ("=", ","):
            if not isinstance(first, nodes.Call):
                raise SyntaxProblem(start.place, "a statement was expected, and this is none")
            return nodes.CallStatement(first.line, first)
        targets = [first]
        while self.accept(","):
            targets.append(self.prefixed())
        for target in targets:
            if isinstance(target, nodes.Call | nodes.Parenthesized | nodes.Constant):
                raise SyntaxProblem(start.place, "nothing can be assigned to this")
        self.expect("=")
        return nodes.Assign(first.line, tuple(targets), self.expressions())

    def do_statement(self, line: int) -> nodes.Statement:
        """`do …`."""
        block = self.block()
        self.expect("end")
        return nodes.Do(line, block)

    def while_statement(self, line: int) -> nodes.Statement:
        """`while …`."""
        condition = self.expression()
        self.expect("do")
        block = self.loop(self.block)
        self.expect("end")
        return nodes.While(line, condition, block)

    def repeat_statement(self, line: int) -> nodes.Statement:
        """`repeat …`."""
        self.scope.open()
        statements = self.loop(self._statements)
        self.expect("until")
        condition = self.expression()
        return nodes.Repeat(line, self._closed(statements), condition)

    def if_statement(self, line: int) -> nodes.Statement:
        """`if …`."""
        branches: list[tuple[nodes.Expression, nodes.Block]] = []
        otherwise: nodes.Block | None = None
        while True:
            condition = self.expression()
            self.expect("then")
            branches.append((condition, self.block()))
            if not self.accept("elseif"):
                break
        if self.accept("else"):
            otherwise = self.block()
        self.expect("end")
        return nodes.If(line, tuple(branches), otherwise)

    def for_statement(self, line: int) -> nodes.Statement:
        """`for …`."""
        names = [self.expect("name").text]
        if self.accept("="):
            return self._numeric(line, names[0])
        while self.accept(","):
            names.append(self.expect("name").text)
        self.expect("in")
        values = self.expressions()
        self.expect("do")
        self.scope.open()
        variables = tuple(map(self.scope.declare, names))
        block = self.loop(self.block)
        self.scope.close(1)
        self.expect("end")
        return nodes.GenericFor(line, variables, values, block)

    def _numeric(self, line: int, name: str) -> nodes.Statement:
        start = self.expression()
        self.expect(",")
        limit = self.expression()
        one: nodes.Expression = nodes.Constant(line, 1.0)
        step = self.expression() if self.accept(",") else one
        self.expect("do")
        self.scope.open()
        variable = self.scope.declare(name)
        block = self.loop(self.block)
        self.scope.close(1)
        self.expect("end")
        return nodes.NumericFor(line, variable, start, limit, step, block)

    def function_statement(self, line: int) -> nodes.Statement:
        """`function …`."""
        token = self.expect("name")
        target = self.named(token)
        method = False
        while self.token.kind in (".", ":"):
            method = self.advance().kind == ":"
            key = self.expect("name")
            target = nodes.Index(line, target, nodes.Constant(key.line, key.text))
            if method:
                break
        body = self.function_body(self.token.line, ("self",) if method else ())
        return nodes.Assign(line, (target,), (body,))

    def local_statement(self, line: int) -> nodes.Statement:
        """`local …`."""
        if self.accept("function"):
            local = self.scope.declare(self.expect("name").text)
            body = self.function_body(self.token.line, ())
            return nodes.Declare(line, (local,), (body,), function=True)
        names = [self.expect("name").text]
        while self.accept(","):
            names.append(self.expect("name").text)
        values = self.expressions() if self.accept("=") else ()
        return nodes.Declare(line, tuple(map(self.scope.declare, names)), values)

    def return_statement(self, line: int) -> nodes.Statement:
        """`return …`."""
        if self.token.kind in _BLOCK_ENDS or self.token.kind == ";":
            return nodes.Return(line, ())
        return nodes.Return(line, self.expressions())

    def break_statement(self, line: int) -> nodes.Statement:
        """`break …`."""
        if not self.loops:
            raise self.unexpected("a loop around break")
        return nodes.Break(line)

    def goto_statement(self, line: int) -> nodes.Statement:
        """`goto …`."""
        token = self.expect("name")
        self.scope.goto(token.text, token.place)
        return nodes.Goto(line, token.text)

    def function_body(self, line: int, before: tuple[str, ...]) -> nodes.FunctionBody:
        """Parameters and block of a function; `before` are the parameters nobody wrote."""
        self.expect("(")
        names, varargs = self._parameters()
        outer, self.scope = self.scope, FunctionScope(self.scope, varargs)
        loops, self.loops = self.loops, 0
        self.scope.open()
        parameters = tuple(map(self.scope.declare, (*before, *names)))
        argument_table = self.scope.declare("arg") if varargs else None
        block = self._closed(self._statements())
        self.expect("end")
        made = nodes.FunctionBody(
            line, parameters, varargs, argument_table, tuple(self.scope.captures),
            self.scope.slots, block,
        )  # fmt: skip
        if self.scope.uses_varargs:
            made = replace(made, argument_table=None)
        self.scope, self.loops = outer, loops
        return made

    def _parameters(self) -> tuple[list[str], bool]:
        names: list[str] = []
        if self.accept(")"):
            return names, False
        while True:
            if self.accept("..."):
                self.expect(")")
                return names, True
            names.append(self.expect("name").text)
            if not self.accept(","):
                self.expect(")")
                return names, False


_STATEMENTS: Mapping[str, Callable[[_Parser, int], nodes.Statement]] = {
    "do": _Parser.do_statement, "while": _Parser.while_statement,
    "repeat": _Parser.repeat_statement, "if": _Parser.if_statement, "for": _Parser.for_statement,
    "function": _Parser.function_statement, "local": _Parser.local_statement,
    "return": _Parser.return_statement, "break": _Parser.break_statement,
    "goto": _Parser.goto_statement,
}  # fmt: skip
