"""The calls that a script is in: where messages say that a failure is."""

from __future__ import annotations

LIBRARY = -1
"""Stands for a line where a library function calls back."""


class Frames:
    """The stack of calls; `lines` is written by every statement that runs."""

    def __init__(self) -> None:
        self.lines: list[int] = []
        """The line that each running function of the script is at, the innermost last.

        The first is who calls the script; LIBRARY is a library function that calls back.
        """
        self._tails: dict[int, int] = {}  # how many tail calls a place in `lines` has seen

    def where(self, level: int) -> str:
        """Where `error` says that a caller is: 1 and 2 are who calls `error`.

        Mirrors LState.where and GetStack of gopher-lua: library functions count but have no line,
        and so does each tail call, though nothing is left of it.
        """
        place, left = len(self.lines), level - 1  # `error` itself stands above the lines
        while left > 0 and place > 0:
            left -= 1 + self._tails.get(place, 0)
            place -= 1
        if left < 0:
            return f"<string>:{self.lines[1]}:"
        if left or place < 1:
            return ""
        if place == len(self.lines) or self.lines[place] == LIBRARY:
            return self.where(level + 1)
        return f"<string>:{self.lines[place]}:"

    def unwind(self, depth: int, line: int) -> None:
        """Forget the calls that a failure has left, down to a function at a line."""
        del self.lines[depth:]
        self.lines[-1] = line
        self._tails = {place: count for place, count in self._tails.items() if place < depth}

    def tail(self) -> None:
        """The innermost function is replaced by one that it calls last."""
        place = len(self.lines) - 1
        self._tails[place] = self._tails.get(place, 0) + 1

    def leave(self) -> None:
        """The innermost function has returned."""
        self.lines.pop()
        if self._tails:
            self._tails.pop(len(self.lines), None)
