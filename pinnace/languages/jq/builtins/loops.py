"""What goes on from its own outputs: `range`, `recurse`, `while`, `until`, `repeat`.

They walk with a stack of their own, so that they may take any number of rounds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from pinnace.languages.jq.control import condition
from pinnace.languages.jq.core import (
    Env,
    Output,
    Run,
    Track,
    constant_of,
    identity_of,
    items_of,
    nothing,
    truth,
)
from pinnace.languages.jq.flow import FAILURES, apart, each, piped, resumed, together
from pinnace.languages.jq.operators import add
from pinnace.languages.jq.paths import is_intact
from pinnace.languages.jq.values import JqError, compare, shown, type_name

Visit: TypeAlias = Iterator[tuple[bool, Output]]
"""What a value leads to, in order: (True, an output), or (False, the next value to visit)."""


def _walk(start: Output, visit: Callable[[Output], Visit]) -> Iterator[Output]:
    waiting = [visit(start)]
    failed: BaseException | None = None
    while waiting:
        try:
            following = next(waiting[-1] if failed is None else resumed(waiting[-1], failed), None)
        except FAILURES as problem:
            waiting.pop()
            failed = problem
            continue
        failed = None
        try:
            if following is None:
                waiting.pop()
            elif following[0]:
                yield following[1]
            else:
                waiting.append(visit(following[1]))
        except FAILURES as problem:
            failed = problem
    if failed is not None:
        raise failed


def _onward(found: Any, place: Track) -> tuple[bool, Output]:
    return False, (found, place)


def _recurse(env: Env, value: Any, track: Track, following: Run) -> Iterator[Output]:
    def visit(found: Output) -> Visit:
        yield True, found
        yield from each(following(env, *found), _onward)

    return _walk((value, track), visit)


def _recurse_if(
    env: Env, value: Any, track: Track, following: Run, verdict: Run
) -> Iterator[Output]:
    return _recurse(env, value, track, piped(following, condition(verdict, identity_of, nothing)))


def everything(_env: Env, value: Any, track: Track) -> Iterator[Output]:
    """`..`: the value, and all within it; nothing is within what doesn't stand at the path."""
    yield value, track
    waiting = [_within(value, track)]
    while waiting:
        for found in waiting[-1]:
            yield found
            if type(found[0]) in (list, dict):
                waiting.append(_within(*found))
                break
        else:
            waiting.pop()


def _within(value: Any, track: Track) -> Iterator[Output]:
    """`.[]?`."""
    is_there = track is None or is_intact(value, track[1])
    return items_of(value, track) if type(value) in (list, dict) and is_there else iter(())


def _while(verdict: Run, following: Run) -> Run:
    def visited(env: Env, value: Any, track: Track, told: Any) -> Any:
        if truth(told):
            yield True, (value, track)
            yield from each(following(env, value, track), _onward)

    return _walking(apart(verdict, visited))


def _until(verdict: Run, following: Run) -> Run:
    def visited(env: Env, value: Any, track: Track, told: Any) -> Any:
        if truth(told):
            yield True, (value, track)
        else:
            yield from each(following(env, value, track), _onward)

    return _walking(apart(verdict, visited))


def _walking(visit: Callable[[Env, Any, Track], Any]) -> Run:
    return lambda env, value, track: _walk((value, track), lambda found: visit(env, *found))


def _repeat(env: Env, value: Any, track: Track, source: Run) -> Iterator[Output]:
    """The outputs for the input, again and again (jq itself goes on from each output)."""
    while True:
        yield from source(env, value, track)


def _range(start: Run, end: Run, by: Run) -> Run:
    def counted(_env: Env, _value: Any, track: Track, bounds: Any) -> Iterator[Output]:
        for number in _numbers(*bounds):
            yield number, track

    return apart(together((start, end, by)), counted)


def _numbers(now: Any, last: Any, pace: Any) -> Iterator[Any]:
    for bound in (now, last, pace):
        if type_name(bound) != "number":
            raise JqError(f"range cannot be applied to: {shown(bound)}")
    while compare(pace, 0) * compare(now, last) < 0:
        yield now
        now = add(now, pace)


_ZERO, _ONE = constant_of(0), constant_of(1)

BUILDERS: dict[tuple[str, int], Callable[..., Run]] = {
    ("while", 2): _while,
    ("until", 2): _until,
    ("range", 1): lambda end: _range(_ZERO, end, _ONE),
    ("range", 2): lambda start, end: _range(start, end, _ONE),
    ("range", 3): _range,
}
BUILTINS: dict[tuple[str, int], Callable[..., Iterator[Output]]] = {
    ("recurse", 0): everything,
    ("recurse", 1): _recurse,
    ("recurse", 2): _recurse_if,
    ("repeat", 1): _repeat,
}
