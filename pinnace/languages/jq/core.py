"""What the parts of jq's machine share: tracks, labels, and how a node becomes a function."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from pinnace.languages.jq import paths
from pinnace.languages.jq.parser import Node
from pinnace.languages.jq.values import JqError, shown, sorted_keys

Track: TypeAlias = "tuple[tuple[Any, ...], Any] | None"
"""Within `path(f)`: the path so far, and the value there. It goes along with the evaluation.

As upstream it is not the path of a value: what is evaluated next goes on from it, also the other
side of an operator, or the next argument. It is None where no path is looked for.
"""

Output: TypeAlias = "tuple[Any, Track]"

Env: TypeAlias = dict[Any, Any]

Run: TypeAlias = Callable[[Env, Any, Track], Iterator[Output]]
"""Yields the outputs for (environment, input, track). Anything with several is a generator, so
that a failure further on can be thrown into it (`flow`)."""

One: TypeAlias = Callable[[Env, Any, Track], Output]

Scope: TypeAlias = frozenset[Any]
"""The names that are known; and RETRIES."""

RETRIES = "?//"
"""In the scope of a program with `?//`, where a failure may go back into what came before it."""


class Single:
    """A Run with exactly one output, or a failure: it can be asked without a generator."""

    __slots__ = ("one",)

    def __init__(self, one: One) -> None:
        self.one = one

    def __call__(self, env: Env, value: Any, track: Track) -> Iterator[Output]:
        """Yield the one output."""
        yield self.one(env, value, track)


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


def constant_of(constant: Any) -> Single:
    """What gives the same for every input."""
    return Single(lambda _env, _value, track: (constant, track))


identity_of = Single(lambda _env, value, track: (value, track))
"""`.`."""


def nothing(_env: Env, _value: Any, _track: Track) -> Iterator[Output]:
    """`empty`."""
    return iter(())


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
    plain = type(key) is str and type(value) is dict
    found = value.get(key) if plain else paths.index(value, key)
    if track is None:
        return found, None
    assert_path(value, track)
    return found, ((*track[0], key), found)


def part_of(value: Any, low: Any, high: Any, track: Track) -> Output:
    """What `.[low:high]` gives, and its path."""
    found = paths.slice_of(value, low, high)
    if track is None:
        return found, None
    assert_path(value, track)
    return found, ((*track[0], {"start": low, "end": high}), found)


def items_of(base: Any, track: Track) -> Iterator[Output]:
    """What `.[]` gives."""
    if type(base) not in (list, dict):
        raise JqError(f"cannot iterate over: {shown(base)}")
    if track is None:
        for item in base if type(base) is list else map(base.get, sorted_keys(base)):
            yield item, None
        return
    if not paths.is_intact(base, track[1]):
        raise JqError(f"invalid path on iterating against: {shown(base)}")
    for key in range(len(base)) if type(base) is list else sorted_keys(base):
        yield base[key], ((*track[0], key), base[key])


def every_item(_env: Env, value: Any, track: Track) -> Iterator[Output]:
    """`.[]`."""
    return items_of(value, track)


COMPILERS: dict[str, Callable[[Node, Scope], Run]] = {}
"""How each kind of node is compiled; machine.py fills it."""


def compile_node(node: Node, scope: Scope) -> Run:
    """The function that a node becomes; raises SyntaxFault for a name that isn't known."""
    return COMPILERS[node[0]](node, scope)
