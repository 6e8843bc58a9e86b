"""How much one evaluation of expr may use, and how much of it is left."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much one evaluation may use."""

    steps: int = 1_000_000
    memory: int = 1_000_000  # items of the arrays and maps made: upstream's budget
    text: int = 10_000_000  # characters of strings made


class Budget:
    """What is left of the limits; each method spends, and answers False when it is too much."""

    def __init__(self, limits: Limits) -> None:
        self._steps = limits.steps
        self._items = limits.memory
        self._characters = limits.text

    def step(self) -> bool:
        """One node is evaluated."""
        self._steps -= 1
        return self._steps >= 0

    def items(self, count: int) -> bool:
        """An array or a map of so many items is made; as upstream, the last one is never had."""
        self._items -= count
        return self._items > 0

    def text(self, characters: int) -> bool:
        """A string of so many characters is made."""
        self._characters -= characters
        return self._characters >= 0
