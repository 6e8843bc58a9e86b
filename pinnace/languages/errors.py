"""The one error of this room: which language, which text, where in it, and what is wrong.

Every language raises it; callers add the object and the field that held the text.
"""

from __future__ import annotations


class LanguageError(ValueError):
    """A text that its language refuses, or that failed while it was evaluated."""

    def __init__(self, language: str, text: str, position: int, expected: str) -> None:
        self.language = language
        self.text = text
        self.position = max(0, min(position, len(text)))
        self.expected = expected
        super().__init__(self._render())

    @property
    def line(self) -> int:
        """The line of the fault, counted from one."""
        return self.text.count("\n", 0, self.position) + 1

    @property
    def column(self) -> int:
        """The column of the fault, counted from one."""
        return self.position - (self.text.rfind("\n", 0, self.position) + 1) + 1

    def _render(self) -> str:
        """`expr:1:7: what is wrong`, then the line of text with a caret under the fault."""
        lines = self.text.split("\n")
        source = lines[self.line - 1] if self.text else ""
        column = self.column
        if len(source) > 120:  # a window around the fault keeps the caret on the screen
            start = max(0, column - 61)
            source, column = source[start : start + 120], column - start
        place = f"{self.language}:{self.line}:{self.column}"
        caret = " " * (column - 1) + "^"
        return f"{place}: {self.expected}\n  | {source}\n  | {caret}"


class MissingVariable(LanguageError):
    """A tag or expression names a variable that is not known (yet): the caller may wait for it."""


class AbsentOptional(LanguageError):
    """A tag names an output of a node that was skipped and has no default: waiting won't help."""
