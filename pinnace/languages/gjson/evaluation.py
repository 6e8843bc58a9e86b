"""What the parts of one evaluation of a gjson path need of the whole."""

from __future__ import annotations

from typing import Protocol

from pinnace.languages.gjson.values import Result


class Search(Protocol):
    """The search that a modifier or a walk is part of (`search.Search`)."""

    def below(self, value: Result, path: str) -> Result:
        """What the path finds in a value."""

    def made(self, string: str) -> str:
        """Count JSON that was made."""

    def spend(self, steps: int) -> None:
        """Count values that were looked at."""
