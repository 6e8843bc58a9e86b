"""Regular expressions, which are RE2's: `test`, `match`, `scan`, `split`, `sub` and their kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from pinnace.languages import goregex
from pinnace.languages.errors import LanguageError
from pinnace.languages.jq.core import Env, Output, Run, Track, constant_of, values
from pinnace.languages.jq.operators import add
from pinnace.languages.jq.values import JqError, marshal, preview, shown

_NO_FLAGS = constant_of(None)


def _pattern(name: str, value: Any, pattern: Any, flags: Any) -> str:
    """The pattern with its flags within; raises JqError for what is no text, or no flag."""
    texts = (value, pattern) if flags is None else (value, pattern, flags)
    if any(type(text) is not str for text in texts):
        call = f"{name}({preview(pattern)}; {preview(flags)})"
        raise JqError(f"{call} cannot be applied to: {shown(value)}")
    flags = flags or ""
    if set(flags) - set("gim"):
        raise JqError(f"unsupported regular expression flag: {marshal(flags)}")
    return f"{'(?s)' if 'm' in flags else ''}{'(?i)' if 'i' in flags else ''}{pattern}"


def _as_go_says(reason: str) -> str:
    """RE2's message in Go's words: what is wrong, and the place in backquotes."""
    kind, _, rest = reason.partition(": ")
    what, _, place = rest.partition(": ")
    if not place:
        return reason
    return f"{kind}: {what.replace('missing )', 'missing closing )')}: `{place}`"


def _refused(pattern: str, problem: LanguageError) -> JqError:
    reason = _as_go_says(problem.expected)
    return JqError(f"invalid regular expression {marshal(pattern)}: {reason}")


def _matches(value: Any, pattern: Any, flags: Any) -> list[Any]:
    """The match objects; offsets count characters."""
    whole = _pattern("match", value, pattern, flags)
    try:
        names = {place: name for name, place in goregex.compile(whole).groupindex.items()}
        found = goregex.find_groups(whole, value, -1 if "g" in (flags or "") else 1)
    except LanguageError as problem:
        raise _refused(whole, problem) from problem
    return [_match_object(value, spans, names) for spans in found]


def _match_object(
    text: str, spans: list[tuple[int, int] | None], names: dict[int, Any]
) -> dict[str, Any]:
    def part(span: tuple[int, int] | None) -> dict[str, Any]:
        if span is None:
            return {"offset": -1, "length": 0, "string": None}
        start, end = span
        return {"offset": start, "length": end - start, "string": text[start:end]}

    groups = [{"name": names.get(place), **part(span)} for place, span in enumerate(spans[1:], 1)]
    return {**part(spans[0]), "captures": groups}


def _captured(found: dict[str, Any]) -> dict[str, Any]:
    return {group["name"]: group["string"] for group in found["captures"] if group["name"]}


def _everywhere(flags: Any) -> Any:
    return add(flags, "g")


def _each(env: Env, value: Any, pattern: Run, flags: Run) -> Iterator[tuple[Any, Any]]:
    """Every pattern with every flags: the patterns are the outer loop."""
    for one in values(pattern, env, value):
        for other in values(flags, env, value):
            yield one, other


def _fits(value: Any, pattern: Any, flags: Any) -> bool:
    whole = _pattern("test", value, pattern, flags)
    try:
        return goregex.search(whole, value)
    except LanguageError as problem:
        raise _refused(whole, problem) from problem


def _test(
    env: Env, value: Any, track: Track, pattern: Run, flags: Run = _NO_FLAGS
) -> Iterator[Output]:
    for one, other in _each(env, value, pattern, flags):
        yield _fits(value, one, other), track


def _found_by(
    flagged: Callable[[Any], Any], shape: Callable[[dict[str, Any]], Any]
) -> Callable[..., Iterator[Output]]:
    """A function that gives each match in a shape of its own."""

    def run(
        env: Env, value: Any, track: Track, pattern: Run, flags: Run = _NO_FLAGS
    ) -> Iterator[Output]:
        for one, other in _each(env, value, pattern, flags):
            for found in _matches(value, one, flagged(other)):
                yield shape(found), track

    return run


def _scanned(found: dict[str, Any]) -> Any:
    groups = [group["string"] for group in found["captures"]]
    return groups or found["string"]


def _pieces(value: Any, pattern: Any, flags: Any) -> list[str]:
    """What stands between the matches."""
    made, place = [], 0
    for found in _matches(value, pattern, _everywhere(flags)):
        made.append(value[place : found["offset"]])
        place = found["offset"] + found["length"]
    return [*made, value[place:]]


def _split(env: Env, value: Any, track: Track, pattern: Run, flags: Run) -> Iterator[Output]:
    for one, other in _each(env, value, pattern, flags):
        yield _pieces(value, one, other), track


def _splits(
    env: Env, value: Any, track: Track, pattern: Run, flags: Run = _NO_FLAGS
) -> Iterator[Output]:
    for one, other in _each(env, value, pattern, flags):
        for piece in _pieces(value, one, other):
            yield piece, track


def _replacing(flagged: Callable[[Any], Any]) -> Callable[..., Iterator[Output]]:
    """`sub`, or `gsub`, which says so in its flags."""

    def run(
        env: Env, value: Any, track: Track, pattern: Run, text: Run, flags: Run = _NO_FLAGS
    ) -> Iterator[Output]:
        for one, other in _each(env, value, pattern, flags):
            matches = _matches(value, one, flagged(other))
            for made in _replaced(env, value, matches, text):
                yield made, track

    return run


def _replaced(env: Env, value: str, matches: list[Any], text: Run) -> list[str]:
    """One result for each output of the text: its first outputs make the first, and so on.

    A match without that many outputs is missing in a result, and so is what stands before it.
    """
    results: list[list[str]] = []
    end = 0
    for found in matches:
        before, end = value[end : found["offset"]], found["offset"] + found["length"]
        for place, piece in enumerate(values(text, env, _captured(found))):
            if place == len(results):
                results.append([])
            results[place].append(before)
            if piece is not None and type(piece) is not str:
                add("".join(results[place]), piece)  # raises the error that says so
            results[place].append(piece or "")
    return ["".join((*parts, value[end:])) for parts in results] or [value]


def _as_given(flags: Any) -> Any:
    return flags


def _match(value: Any, pattern: Any, flags: Any, testing: Any) -> Any:
    """What upstream's definitions call."""
    return (_fits if testing is True else _matches)(value, pattern, flags)


def _captures(found: Any) -> dict[str, Any]:
    if type(found) is not list:
        raise JqError(f"expected an array but got: {shown(found)}")
    named = [group for group in found if type(group) is dict and type(group.get("name")) is str]
    return {group["name"]: group.get("string") for group in named}


NATIVE: dict[tuple[str, int], Callable[..., Any]] = {
    ("_match", 3): _match,
    ("_captures", 0): _captures,
}
BUILTINS: dict[tuple[str, int], Callable[..., Iterator[Output]]] = {
    ("split", 2): _split,
    ("sub", 2): _replacing(_as_given),
    ("sub", 3): _replacing(_as_given),
    ("gsub", 2): _replacing(_everywhere),
    ("gsub", 3): _replacing(_everywhere),
    **{
        (name, arity): function
        for arity in (1, 2)
        for name, function in (
            ("test", _test),
            ("match", _found_by(_as_given, lambda found: found)),
            ("capture", _found_by(_as_given, _captured)),
            ("scan", _found_by(_everywhere, _scanned)),
            ("splits", _splits),
        )
    },
}
