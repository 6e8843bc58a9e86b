"""How a Goessner path is cut into the texts of its steps (token/token.go's tokenize)."""

from __future__ import annotations

from dataclasses import dataclass

from pinnace.languages.jsonpath.goessner.errors import Refused


@dataclass
class _Cut:
    """One token as it grows, and the brackets and quotes that it opened."""

    token: str = ""
    quotes: int = 0
    scripts: int = 0
    depth: int = 0  # of square brackets, over the whole path

    def add(self, char: str) -> None:
        if not self.token:
            self.quotes = self.scripts = 0
        self.quotes += char == "'"
        self.scripts += (char == "(") - (char == ")")
        self.depth += (char == "[") - (char == "]")
        self.token += char

    @property
    def is_closed(self) -> bool:
        return self.quotes % 2 == 0 and self.scripts == 0

    def take(self, drop: int = 0) -> str:
        taken = self.token[: len(self.token) - drop]
        self.token = ""
        return taken[1:] if taken.startswith(".") and taken != ".." else taken


def tokenize(path: str) -> list[str]:
    """Cut a path into the texts of its steps; raises Refused."""
    if path[:1] not in ("$", "@") or not path:
        raise Refused("unexpected token at index 0: a path begins with $", 0)
    if len(path) > 1 and path[1] not in ".[":
        raise Refused(f"unexpected token {path[1]!r} at index 1: expected . or [", 1)
    tokens, cut = [path[0]], _Cut()
    for char in path[1:]:
        cut.add(char)
        tokens += _cut(cut, char)
    if cut.token:
        tokens.append(cut.take())
    return tokens


def _cut(cut: _Cut, char: str) -> list[str]:
    """The token that this character ends, if it ends one."""
    if cut.token == ".":
        return []
    if cut.token == "..":
        return [cut.take()]
    if char == "[":
        if cut.token in ("[", ".[") or cut.token.count("[") > 1:
            return []
        ended = cut.take(1)
        cut.token = "["
        return [ended]
    if "[" in cut.token:
        ends = cut.is_closed and char == "]" and cut.depth == 0
        return [cut.take()] if ends else []
    if char == "." and cut.is_closed:
        ended = cut.take(1)
        cut.token = "."
        return [ended]
    return []
