"""The steps that a path is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Root:
    """`$`."""


@dataclass(frozen=True)
class Current:
    """`@`."""


@dataclass(frozen=True)
class Wildcard:
    """`*`."""


@dataclass(frozen=True)
class Recursive:
    """`..`."""


@dataclass(frozen=True)
class Length:
    """`.length`: a key of that name, or how many there are."""


@dataclass(frozen=True)
class Key:
    """`.name` or `['name']`."""

    name: str


@dataclass(frozen=True)
class Index:
    """`[1]`."""

    index: int


@dataclass(frozen=True)
class Expression:
    """`(…)` within a union or a slice."""

    source: str


@dataclass(frozen=True)
class Script:
    """`[(…)]`."""

    source: str


@dataclass(frozen=True)
class Filter:
    """`[?(…)]`."""

    source: str


@dataclass(frozen=True)
class Slice:
    """`[start:stop:step]`."""

    start: int | Expression | None
    stop: int | Expression | None
    step: int | Expression | None


@dataclass(frozen=True)
class Union:
    """`['a','b']` or `[0,1]`."""

    parts: tuple[str | int | Expression, ...]


Step: TypeAlias = (
    Root | Current | Wildcard | Recursive | Length | Key | Index | Script | Filter | Slice | Union
)
