"""The syntax tree of an expression: what `parser` builds and `machine` evaluates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class Node:
    """Any node: it knows where in the text it stands."""

    at: int


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """nil, a bool, a number, a string or bytes."""

    value: Any


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A variable."""

    name: str


@dataclass(frozen=True, slots=True)
class Pointer(Node):
    """`#`, `#acc`, `#index`: what the predicate is looking at."""

    name: str


@dataclass(frozen=True, slots=True)
class Member(Node):
    """`base.name`, `base[index]`; with `?.` nil stops the chain."""

    base: Node
    key: Node
    optional: bool


@dataclass(frozen=True, slots=True)
class Chain(Node):
    """Where a `?.` that met nil leaves to: the whole chain is nil."""

    body: Node


@dataclass(frozen=True, slots=True)
class Slice(Node):
    """`base[start:stop]`."""

    base: Node
    start: Node | None
    stop: Node | None


@dataclass(frozen=True, slots=True)
class Unary(Node):
    """`!a`, `not a`, `-a`, `+a`."""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Binary(Node):
    """`left operator right`."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Conditional(Node):
    """`a ? b : c`, `a ?: c` and `if a { b } else { c }`."""

    test: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A call of a function from the environment, or of a method."""

    callee: Node
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Builtin(Node):
    """A call of one of the language's own functions."""

    name: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Predicate(Node):
    """The body of a closure: `{# > 1}`."""

    body: Node


@dataclass(frozen=True, slots=True)
class Let(Node):
    """`let name = value; body`."""

    name: str
    value: Node
    body: Node


@dataclass(frozen=True, slots=True)
class Sequence(Node):
    """`a; b`: the value of the last one."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Array(Node):
    """`[a, b]`."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Map(Node):
    """`{a: 1, "b": 2, (c): 3}`."""

    pairs: tuple[tuple[Node, Node], ...]


def children(node: Node) -> Iterator[Node]:
    """The nodes directly below."""
    for name in (field.name for field in fields(node)):
        yield from _nodes_in(getattr(node, name))


def _nodes_in(value: Any) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _nodes_in(item)


def walk(root: Node) -> Iterator[Node]:
    """The node and everything below it."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(children(node))


def identifiers(root: Node) -> set[str]:
    """The variables an expression reads, also as dotted paths (`inputs.parameters.x`).

    Names bound by `let` are not variables of the environment.
    """
    bound = {node.name for node in walk(root) if isinstance(node, Let)}
    found: set[str] = set()
    for node in walk(root):
        path = _path(node)
        if path and path[0] not in bound:
            found.add(".".join(path))
    return found


def _path(node: Node) -> list[str] | None:
    keys: list[str] = []
    while isinstance(node, Member):
        if not isinstance(node.key, Literal) or not isinstance(node.key.value, str):
            return None
        keys.append(node.key.value)
        node = node.base
    return [node.name, *reversed(keys)] if isinstance(node, Name) else None
