"""What the parts of jq's machine share: tracks, labels, and how a node becomes a function."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from pinnace.languages.jq import paths
from pinnace.languages.jq.parser import Node
from pinnace.languages.jq.values import JqError, shown, sorted_keys

Track: TypeAlias = "tuple[tuple[Any, ...], Any] | None"


Output: TypeAlias = "tuple[Any, Track]"


Env: TypeAlias = dict[Any, Any]


Run: TypeAlias = Callable[[Env, Any, Track], Iterator[Output]]


Scope: TypeAlias = frozenset[Any]


class Halted(Exception):
    """`halt_error`: the program ends at once; `halt` has no value."""

    def __init__(self, value: Any, *, quiet: bool = False) -> None:
        self.quiet = quiet or value is None
        super().__init__(f"halt error: {value}")


class Break(Exception):
    """`break $x`, on its way to the label."""

    def __init__(self, label: object) -> None:
        self.label = label
        super().__init__("label not defined")


def constant_of(constant: Any) -> Run:
    """What gives the same for every input."""

    def run(_env: Env, _value: Any, track: Track) -> Iterator[Output]:
        yield constant, track

    return run


def identity_of(_env: Env, value: Any, track: Track) -> Iterator[Output]:
    """`.`."""
    yield value, track


def values(run: Run, env: Env, value: Any) -> Iterator[Any]:
    """The outputs of what stands in no path."""
    for found, _ in run(env, value, None):
        yield found


def truth(value: Any) -> bool:
    """Whether `if` takes it for true: all but null and false."""
    return value is not None and value is not False


def start_of(value: Any) -> Track:
    """The track at the beginning of a path."""
    return (), value


def assert_path(value: Any, track: Track) -> None:
    """Raise unless the value is what stands at the path."""
    if track is not None and not paths.is_intact(value, track[1]):
        raise JqError(f"invalid path against: {shown(value)}")


def step(value: Any, key: Any, track: Track) -> Output:
    """What is under a key, and its path."""
    found = paths.index(value, key)
    if track is None:
        return found, None
    assert_path(value, track)
    return found, ((*track[0], key), found)


def items_of(base: Any, track: Track) -> Iterator[Output]:
    """What `.[]` gives."""
    if type(base) not in (list, dict):
        raise JqError(f"cannot iterate over: {shown(base)}")
    if track is not None and not paths.is_intact(base, track[1]):
        raise JqError(f"invalid path on iterating against: {shown(base)}")
    keys = range(len(base)) if type(base) is list else sorted_keys(base)
    for key in keys:
        item = base[key]
        yield item, None if track is None else ((*track[0], key), item)


COMPILERS: dict[str, Callable[[Node, Scope], Run]] = {}
"""How each kind of node is compiled; machine.py fills it."""


def compile_node(node: Node, scope: Scope) -> Run:
    """The function that a node becomes; raises SyntaxFault for a name that isn't known."""
    return COMPILERS[node[0]](node, scope)
