"""The syntax tree of a template."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Node:
    """Any node, and where it stands."""

    at: int


# what an action computes


@dataclass(frozen=True, slots=True)
class Constant(Node):
    """A string, number, bool or nil."""

    value: Any


@dataclass(frozen=True, slots=True)
class Dot(Node):
    """`.`: the current data."""


@dataclass(frozen=True, slots=True)
class Function(Node):
    """A function's name; with arguments it is a call."""

    name: str


@dataclass(frozen=True, slots=True)
class Variable(Node):
    """`$x`; `$` alone is the data that the template was given."""

    name: str


@dataclass(frozen=True, slots=True)
class Field(Node):
    """`.a.b`, `$x.a`, `(pipeline).a`: fields of a base."""

    base: Node
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Command(Node):
    """An operand, or a function with its arguments."""

    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Pipeline(Node):
    """`$x := a | b | c`."""

    variables: tuple[str, ...]
    assigns: bool  # `=` instead of `:=`
    commands: tuple[Command, ...]


# what a template consists of


@dataclass(frozen=True, slots=True)
class Text(Node):
    """Text between actions."""

    text: str


@dataclass(frozen=True, slots=True)
class Action(Node):
    """A pipeline whose value is printed, unless it declares a variable."""

    pipeline: Pipeline


@dataclass(frozen=True, slots=True)
class Branch(Node):
    """`if`, `with` and `range`, with what follows `else`."""

    keyword: str
    pipeline: Pipeline
    body: tuple[Node, ...]
    otherwise: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Include(Node):
    """`{{template "name" pipeline}}`."""

    name: str
    pipeline: Pipeline | None


@dataclass(frozen=True, slots=True)
class Jump(Node):
    """`{{break}}` and `{{continue}}`."""

    keyword: str
