"""The grammar of jq (gojq's parser.go.y) as nested tuples: (kind, …)."""

from __future__ import annotations

from pinnace.languages.jq.structures import Node, Structures
from pinnace.languages.jq.tokens import KEYWORDS, SyntaxFault, tokenize

__all__ = ["Node", "parse"]

_UPDATES = frozenset({"=", "|=", "+=", "-=", "*=", "/=", "%=", "//="})
_LEVELS: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset({"//"}), "right"),
    (_UPDATES, "none"),
    (frozenset({"or"}), "left"),
    (frozenset({"and"}), "left"),
    (frozenset({"==", "!=", "<", "<=", ">", ">="}), "none"),
    (frozenset({"+", "-"}), "left"),
    (frozenset({"*", "/", "%"}), "left"),
)
_MAX_NESTING = 150
_RESERVED = KEYWORDS - {"null", "true", "false", "if", "try", "reduce", "foreach", "break"}


def parse(program: str) -> Node:
    """The tree of a program; raises SyntaxFault."""
    return _Parser(tokenize(program)).program()


class _Parser(Structures):
    def program(self) -> Node:
        if self._is("module", "import", "include"):
            raise SyntaxFault("modules are not supported", self._now.at)
        if self._now.kind == "end":
            raise SyntaxFault('missing query (try ".")', self._now.at)
        return self.whole()

    def whole(self) -> Node:
        query = self._query()
        if self._now.kind != "end":
            raise self._fault("an operator or the end")
        return query

    def _query(self) -> Node:
        self._depth += 1
        if self._depth > _MAX_NESTING:
            raise SyntaxFault("nested too deeply", self._now.at)
        left = self._commas()
        if self._skip("|"):
            left = ("pipe", left, self._query())
        self._depth -= 1
        return left

    def _commas(self) -> Node:
        left = self._item()
        while self._skip(","):
            left = ("comma", left, self._item())
        return left

    def _item(self) -> Node:
        if self._is("def"):
            definition = self._definition()
            return ("def", definition, self._query())
        if self._skip("label"):
            name = self._kind("variable")
            self._expect("|")
            return ("label", name, self._query())
        source = self._binary(0)
        if not self._skip("as"):
            return source
        patterns = [self._pattern()]
        while self._skip("?//"):
            patterns.append(self._pattern())
        self._expect("|")
        return ("bind", source, tuple(patterns), self._query())

    def _definition(self) -> Node:
        self._expect("def")
        name, parameters = self._name(), []
        if self._skip("("):
            while True:
                variable = self._now.kind == "variable"
                parameters.append(self._take().text if variable else self._name())
                if not self._skip(";"):
                    break
            self._expect(")")
        self._expect(":")
        body = self._query()
        self._expect(";")
        return (name, tuple(parameters), body)

    def _name(self) -> str:
        if self._now.kind != "word" or self._now.text in KEYWORDS or "::" in self._now.text:
            raise self._fault("a name")
        return self._take().text

    def _binary(self, level: int) -> Node:
        if level == len(_LEVELS):
            return self._term()
        operators, side = _LEVELS[level]
        left = self._binary(level + 1)
        while self._is(*operators):
            operator = self._take().text
            right = self._binary(level if side == "right" else level + 1)
            left = ("binary", operator, left, right)
            if side == "none" and self._is(*operators):
                raise self._fault("no second comparison or assignment")
        return left

    def _term(self) -> Node:
        term = self._primary()
        while True:
            token = self._now
            if token.kind == "field":
                self._take()
                term = ("index", term, ("text", token.text[1:]))
            elif self._is("?"):
                self._take()
                term = _optional(term)
            elif self._is("["):
                term = self._suffix(term)
            elif self._is("."):
                self._take()
                if self._now.kind == "string":
                    term = ("index", term, self._string(None))
                elif self._is("["):
                    term = self._suffix(term)
                else:
                    raise self._fault('[ or "')
            else:
                return term

    def _suffix(self, term: Node) -> Node:
        self._expect("[")
        if self._skip("]"):
            return ("iterate", term)
        if self._skip(":"):
            end = self._query()
            self._expect("]")
            return ("slice", term, None, end)
        start = self._query()
        if self._skip("]"):
            return ("index", term, start)
        self._expect(":")
        end_or_none = None if self._is("]") else self._query()
        self._expect("]")
        return ("slice", term, start, end_or_none)

    def _primary(self) -> Node:
        token = self._now
        match token.kind:
            case "number":
                return ("number", self._take().text)
            case "field":
                self._take()
                return ("index", ("identity",), ("text", token.text[1:]))
            case "string":
                return self._string(None)
            case "format":
                self._take()
                known = ("format", token.text)
                return self._string(known) if self._now.kind == "string" else known
            case "variable":
                return ("variable", self._take().text)
            case "word":
                return self._word()
        return self._symbol()

    def _symbol(self) -> Node:
        token = self._take()
        match token.text:
            case "..":
                return ("call", "recurse", ())
            case ".":
                if self._now.kind == "string":
                    return ("index", ("identity",), self._string(None))
                return self._suffix(("identity",)) if self._is("[") else ("identity",)
            case "-" | "+":
                return ("unary", token.text, self._nested_term())
            case "(":
                inner = self._query()
                self._expect(")")
                return ("group", inner)
            case "[":
                if self._skip("]"):
                    return ("array", None)
                items = self._query()
                self._expect("]")
                return ("array", items)
            case "{":
                return self._object()
        self._at -= token.kind != "end"
        raise self._fault("a term")

    def _nested_term(self) -> Node:
        self._depth += 1
        if self._depth > _MAX_NESTING:
            raise SyntaxFault("nested too deeply", self._now.at)
        term = self._term()
        self._depth -= 1
        return term

    def _word(self) -> Node:
        text = self._now.text
        if text in _RESERVED:
            raise self._fault("a term")
        self._take()
        match text:
            case "null" | "true" | "false":
                return ("constant", {"null": None, "true": True, "false": False}[text])
            case "if":
                return self._if()
            case "try":
                body = self._nested_term()
                return ("try", body, self._nested_term() if self._skip("catch") else None)
            case "reduce" | "foreach":
                return self._fold(text)
            case "break":
                return ("break", self._kind("variable"))
        arguments = []
        if self._skip("("):
            arguments.append(self._query())
            while self._skip(";"):
                arguments.append(self._query())
            self._expect(")")
        return ("call", text, tuple(arguments))

    def _if(self) -> Node:
        condition = self._query()
        self._expect("then")
        then = self._query()
        if self._skip("elif"):
            return ("if", condition, then, self._if())
        otherwise = self._query() if self._skip("else") else ("identity",)
        self._expect("end")
        return ("if", condition, then, otherwise)

    def _fold(self, kind: str) -> Node:
        source = self._binary(0)
        self._expect("as")
        pattern = self._pattern()
        self._expect("(")
        parts = [self._query()]
        while self._skip(";"):
            parts.append(self._query())
        self._expect(")")
        if len(parts) not in ((2,) if kind == "reduce" else (2, 3)):
            raise self._fault(f"the parts of {kind}")
        return (kind, source, pattern, *parts)

    def _object_value(self) -> Node:
        value = self._binary(0)
        return ("pipe", value, self._object_value()) if self._skip("|") else value

    def _string(self, form: Node | None) -> Node:
        parts: list[Node] = []
        for part in self._take().parts:
            if isinstance(part, str):
                parts.append(("text", part))
            else:
                inner = _Parser(part, self._depth + 1).whole()
                parts.append(("pipe", inner, form or ("call", "tostring", ())))
        whole: Node = parts[0]
        for part in parts[1:]:
            whole = ("binary", "+", whole, part)
        return ("group", whole) if len(parts) > 1 or whole[0] != "text" else whole


def _optional(term: Node) -> Node:
    """`a.b?`: as upstream, only the last step of the term is tried."""
    match term:
        case ("index", inner, key) if inner != ("identity",):
            return ("pipe", inner, ("try", ("index", ("identity",), key), None))
        case ("iterate", inner) if inner != ("identity",):
            return ("pipe", inner, ("try", ("iterate", ("identity",)), None))
        case ("slice", inner, start, end) if inner != ("identity",):
            return ("pipe", inner, ("try", ("slice", ("identity",), start, end), None))
    return ("try", term, None)
