"""The tokens of a program in turn, and its structures: patterns, and what `{…}` makes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, TypeAlias

from pinnace.languages.jq.tokens import SyntaxFault, Token

Node: TypeAlias = tuple[Any, ...]


class Structures(ABC):
    """Reads tokens one by one; what an expression is, its heir knows."""

    def __init__(self, tokens: list[Token], depth: int = 0) -> None:
        self._tokens, self._at, self._depth = tokens, 0, depth

    @property
    def _now(self) -> Token:
        return self._tokens[self._at]

    def _is(self, *texts: str) -> bool:
        return self._now.text in texts and self._now.kind in ("symbol", "word")

    def _take(self) -> Token:
        token = self._now
        self._at += token.kind != "end"
        return token

    def _skip(self, text: str) -> bool:
        found = self._is(text)
        self._at += found
        return found

    def _expect(self, text: str) -> None:
        if not self._skip(text):
            raise self._fault(text)

    def _kind(self, kind: str) -> str:
        if self._now.kind != kind:
            raise self._fault(f"a {kind}")
        return self._take().text

    def _fault(self, expected: str) -> SyntaxFault:
        token = self._now
        found = "unexpected EOF" if token.kind == "end" else f'unexpected token "{token.text}"'
        return SyntaxFault(f"{found}, expected {expected}", token.at)

    @abstractmethod
    def _query(self) -> Node:
        """A whole expression."""

    @abstractmethod
    def _object_value(self) -> Node:
        """What a field of an object may be without parentheses."""

    @abstractmethod
    def _string(self, form: Node | None) -> Node:
        """A text, with what is interpolated."""

    def _pattern(self) -> Node:
        if self._now.kind == "variable":
            return ("name", self._take().text)
        if self._skip("["):
            items = [self._pattern()]
            while self._skip(","):
                items.append(self._pattern())
            self._expect("]")
            return ("list", tuple(items))
        self._expect("{")
        fields = [self._pattern_field()]
        while self._skip(","):
            fields.append(self._pattern_field())
        self._expect("}")
        return ("fields", tuple(fields))

    def _pattern_field(self) -> Node:
        name = None
        if self._now.kind == "variable":
            name = self._take().text
            key: Node = ("text", name[1:])
            if not self._is(":"):
                return (key, name, None)
        else:
            key = self._key()
        self._expect(":")
        return (key, name, self._pattern())

    def _key(self) -> Node:
        if self._skip("("):
            query = self._query()
            self._expect(")")
            return ("group", query)
        if self._now.kind == "string":
            return self._string(None)
        if self._now.kind != "word" or "::" in self._now.text:
            raise self._fault("a key")
        return ("text", self._take().text)

    def _object(self) -> Node:
        fields: list[Node] = []
        while not self._skip("}"):
            fields.append(self._field())
            if not self._skip(","):
                self._expect("}")
                break
        return ("object", tuple(fields))

    def _field(self) -> Node:
        if self._now.kind == "variable":
            name = self._take().text
            if self._skip(":"):
                return (("variable", name), self._object_value())
            return (("text", name[1:]), ("variable", name))
        must = self._is("(")
        key = self._key()
        if self._skip(":"):
            return (key, self._object_value())
        if must:
            raise self._fault(":")
        return (key, None)
