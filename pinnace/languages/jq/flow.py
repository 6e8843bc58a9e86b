"""Outputs that go on to what follows; a failure there goes back into them first.

Upstream goes back to the last place that has more to give. Nothing but `?//` takes a failure for
that, so it is the same as letting it through, where no `?//` waits. A generator is such a place:
what fails after it yielded is thrown into it, and if it yields again, that goes on as any output.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from itertools import chain
from typing import Any, TypeAlias

from pinnace.languages.jq.core import Break, Env, Halted, One, Output, Run, Single, Track
from pinnace.languages.jq.values import JqError

FAILURES = (JqError, Break, Halted)
"""What `?//` takes for a reason to try its next pattern: also `break`, and the end by `halt`."""

Made: TypeAlias = Callable[[Any, Track], Any]


def resumed(outputs: Iterator[Any], failed: BaseException) -> Iterator[Any]:
    """The outputs after one was followed by a failure; raises it if it is not taken back."""
    if not isinstance(outputs, Generator):
        raise failed
    try:
        return chain((outputs.throw(failed),), outputs)
    except StopIteration:
        return iter(())


def fed(outputs: Iterator[Output], env: Env, following: Run) -> Iterator[Output]:
    """What follows, for each output."""
    waiting = outputs
    while True:
        for found, place in waiting:
            try:
                yield from following(env, found, place)
            except FAILURES as problem:
                failed = problem
                break
        else:
            return
        waiting = resumed(outputs, failed)


def each(outputs: Iterator[Output], made: Made) -> Iterator[Any]:
    """What a function makes of each output: as `fed`, without a generator for each."""
    waiting = outputs
    while True:
        for found, place in waiting:
            try:
                yield made(found, place)
            except FAILURES as problem:
                failed = problem
                break
        else:
            return
        waiting = resumed(outputs, failed)


def piped(left: Run, right: Run) -> Run:
    """`left | right`."""
    if isinstance(left, Single):
        first = left.one
        if isinstance(right, Single):
            second = right.one
            return Single(lambda env, value, track: second(env, *first(env, value, track)))
        return lambda env, value, track: right(env, *first(env, value, track))
    if isinstance(right, Single):
        last = right.one
        return lambda env, value, track: each(
            left(env, value, track), lambda found, place: last(env, found, place)
        )
    return lambda env, value, track: fed(left(env, value, track), env, right)


def gathered(runs: Sequence[Run], env: Env, value: Any, track: Track) -> Iterator[Output]:
    """A tuple of an output of each, for the same input; the first is the outer loop."""
    if len(runs) == 1:
        return each(runs[0](env, value, track), lambda found, place: ((found,), place))

    def others(_env: Env, first: Any, place: Track) -> Iterator[Output]:
        rest = gathered(runs[1:], env, value, place)
        return each(rest, lambda more, there: ((first, *more), there))

    return fed(runs[0](env, value, track), env, others)


def _singles(runs: Sequence[Run]) -> list[One] | None:
    """How each is asked for its one output; None if one of them has several, or none."""
    ones = [run.one for run in runs if isinstance(run, Single)]
    return ones if len(ones) == len(runs) else None


def together(runs: Sequence[Run]) -> Run:
    """A tuple of an output of each; the path of one goes on in the next."""
    ones = _singles(runs)
    if ones is None:
        return lambda env, value, track: gathered(runs, env, value, track)

    def all_of(env: Env, value: Any, track: Track) -> Output:
        made = []
        for one in ones:
            found, track = one(env, value, track)
            made.append(found)
        return tuple(made), track

    return Single(all_of)


def applied(function: Callable[..., Any], arguments: Sequence[Run]) -> Run:
    """A function of the input and of arguments, of which the last is the outer loop."""
    if not arguments:
        return Single(lambda _env, value, track: (function(value), track))
    ones = _singles(arguments)
    if ones is None:
        backwards = arguments[::-1]
        return lambda env, value, track: each(
            gathered(backwards, env, value, track),
            lambda given, place: (function(value, *given[::-1]), place),
        )
    return Single(_applied_once(function, ones))


def _applied_once(function: Callable[..., Any], ones: list[One]) -> One:
    if len(ones) == 1:
        only = ones[0]

        def unary(env: Env, value: Any, track: Track) -> Output:
            found, place = only(env, value, track)
            return function(value, found), place

        return unary

    def several(env: Env, value: Any, track: Track) -> Output:
        given = []
        for one in reversed(ones):
            found, track = one(env, value, track)
            given.append(found)
        return function(value, *reversed(given)), track

    return several


def apart(run: Run, following: Callable[[Env, Any, Track, Any], Iterator[Output]]) -> Run:
    """What follows for each output of what stands in no path: (environment, input, track, it)."""
    if isinstance(run, Single):
        one = run.one
        return lambda env, value, track: following(env, value, track, one(env, value, None)[0])
    return lambda env, value, track: fed(
        run(env, value, None), env, lambda _env, found, _: following(env, value, track, found)
    )
