"""The syntax tree of a template (text/template/parse)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Node:
    """Any node, and where it stands."""

    at: int


# what an action computes


@dataclass(frozen=True, slots=True)
class Nil(Node):
    """`nil`."""


@dataclass(frozen=True, slots=True)
class Bool(Node):
    """`true` and `false`."""

    value: bool


@dataclass(frozen=True, slots=True)
class String(Node):
    """A quoted string."""

    value: str


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A number or character constant: as an integer, as a float, each if it can be one."""

    text: str
    whole: int | None
    real: float | None

    @property
    def is_float(self) -> bool:
        """Whether the way it is written makes it a float where any type would do."""
        text = self.text
        if text[0] == "'" or (text[:2].lower() == "0x" and not set(text) & set("pP")):
            return False
        return self.real is not None and bool(set(text) & set(".eEpP"))


@dataclass(frozen=True, slots=True)
class Dot(Node):
    """`.`: the current data."""


@dataclass(frozen=True, slots=True)
class Function(Node):
    """A function's name; with arguments it is a call."""

    name: str


@dataclass(frozen=True, slots=True)
class Variable(Node):
    """`$x.a.b`; `$` alone is the data that the template was given."""

    name: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Field(Node):
    """`.a.b`."""

    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chain(Node):
    """`(pipeline).a.b`, `function.a`."""

    base: Node
    fields: tuple[str, ...]


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
