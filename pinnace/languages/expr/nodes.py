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
class Constant(Node):
    """A value that the rewriter has worked out."""

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
    exactly: str | None = None
    """Of `==`: the type that the checker promised for both sides."""


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
    mapped: Node | None = None
    """Of `filter` and `find`: what is made of the items found."""
    throws: bool = False
    """Of `find`: whether finding nothing is an error."""
    threshold: int | None = None
    """Of `count`: where it may stop."""


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


_BRANCHES: dict[type[Node], tuple[str, ...]] = {}


def branches(kind: type[Node]) -> tuple[str, ...]:
    """The fields of a class of nodes that may hold nodes."""
    if kind not in _BRANCHES:
        _BRANCHES[kind] = _branches(kind)
    return _BRANCHES[kind]


def _branches(kind: type[Node]) -> tuple[str, ...]:
    plain = ("int", "str", "bool", "Any", "str | None", "int | None")
    return tuple(field.name for field in fields(kind) if field.type not in plain)


def children(node: Node) -> Iterator[Node]:
    """The nodes directly below."""
    for name in branches(type(node)):
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


def whole_number(node: Node) -> int | None:
    """The number that is written there, if it is a whole one."""
    value = node.value if isinstance(node, Literal) else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def same(one: Any, other: Any) -> bool:
    """Whether two trees read the same, wherever they stand."""
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if not isinstance(one, Node):
        return type(one) is type(other) and bool(one == other)
    names = [field.name for field in fields(one) if field.name != "at"]
    return type(one) is type(other) and all(
        same(getattr(one, name), getattr(other, name)) for name in names
    )


def mentioned(root: Node) -> set[str]:
    """Every text in the tree that may be a variable's name: also `$env.name` and `let name`."""
    found: set[str] = set()
    for node in walk(root):
        match node:
            case Name() | Let():
                found.add(node.name)
            case Literal(value=str() as text):
                found.add(text)
    return found


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


def member_path(node: Member) -> str | None:
    """`a.b['c']` as a dotted path; None where a `?.` or something computed stands in it."""
    base: Node = node
    while isinstance(base, Member):
        if base.optional:
            return None
        base = base.base
    path = _path(node)
    return ".".join(path) if path else None


def _path(node: Node) -> list[str] | None:
    keys: list[str] = []
    while isinstance(node, Member):
        if not isinstance(node.key, Literal) or not isinstance(node.key.value, str):
            return None
        keys.append(node.key.value)
        node = node.base
    return [node.name, *reversed(keys)] if isinstance(node, Name) else None
