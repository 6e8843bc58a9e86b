"""Paths as values, and what works by them: `path`, `del`, `pick`, entries, `walk`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from pinnace.languages.jq import paths
from pinnace.languages.jq.builtins.loops import everything
from pinnace.languages.jq.control import condition
from pinnace.languages.jq.core import (
    Env,
    Output,
    Run,
    Single,
    Track,
    identity_of,
    items_of,
    nothing,
    start_of,
    truth,
    values,
)
from pinnace.languages.jq.flow import applied, each, piped
from pinnace.languages.jq.functions import has, keys
from pinnace.languages.jq.updates import all_paths, at_path, paths_of
from pinnace.languages.jq.values import JqError, shown


def _path(wanted: Run) -> Run:
    return lambda env, value, track: paths_of(env, value, wanted, track)


def _getpath(wanted: Run) -> Run:
    if isinstance(wanted, Single):
        path_of = wanted.one
        return Single(lambda env, value, track: at_path(value, path_of(env, value, None)[0], track))
    return lambda env, value, track: each(
        wanted(env, value, None), lambda path, _: at_path(value, path, track)
    )


def _paths(env: Env, value: Any, track: Track) -> Iterator[Output]:
    """The path of all that is within a value."""
    within = everything(env, value, start_of(value))
    next(within)  # itself
    for _, place in within:
        yield list(place[0]) if place else [], track


def _paths_if(verdict: Run) -> Run:
    """The same where a condition is true; it is asked of the value itself too."""
    chosen = condition(verdict, identity_of, nothing)
    return piped(_path(piped(everything, chosen)), condition(_IS_FULL, identity_of, nothing))


_IS_FULL = applied(bool, ())


def _del(unwanted: Run) -> Run:
    def one(env: Env, value: Any, track: Track) -> Output:
        return paths.delpaths(value, all_paths(env, value, unwanted)), track

    return Single(one)


def _pick(env: Env, value: Any, track: Track, wanted: Run) -> Iterator[Output]:
    made = None
    for path, _ in paths_of(env, value, wanted):
        made = paths.setpath(made, path, paths.getpath(value, path))
    yield made, track


def _entries(value: Any) -> list[Any]:
    return [{"key": key, "value": value[key]} for key in keys(value)]


_KEYS = ("key", "Key", "name", "Name")
"""What the key of an entry may be called; the first that is true counts."""


def _from_entries(entries: Any) -> dict[str, Any]:
    made = {}
    for entry, _ in items_of(entries, None):
        name = next((key for each in _KEYS if truth(key := paths.index(entry, each))), None)
        if type(name) is not str:
            raise JqError(f"expected a string for object key but got: {shown(name)}")
        made[name] = paths.index(entry, "value" if has(entry, "value") else "Value")
    return made


def _to_entries_term(_env: Env, value: Any, track: Track) -> Iterator[Output]:
    yield _entries(value), track


def _from_entries_term(_env: Env, value: Any, track: Track) -> Iterator[Output]:
    yield _from_entries(value), track


def _with_entries(env: Env, value: Any, track: Track, change: Run) -> Iterator[Output]:
    changed = [new for entry in _entries(value) for new in values(change, env, entry)]
    yield _from_entries(changed), track


def _walk(env: Env, value: Any, track: Track, change: Run) -> Iterator[Output]:
    for made in _walked(env, value, change):
        yield made, track


def _walked(env: Env, value: Any, change: Run) -> Iterator[Any]:
    """The outputs for a value whose parts are changed already; of an object's parts the first."""
    if type(value) is list:
        value = [new for item in value for new in _walked(env, item, change)]
    elif type(value) is dict:
        value = {
            key: new for key in keys(value) for new in islice(_walked(env, value[key], change), 1)
        }
    return values(change, env, value)


BUILDERS: dict[tuple[str, int], Callable[..., Run]] = {
    ("path", 1): _path,
    ("getpath", 1): _getpath,
    ("paths", 1): _paths_if,
    ("del", 1): _del,
}
BUILTINS: dict[tuple[str, int], Callable[..., Iterator[Output]]] = {
    ("paths", 0): _paths,
    ("pick", 1): _pick,
    ("to_entries", 0): _to_entries_term,
    ("from_entries", 0): _from_entries_term,
    ("with_entries", 1): _with_entries,
    ("walk", 1): _walk,
}
