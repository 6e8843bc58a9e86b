"""Text in columns for people. Pure.

Aligns as Go's text/tabwriter does, with which kubectl and argo print: a column reaches over the
lines next to each other that have it, and the last cell of a line is never padded.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

import click

Row = Sequence[str]
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def table(rows: Iterable[Row], header: Row) -> str:
    """Return columns aligned as kubectl aligns them, without blanks at the ends."""
    return "\n".join(line.rstrip() for line in align([header, *rows]))


def align(rows: Iterable[Row], *, padding: int = 3, minimum: int = 0) -> list[str]:
    """Return a line for each row; ``minimum`` is the least width of a column with its padding."""
    lines = [list(row) for row in rows]
    _pad(lines, range(len(lines)), 0, padding, minimum)
    return ["".join(line) for line in lines]


def _pad(
    lines: list[list[str]], among: Iterable[int], column: int, padding: int, minimum: int
) -> None:
    """Pad a column's cells, block by block, then those to the right within each block."""
    for has_it, block in groupby(among, key=lambda n: len(lines[n]) > column + 1):
        if not has_it:
            continue
        members = list(block)
        longest = max(width(lines[n][column]) for n in members)
        wanted = max(longest + padding, minimum)
        _pad(lines, members, column + 1, padding, minimum)
        for n in members:
            lines[n][column] += " " * (wanted - width(lines[n][column]))


def harmless(text: str) -> str:
    """Return a text that cannot steer a terminal: objects hold what strangers sent."""
    return _CONTROL.sub(lambda found: f"^{chr(ord(found.group()) ^ 64)}", text)


def width(text: str) -> int:
    """Return how many characters a text takes on a terminal, colours left out."""
    return len(click.unstyle(text)) if "\x1b" in text else len(text)


class Columns:
    """Lines that come one after the other, as wide as the widest so far (``-w``)."""

    def __init__(self, *, padding: int = 3, minimum: int = 6) -> None:
        self._padding, self._minimum = padding, minimum
        self._widths: list[int] = []

    def lines(self, rows: Sequence[Row]) -> list[str]:
        """Return the lines of some more rows."""
        for row in rows:
            self._widths += [0] * (len(row) - len(self._widths))
            for n, cell in enumerate(row[:-1]):
                wanted = max(width(cell) + self._padding, self._minimum)
                self._widths[n] = max(self._widths[n], wanted)
        return [self._line(row) for row in rows]

    def _line(self, row: Row) -> str:
        padded = [cell + " " * (self._widths[n] - width(cell)) for n, cell in enumerate(row[:-1])]
        return "".join([*padded, *row[-1:]])
