"""What takes a part of an expression's outputs, and asks for no more than it needs."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

from pinnace.languages.jq import paths
from pinnace.languages.jq.control import labelled
from pinnace.languages.jq.core import (
    Break,
    Env,
    Output,
    Run,
    Track,
    constant_of,
    identity_of,
    items_of,
    values,
)
from pinnace.languages.jq.flow import apart, fed
from pinnace.languages.jq.functions import length
from pinnace.languages.jq.operators import subtract
from pinnace.languages.jq.terms import index_of
from pinnace.languages.jq.values import JqError, compare


def _checked(name: str, count: Any, what: str = "count") -> Any:
    if compare(count, 0) < 0:
        raise JqError(f"{name} doesn't support negative {what}", thrown=True)
    return count


def _some(left: Any, outputs: Iterator[Output]) -> Iterator[Output]:
    """So many of the outputs: a fraction counts as one more, as upstream's countdown has it.

    It breaks off as `break` does, so that a `?//` among the outputs has its next pattern tried.
    """
    mark = object()

    def counted(_env: Env, found: Any, place: Track) -> Iterator[Output]:
        nonlocal left
        left = subtract(left, 1)
        yield found, place
        if compare(left, 0) <= 0:
            raise Break(mark)

    return labelled(mark, lambda *_: fed(outputs, {}, counted), {}, None, None)


def _rest(left: Any, outputs: Iterator[Output]) -> Iterator[Output]:
    """The outputs after so many: a fraction doesn't count."""

    def counted(_env: Env, found: Any, place: Track) -> Iterator[Output]:
        nonlocal left
        left = subtract(left, 1)
        if compare(left, 0) < 0:
            yield found, place

    return fed(outputs, {}, counted) if compare(left, 0) > 0 else outputs


def _limit(count: Run, source: Run) -> Run:
    def taken(env: Env, value: Any, track: Track, wanted: Any) -> Iterator[Output]:
        if compare(_checked("limit", wanted), 0) == 0:
            return iter(())
        return _some(wanted, source(env, value, track))

    return apart(count, taken)


def _skip(count: Run, source: Run) -> Run:
    return apart(
        count,
        lambda env, value, track, unwanted: _rest(
            _checked("skip", unwanted), source(env, value, track)
        ),
    )


def _nth(place: Run, source: Run) -> Run:
    def taken(env: Env, value: Any, track: Track, wanted: Any) -> Iterator[Output]:
        outputs = _rest(_checked("nth", wanted, "index"), source(env, value, track))
        return _some(1, outputs)

    return apart(place, taken)


def _first(env: Env, value: Any, track: Track, source: Run) -> Iterator[Output]:
    return _some(1, source(env, value, track))


def _last(env: Env, value: Any, track: Track, source: Run) -> Iterator[Output]:
    """The last output; unlike the first it leads to no path."""
    for found, _ in deque(source(env, value, track), maxlen=1):
        yield found, track


def _is_empty(env: Env, value: Any, track: Track, source: Run) -> Iterator[Output]:
    mark = object()

    def told(_env: Env, _found: Any, place: Track) -> Iterator[Output]:
        yield False, place
        raise Break(mark)

    def both(_env: Env, _value: Any, _track: Track) -> Iterator[Output]:
        yield from fed(source(env, value, track), env, told)
        yield True, track

    return labelled(mark, both, env, value, track)


def _chosen(rows: Any) -> Iterator[list[Any]]:
    """One item of each row, in every way."""
    if length(rows) == 0:
        yield []
        return
    for item, _ in items_of(paths.index(rows, 0), None):
        for others in _chosen(paths.slice_of(rows, 1, None)):
            yield [item, *others]


def _combinations(_env: Env, value: Any, track: Track) -> Iterator[Output]:
    for chosen in _chosen(value):
        yield chosen, track


def _repeated_combinations(env: Env, value: Any, track: Track, count: Run) -> Iterator[Output]:
    def again(_env: Env, _value: Any, _track: Track) -> Iterator[Output]:
        while True:
            yield value, None

    return _combinations(env, list(values(_limit(count, again), env, value)), track)


BUILDERS: dict[tuple[str, int], Callable[..., Run]] = {
    ("limit", 2): _limit,
    ("skip", 2): _skip,
    ("nth", 2): _nth,
    ("nth", 1): lambda place: index_of(identity_of, place),
    ("first", 0): lambda: index_of(identity_of, constant_of(0)),
    ("last", 0): lambda: index_of(identity_of, constant_of(-1)),
}
BUILTINS: dict[tuple[str, int], Callable[..., Iterator[Output]]] = {
    ("first", 1): _first,
    ("last", 1): _last,
    ("isempty", 1): _is_empty,
    ("combinations", 0): _combinations,
    ("combinations", 1): _repeated_combinations,
}
