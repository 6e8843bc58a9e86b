"""What goes on from its own outputs: `range`, `recurse`, `while`, `until`, `repeat`.

They walk with a stack of their own, so that they may take any number of rounds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from pinnace.languages.jq.core import (
    Env,
    Output,
    Run,
    Track,
    constant_of,
    items_of,
    truth,
    values,
)
from pinnace.languages.jq.operators import add
from pinnace.languages.jq.values import JqError, compare, shown, type_name

Visit: TypeAlias = Iterator[tuple[bool, Output]]
"""What a value leads to, in order: (True, an output), or (False, the next value to visit)."""


def _walk(start: Output, visit: Callable[[Output], Visit]) -> Iterator[Output]:
    waiting = [visit(start)]
    while waiting:
        for is_output, found in waiting[-1]:
            if is_output:
                yield found
            else:
                waiting.append(visit(found))
                break
        else:
            waiting.pop()


def _recurse(env: Env, value: Any, track: Track, following: Run) -> Iterator[Output]:
    def visit(found: Output) -> Visit:
        yield True, found
        for after in following(env, *found):
            yield False, after

    return _walk((value, track), visit)


def _recurse_if(
    env: Env, value: Any, track: Track, following: Run, condition: Run
) -> Iterator[Output]:
    def allowed(_env: Env, one: Any, place: Track) -> Iterator[Output]:
        for after in following(env, one, place):
            for verdict in values(condition, env, after[0]):
                if truth(verdict):
                    yield after

    return _recurse(env, value, track, allowed)


def everything(env: Env, value: Any, track: Track) -> Iterator[Output]:
    """`..`: the value, and all within it."""

    def within(_env: Env, one: Any, place: Track) -> Iterator[Output]:
        return items_of(one, place) if type(one) in (list, dict) else iter(())

    return _recurse(env, value, track, within)


def _while(env: Env, value: Any, track: Track, condition: Run, following: Run) -> Iterator[Output]:
    def visit(found: Output) -> Visit:
        for verdict in values(condition, env, found[0]):
            if truth(verdict):
                yield True, found
                for after in following(env, *found):
                    yield False, after

    return _walk((value, track), visit)


def _until(env: Env, value: Any, track: Track, condition: Run, following: Run) -> Iterator[Output]:
    def visit(found: Output) -> Visit:
        for verdict in values(condition, env, found[0]):
            if truth(verdict):
                yield True, found
                continue
            for after in following(env, *found):
                yield False, after

    return _walk((value, track), visit)


def _repeat(env: Env, value: Any, track: Track, source: Run) -> Iterator[Output]:
    """The outputs for the input, again and again (jq itself goes on from each output)."""
    while True:
        yield from source(env, value, track)


def _range(env: Env, value: Any, track: Track, start: Run, end: Run, by: Run) -> Iterator[Output]:
    for first in values(start, env, value):
        for last in values(end, env, value):
            for pace in values(by, env, value):
                for number in _numbers(first, last, pace):
                    yield number, track


def _numbers(now: Any, last: Any, pace: Any) -> Iterator[Any]:
    for bound in (now, last, pace):
        if type_name(bound) != "number":
            raise JqError(f"range cannot be applied to: {shown(bound)}")
    while compare(pace, 0) * compare(now, last) < 0:
        yield now
        now = add(now, pace)


_ZERO, _ONE = constant_of(0), constant_of(1)

BUILTINS: dict[tuple[str, int], Callable[..., Iterator[Output]]] = {
    ("recurse", 0): everything,
    ("recurse", 1): _recurse,
    ("recurse", 2): _recurse_if,
    ("while", 2): _while,
    ("until", 2): _until,
    ("repeat", 1): _repeat,
    ("range", 1): lambda e, v, t, end: _range(e, v, t, _ZERO, end, _ONE),
    ("range", 2): lambda e, v, t, start, end: _range(e, v, t, start, end, _ONE),
    ("range", 3): _range,
}
