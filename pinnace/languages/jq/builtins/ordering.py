"""Order: sorting, grouping, extremes; by the values, or by what a program makes of them."""

from __future__ import annotations

import bisect
from collections.abc import Callable, Iterator
from typing import Any

from pinnace.languages.jq.core import Env, Output, Run, Track, items_of, values
from pinnace.languages.jq.values import JqError, Key, compare, preview, shown


def _keys_of(name: str, value: Any, given: list[Any] | None) -> list[Any]:
    """The keys of the items: what was given, or the items themselves."""
    if type(value) is not list:
        call = name if given is None else f"{name}({preview(given)})"
        raise JqError(f"{call} cannot be applied to: {shown(value)}")
    return value if given is None else given


def _smallest(name: str, value: Any, given: list[Any] | None) -> Any:
    keys = _keys_of(name, value, given)
    return value[min(range(len(keys)), key=lambda at: Key(keys[at]))] if keys else None


def _greatest(name: str, value: Any, given: list[Any] | None) -> Any:
    """The last of the greatest."""
    best = None
    keys = _keys_of(name, value, given)
    for place, key in enumerate(keys):
        if best is None or compare(keys[best], key) <= 0:
            best = place
    return None if best is None else value[best]


def _pairs(name: str, value: Any, given: list[Any] | None) -> list[tuple[Any, Any]]:
    keys = _keys_of(name, value, given)
    return sorted(zip(keys, value, strict=True), key=lambda pair: Key(pair[0]))


def _sorted(name: str, value: Any, given: list[Any] | None) -> list[Any]:
    return [item for _, item in _pairs(name, value, given)]


def _groups(name: str, value: Any, given: list[Any] | None) -> list[list[Any]]:
    made: list[list[Any]] = []
    last = None
    for place, (key, item) in enumerate(_pairs(name, value, given)):
        if place == 0 or compare(last, key) != 0:
            made.append([])
            last = key
        made[-1].append(item)
    return made


def _unique(name: str, value: Any, given: list[Any] | None) -> list[Any]:
    return [group[0] for group in _groups(name, value, given)]


Ordering = Callable[[str, Any, "list[Any] | None"], Any]


def _plain(name: str, order: Ordering) -> Callable[[Any], Any]:
    return lambda value: order(name, value, None)


def _by(name: str, order: Ordering) -> Callable[[Env, Any, Track, Run], Iterator[Output]]:
    def run(env: Env, value: Any, track: Track, key: Run) -> Iterator[Output]:
        keys = [list(values(key, env, item)) for item, _ in items_of(value, None)]
        yield order(name, value, keys), track

    return run


def _by_keys(name: str, order: Ordering) -> Callable[[Any, Any], Any]:
    """The function that upstream's definitions of `sort_by` and its kind call."""

    def by_keys(value: Any, keys: Any) -> Any:
        if type(value) is not list or type(keys) is not list:
            raise JqError(f"{name}({preview(keys)}) cannot be applied to: {shown(value)}")
        if len(value) != len(keys):
            call = f"{name}({preview(keys)}) cannot be applied to {preview(value)}"
            raise JqError(f"{call}: length mismatch")
        return order(name, value, keys)

    return by_keys


def _search(value: Any, wanted: Any) -> int:
    if type(value) is not list:
        raise JqError(f"bsearch({preview(wanted)}) cannot be applied to: {shown(value)}")
    place = bisect.bisect_left([Key(item) for item in value], Key(wanted))
    if place < len(value) and compare(value[place], wanted) == 0:
        return place
    return -place - 1


_ORDERINGS: dict[str, Ordering] = {
    "min": _smallest, "max": _greatest, "sort": _sorted, "unique": _unique,
}  # fmt: skip
_KEYED: dict[str, Ordering] = {**_ORDERINGS, "group": _groups}

NATIVE: dict[tuple[str, int], Callable[..., Any]] = {
    **{(name, 0): _plain(name, order) for name, order in _ORDERINGS.items()},
    **{(f"_{name}_by", 1): _by_keys(f"{name}_by", order) for name, order in _KEYED.items()},
    ("bsearch", 1): _search,
}
BUILTINS: dict[tuple[str, int], Callable[..., Iterator[Output]]] = {
    (f"{name}_by", 1): _by(f"{name}_by", order) for name, order in _KEYED.items()
}
