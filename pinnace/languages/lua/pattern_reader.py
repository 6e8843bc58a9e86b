"""Reads Lua's patterns into instructions for `patterns` (gopher-lua's pm/pm.go)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

END = -1
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_DIGITS = frozenset("0123456789")
_ALL = frozenset(map(chr, range(256)))
_CLASSES = {
    "a": _LETTERS,
    "c": frozenset(map(chr, [*range(32), 127])),
    "d": _DIGITS,
    "l": frozenset(char for char in _LETTERS if char >= "a"),
    "p": frozenset(char for char in map(chr, range(33, 127)) if char not in _LETTERS | _DIGITS),
    "s": frozenset(" \f\n\r\t\v"),
    "u": frozenset(char for char in _LETTERS if char < "a"),
    "w": _LETTERS | _DIGITS,
    "x": _DIGITS | frozenset("abcdefABCDEF"),
    "z": frozenset("\0"),
}
_CLASSES |= {name.upper(): _ALL - chars for name, chars in _CLASSES.items()}

Instruction = tuple[str, frozenset[str], int, int]


class BadPattern(Exception):
    """The pattern is none."""


@lru_cache(maxsize=256)
def compiled(pattern: str) -> tuple[bool, list[Instruction]]:
    """Whether the pattern is anchored, and its instructions; raises BadPattern."""
    reader = _Reader(pattern)
    anchored = reader.accept("^")
    reader.emit("save", 0)
    reader.sequence(toplevel=True)
    reader.emit("save", 1)
    reader.emit("tail" if reader.must_end else "match")
    return anchored, reader.program


class _Reader:
    """Reads a pattern into instructions."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._place = 0
        self._ended = False
        self._captures = 2
        self.program: list[Instruction] = []
        self.must_end = False

    def emit(self, code: str, one: int = END, two: int = END, chars: Iterable[str] = ()) -> None:
        """Add an instruction."""
        self.program.append((code, frozenset(chars), one, two))

    def accept(self, char: str) -> bool:
        """Pass over the character if it is next."""
        found = self._peek() == char
        self._place += found
        return found

    def _peek(self) -> str:
        return self._pattern[self._place : self._place + 1]

    def _next(self) -> str:
        char = self._peek()
        self._ended = self._ended or not char
        self._place += 1
        return char

    def _wrong(self, message: str) -> BadPattern:
        return BadPattern(f"{message} at {'EOS' if self._ended else max(0, self._place - 1)}")

    def sequence(self, *, toplevel: bool) -> None:
        """Read items up to the end, or up to the parenthesis that ends a capture."""
        while True:
            char = self._peek()
            if char == ")":
                if toplevel:
                    raise self._wrong("invalid ')'")
                return
            if char == "":
                self._next()
                return
            if char == "$":
                self._dollar(toplevel)
            elif char == "(":
                self._capture()
            elif char == "%" and self._pattern[self._place + 1 : self._place + 2] in _SPECIAL:
                self._special()
            else:
                self._item(self._class() if char in "%.[" else frozenset(self._next()))

    def _dollar(self, toplevel: bool) -> None:
        if toplevel and self._place == len(self._pattern) - 1:
            self.must_end = True
            self._next()
        else:
            self._item(frozenset(self._next()))

    def _capture(self) -> None:
        self._next()
        index = self._captures
        self._captures += 2
        if self.accept(")"):
            self.emit("position", index)
            return
        self.emit("save", index)
        self.sequence(toplevel=False)
        if not self.accept(")"):
            raise self._wrong("unfinished capture")
        self.emit("save", index + 1)

    def _special(self) -> None:
        self._next()
        char = self._next()
        if char == "0":
            self._place -= 1
            raise self._wrong("invalid capture index")
        if char == "b":
            opening, closing = self._next(), self._next()
            first = ord(opening) if opening else END
            self.emit("balance", first, ord(closing) if closing else END)
        else:
            self.emit("repeated", int(char))

    def _item(self, chars: frozenset[str]) -> None:
        mark = self._peek()
        if mark not in ("*", "+", "-", "?"):
            self.emit("char", chars=chars)
            return
        self._next()
        here = len(self.program)
        if mark == "+":
            self.emit("char", chars=chars)
            self.emit("split", here, here + 2)
            return
        after = here + (2 if mark == "?" else 3)
        first, second = (after, here + 1) if mark == "-" else (here + 1, after)
        self.emit("split", first, second)
        self.emit("char", chars=chars)
        if mark != "?":
            self.emit("jump", here)

    def _class(self) -> frozenset[str]:
        char = self._next()
        if char == "%":
            name = self._next()
            return _CLASSES.get(name, frozenset(name))
        return _ALL if char == "." else self._set()

    def _set(self) -> frozenset[str]:
        negated = self.accept("^")
        parts: list[frozenset[str]] = []
        plain: list[str | None] = []  # the character of each part that is one
        ranging = False
        while True:
            char = self._peek()
            if char == "":
                raise self._wrong("unexpected EOS")
            if char == "]" and parts:
                self._next()
                break
            if char == "-" and parts:
                self._next()
                ranging = True
                continue
            escaped = char == "%"
            self._next()
            name = self._next() if escaped else char
            parts.append(_CLASSES.get(name, frozenset(name)) if escaped else frozenset(char))
            plain.append(None if escaped else char)
            if ranging:
                last, first = plain.pop(), plain.pop()
                parts[-2:] = [_range(first, last)]
                plain.append(None)
                ranging = False
        chars = frozenset().union(*parts, "-" if ranging else "")
        return _ALL - chars if negated else chars


_SPECIAL = frozenset("0123456789b")


def _range(first: str | None, last: str | None) -> frozenset[str]:
    if first is None or last is None:
        return frozenset()
    return frozenset(map(chr, range(ord(first), ord(last) + 1)))
