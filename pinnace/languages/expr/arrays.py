"""expr's functions on arrays and maps (mirrors builtin/builtin.go and lib.go): tables by name.

They raise ValueError for what is neither.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from pinnace.languages.durations import Duration
from pinnace.languages.expr import access, comparing, dates, kinds
from pinnace.languages.expr.kinds import AnyMap, Pair, Pairs, is_array, items
from pinnace.languages.gotypes import Uint8, nil_list
from pinnace.languages.gounicode import as_bytes
from pinnace.languages.govalues import kind_name, text, type_name


def as_array(value: Any, name: str) -> list[Any]:
    """The items of an array argument."""
    if not is_array(value):
        raise ValueError(f"cannot {name} {kind_name(value)}")
    return items(value)


def as_map(value: Any, verb: str) -> Mapping[Any, Any]:
    """A map argument."""
    if not isinstance(value, Mapping):
        raise ValueError(f"cannot {verb} {kind_name(value)}")
    return value


def _get(base: Any, key: Any) -> Any:
    """`fetch` that answers nil where there is nothing."""
    if isinstance(base, Mapping):
        known = access.map_key(base, key)
        return base.get(known)
    if isinstance(key, str) and (bound := dates.method(base, key)):
        return bound
    if isinstance(base, datetime) and not isinstance(key, str):
        raise ValueError(f"interface conversion: interface {{}} is {type_name(key)}, not string")
    if not (is_array(base) or isinstance(base, str)):
        return None
    index = kinds.whole(key)
    size = len(as_bytes(base)) if isinstance(base, str) else len(base)
    return access.fetch(base, index) if -size <= index < size else None


def _or_nil(function: Callable[..., Any]) -> Callable[..., Any]:
    """Nil instead of any failure."""

    def guarded(*arguments: Any) -> Any:
        try:
            return function(*arguments)
        except ValueError:
            return None

    return guarded


def _take(value: Any, count: Any) -> Any:
    as_array(value, "take from")
    if isinstance(count, Duration):
        count = count.nanoseconds
    elif not isinstance(count, int) or isinstance(count, bool | Uint8):
        raise ValueError(f"cannot take {kind_name(count)} elements")
    if count < 0 or isinstance(value, Pair):
        raise ValueError(f"slice bounds out of range: {count}")
    return access.resliced(value, value[: min(count, len(value))])


def _from_pairs(value: Any) -> AnyMap:
    found = AnyMap()
    for pair in as_array(value, "transform from pairs"):
        if not is_array(pair) or len(pair) != 2:
            raise ValueError(f"invalid pair {text(pair)}")
        key, item = items(pair)
        found.put(key, item)
    return found


def _uniq(value: Any) -> list[Any]:
    found: list[Any] = []
    for item in as_array(value, "uniq"):
        if not any(comparing.equal(item, known) for known in found):
            found.append(item)
    return found


def _concat(*arrays: Any) -> list[Any]:
    found = [item for array in arrays for item in as_array(array, "concat")]
    return found or nil_list()


def flat(value: Any) -> list[Any]:
    """The items of nested arrays in order."""
    found: list[Any] = []
    for item in value:
        if is_array(item):
            found.extend(flat(items(item)))
        else:
            found.append(item)
    return found


ARRAYS: dict[str, Callable[..., Any]] = {
    "first": _or_nil(lambda value: access.fetch(value, 0)),
    "last": _or_nil(lambda value: access.fetch(value, -1)),
    "take": _take,
    "keys": lambda value: list(as_map(value, "get keys from")),
    "values": lambda value: list(as_map(value, "get values from").values()),
    "toPairs": lambda v: Pairs(map(Pair, as_map(v, "transform to pairs").items())),
    "fromPairs": _from_pairs,
}
NEW_ARRAYS: dict[str, Callable[..., Any]] = {
    "get": _get,
    "reverse": lambda value: as_array(value, "reverse")[::-1],
    "uniq": _uniq,
    "concat": _concat,
    "flatten": lambda value: flat(as_array(value, "flatten")),
}
"""Those of 1.17."""
OLD_ARRAYS: dict[str, Callable[..., Any]] = {"get": _or_nil(access.fetch)}
"""Those of 1.15."""
