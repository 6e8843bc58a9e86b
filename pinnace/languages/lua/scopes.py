"""Which variable a name means: locals in slots, upvalues of outer functions, and labels."""

from __future__ import annotations

from dataclasses import dataclass, field

from pinnace.languages.lua.lexer import SyntaxProblem
from pinnace.languages.lua.nodes import Local

FIRST_SLOT = 2
"""Slot 0 of a frame holds the function's upvalues, slot 1 its further arguments."""


@dataclass
class _Pending:
    """A goto that has not met its label yet."""

    name: str
    place: int
    names: int  # locals in sight of the block it stands in (by now)


@dataclass
class _Level:
    """One block: its names, its labels, and the gotos out of it."""

    names: dict[str, Local] = field(default_factory=dict)
    count: int = 0
    labels: dict[str, tuple[int, int]] = field(default_factory=dict)  # statement, locals before
    pending: list[_Pending] = field(default_factory=list)


class FunctionScope:
    """The names of one function while it is parsed."""

    def __init__(self, outer: FunctionScope | None, varargs: bool) -> None:
        self.outer = outer
        self.varargs = varargs
        self.uses_varargs = False
        self.slots = FIRST_SLOT
        self.captures: list[Local | int] = []
        self._captured: dict[int, int] = {}
        self._levels: list[_Level] = []

    def open(self) -> None:
        """Enter a block."""
        self._levels.append(_Level())

    def close(self, statements: int) -> dict[str, int]:
        """Leave a block of that many statements; returns where its labels stand."""
        level = self._levels.pop()
        outward: list[_Pending] = []
        for goto in level.pending:
            if goto.name not in level.labels:
                outward.append(goto)
                continue
            place, known = level.labels[goto.name]
            if known > goto.names and place < statements:
                raise SyntaxProblem(goto.place, f"goto {goto.name} jumps into a local's scope")
        if outward and not self._levels:
            goto = outward[0]
            raise SyntaxProblem(goto.place, f"no visible label '{goto.name}' for goto")
        for goto in outward:
            goto.names = self._levels[-1].count
            self._levels[-1].pending.append(goto)
        return {name: place for name, (place, _) in level.labels.items()}

    def declare(self, name: str) -> Local:
        """Make a local of the innermost block."""
        level = self._levels[-1]
        local = Local(name, self.slots)
        self.slots += 1
        level.names[name] = local
        level.count += 1
        return local

    def label(self, name: str, statement: int, place: int) -> None:
        """Note a label before that statement of the innermost block."""
        level = self._levels[-1]
        if name in level.labels:
            raise SyntaxProblem(place, f"label '{name}' already defined")
        level.labels[name] = (statement, level.count)

    def goto(self, name: str, place: int) -> None:
        """Note a goto of the innermost block."""
        level = self._levels[-1]
        level.pending.append(_Pending(name, place, level.count))

    def find(self, name: str) -> Local | int | None:
        """A local, the index of an upvalue, or None for a global."""
        for level in reversed(self._levels):
            if name in level.names:
                return level.names[name]
        return self._upvalue(name)

    def _upvalue(self, name: str) -> int | None:
        if self.outer is None:
            return None
        found = self.outer.find(name)
        if found is None:
            return None
        key = id(found) if isinstance(found, Local) else found
        if key not in self._captured:
            if isinstance(found, Local):
                found.captured = True
            self._captured[key] = len(self.captures)
            self.captures.append(found)
        return self._captured[key]
