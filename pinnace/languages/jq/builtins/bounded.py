"""What takes a part of an expression's outputs, and asks for no more than it needs."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

from pinnace.languages.jq import paths
from pinnace.languages.jq.core import Env, Output, Run, Track, items_of, step, values
from pinnace.languages.jq.functions import length
from pinnace.languages.jq.operators import subtract
from pinnace.languages.jq.values import JqError, compare


def _checked(name: str, count: Any, what: str = "count") -> Any:
    if compare(count, 0) < 0:
        raise JqError(f"{name} doesn't support negative {what}", thrown=True)
    return count


def _some(left: Any, outputs: Iterator[Output]) -> Iterator[Output]:
    """So many of the outputs: a fraction counts as one more, as upstream's countdown has it."""
    if compare(_checked("limit", left), 0) == 0:
        return
    for found in outputs:
        left = subtract(left, 1)
        yield found
        if compare(left, 0) <= 0:
            return


def _rest(left: Any, outputs: Iterator[Output]) -> Iterator[Output]:
    """The outputs after so many: a fraction doesn't count."""
    for found in outputs:
        if compare(left, 0) > 0:
            left = subtract(left, 1)
            if compare(left, 0) >= 0:
                continue
        yield found


def _limit(env: Env, value: Any, track: Track, count: Run, source: Run) -> Iterator[Output]:
    for wanted in values(count, env, value):
        yield from _some(wanted, source(env, value, track))


def _skip(env: Env, value: Any, track: Track, count: Run, source: Run) -> Iterator[Output]:
    for unwanted in values(count, env, value):
        yield from _rest(_checked("skip", unwanted), source(env, value, track))


def _first(env: Env, value: Any, track: Track, source: Run) -> Iterator[Output]:
    for found in source(env, value, track):
        yield found
        return


def _last(env: Env, value: Any, track: Track, source: Run) -> Iterator[Output]:
    """The last output; unlike the first it leads to no path."""
    for found in deque(values(source, env, value), maxlen=1):
        yield found, track


def _nth(env: Env, value: Any, track: Track, place: Run, source: Run) -> Iterator[Output]:
    for wanted in values(place, env, value):
        outputs = _rest(_checked("nth", wanted, "index"), source(env, value, track))
        for found in outputs:
            yield found
            break


def _item(env: Env, value: Any, track: Track, place: Run) -> Iterator[Output]:
    for key in values(place, env, value):
        yield step(value, key, track)


def _at(place: int) -> Callable[[Env, Any, Track], Iterator[Output]]:
    def run(_env: Env, value: Any, track: Track) -> Iterator[Output]:
        yield step(value, place, track)

    return run


def _is_empty(env: Env, value: Any, track: Track, source: Run) -> Iterator[Output]:
    for _ in source(env, value, None):
        yield False, track
        return
    yield True, track


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
    def again() -> Iterator[Output]:
        while True:
            yield value, None

    rows = [row for wanted in values(count, env, value) for row, _ in _some(wanted, again())]
    return _combinations(env, rows, track)


BUILTINS: dict[tuple[str, int], Callable[..., Iterator[Output]]] = {
    ("limit", 2): _limit,
    ("skip", 2): _skip,
    ("first", 0): _at(0),
    ("first", 1): _first,
    ("last", 0): _at(-1),
    ("last", 1): _last,
    ("nth", 1): _item,
    ("nth", 2): _nth,
    ("isempty", 1): _is_empty,
    ("combinations", 0): _combinations,
    ("combinations", 1): _repeated_combinations,
}
