"""Lua's patterns as gopher-lua matches them (its pm/pm.go).

`pattern_reader` makes a list of instructions of a pattern. The machine here follows them, and goes
back to its last choice when it fails; choices wait on a list, so that no text is too long.
"""

from __future__ import annotations

from dataclasses import dataclass

from pinnace.languages.lua.pattern_reader import BadPattern, Instruction, compiled

Captures = tuple[tuple[int, bool], ...]
"""For each place: where in the text, and whether it is the position itself that is captured."""


@dataclass(frozen=True, slots=True)
class Match:
    """What one match found; the first two places are its own bounds."""

    captures: Captures

    @property
    def bounds(self) -> tuple[int, int]:
        """Start and end of the whole match."""
        return self.captures[0][0], self.captures[1][0]

    @property
    def groups(self) -> int:
        """How many captures there are."""
        return len(self.captures) // 2 - 1

    def group(self, text: str, index: int) -> str | float:
        """A capture from 1 (0 is the whole match): a text, or a position."""
        place, is_position = self.captures[2 * index]
        return float(place) if is_position else text[place : self.captures[2 * index + 1][0]]


def find(pattern: str, text: str, start: int, limit: int) -> list[Match]:
    """Return the matches from `start` on, as many as `limit` (-1: all); raises BadPattern."""
    anchored, program = compiled(pattern)
    found: list[Match] = []
    place = start
    while place <= len(text):
        match = _run(program, text, place)
        place += 1
        if match is not None:
            place = max(place, match[1][0])
            found.append(Match(match))
        if len(found) == limit or anchored:
            break
    return found


Choice = tuple[int, int, Captures]
"""Where to go on: the instruction, the place in the text, and what was captured."""


def _run(program: list[Instruction], text: str, start: int) -> Captures | None:
    waiting: list[Choice] = [(0, start, ())]
    while waiting:
        found = _try(program, text, waiting)
        if found is not None:
            return found
    return None


def _try(program: list[Instruction], text: str, waiting: list[Choice]) -> Captures | None:
    """Follow the last choice to a match or a failure; further choices are left waiting."""
    counter, place, captures = waiting.pop()
    size = len(text)
    while True:
        code, chars, one, two = program[counter]
        counter += 1
        if code == "char":
            if place >= size or text[place] not in chars:
                return None
            place += 1
        elif code in _JUMPS:
            if code == "split":
                waiting.append((two, place, captures))
            counter = one
        elif code in _NOTES:
            captures = _noted(code, captures, one, place)
        elif code in _ENDS:
            return captures if code == "match" or place >= size else None
        else:
            move = _REACH[code](text, place, captures, (one, two))
            if move is None:
                return None
            place = move


_JUMPS = ("split", "jump")
_NOTES = ("save", "position")
_ENDS = ("match", "tail")


def _noted(code: str, captures: Captures, index: int, place: int) -> Captures:
    if code == "save":
        return _saved(captures, index, (place, False))
    at = (place + 1, True)
    return _saved(_saved(captures, index, at), index + 1, at)


def _saved(captures: Captures, index: int, value: tuple[int, bool]) -> Captures:
    if index >= len(captures):
        captures += ((0, False),) * (index + 1 - len(captures))
    return (*captures[:index], value, *captures[index + 1 :])


def _balanced(text: str, place: int, _: Captures, marks: tuple[int, int]) -> int | None:
    """`%b()`: where the balanced text that begins here ends."""
    opening, closing = marks
    if place >= len(text) or ord(text[place]) != opening:
        return None
    depth = 1
    for index in range(place + 1, len(text)):
        code = ord(text[index])
        if code == closing:
            depth -= 1
        if depth == 0:
            return index + 1
        if code == opening:
            depth += 1
    return None


def _repeated(text: str, place: int, captures: Captures, operands: tuple[int, int]) -> int | None:
    """`%1`: where the text of the capture ends that stands here once more."""
    index = operands[0]
    if 2 * index >= len(captures) - 1:
        raise BadPattern("invalid capture index")
    before = text[captures[2 * index][0] : captures[2 * index + 1][0]]
    return place + len(before) if text.startswith(before, place) else None


_REACH = {"balance": _balanced, "repeated": _repeated}
