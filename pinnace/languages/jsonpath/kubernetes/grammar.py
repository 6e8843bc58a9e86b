"""What a template of kubectl's JSONPath is made of: text, and actions, which are lists of nodes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Literal:
    """A text, number or bool that stands for itself."""

    value: str | int | float | bool


@dataclass(frozen=True)
class Field:
    """`.name`."""

    name: str


@dataclass(frozen=True)
class Identifier:
    """`range` or `end`; any other is refused when it is evaluated."""

    name: str


@dataclass(frozen=True)
class Slice:
    """`[1]`, `[0:2]`, `[::3]`; None where nothing was written."""

    start: int | None
    stop: int | None
    step: int | None
    single: bool
    """Only one index was written."""


@dataclass(frozen=True)
class Wildcard:
    """`.*`."""


@dataclass(frozen=True)
class Recursive:
    """`..`."""


@dataclass(frozen=True)
class Union:
    """`[0,'a']`."""

    parts: tuple[Nodes, ...]


@dataclass(frozen=True)
class Filter:
    """`[?(@.a == 1)]`; without an operator it asks whether the left side is there."""

    left: Nodes
    operator: str
    right: Nodes


Node: TypeAlias = Literal | Field | Identifier | Slice | Wildcard | Recursive | Union | Filter
Nodes: TypeAlias = tuple[Node, ...]
Piece: TypeAlias = Literal | Nodes
"""Text between actions, or an action."""
