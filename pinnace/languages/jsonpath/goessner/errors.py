"""How a Goessner path fails."""

from __future__ import annotations


class Refused(ValueError):
    """A path or expression that is none, or leads nowhere; filters pass over it."""

    def __init__(self, message: str, position: int = 0) -> None:
        super().__init__(message)
        self.position = position


class Panicked(Exception):
    """What ends upstream's query altogether, even inside a filter."""
