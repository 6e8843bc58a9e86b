"""`sort` and `sortBy` of expr (mirrors vm/runtime/sort.go, and builtin/sort.go of 1.15)."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from typing import Any

from pinnace.languages import gosort
from pinnace.languages.durations import Duration
from pinnace.languages.expr import comparing, kinds
from pinnace.languages.gotypes import Uint8, nil_list
from pinnace.languages.govalues import kind_name, text, type_name


def descending(order: Any) -> bool:
    """Whether a sort order says "desc"."""
    if order not in ("asc", "desc") or not isinstance(order, str):
        raise ValueError(f"invalid order {text(order)}, expected asc or desc")
    return order == "desc"


def _sorted(keyed: list[tuple[Any, Any]], less: gosort.Less, order: Any) -> list[Any]:
    """The second of each pair, in the order of the first; equal ones as Go leaves them."""
    if descending(order):
        gosort.sort(keyed, lambda left, right: less(right[0], left[0]))
    else:
        gosort.sort(keyed, lambda left, right: less(left[0], right[0]))
    return [item for _, item in keyed]


def sort(value: Any, order: Any = "asc") -> list[Any]:
    """What is no array of numbers, strings or anything is taken for an empty one."""
    plain = isinstance(value, list) and not isinstance(value, kinds.Pair | kinds.Pairs)
    found = _sorted([(item, item) for item in value] if plain else [], comparing.less, order)
    return found if plain else nil_list()


def sort_by(keyed: list[tuple[Any, Any]], order: Any) -> list[Any]:
    """The second of each pair, in the order of the first."""
    return _sorted(list(keyed), comparing.less, order)


def old_sort(value: Any, field: Any, order: Any = "asc") -> list[Any]:
    """By a field of each item that is a map, else by the item; all must be of one type."""
    if not kinds.is_array(value):
        raise ValueError(f"cannot sort {kind_name(value)}")
    if not isinstance(field, str):
        raise ValueError(f"invalid argument for sort (expected string, got {type_name(field)})")
    descending(order)
    items = kinds.items(value)
    keys = [_old_key(item, field) for item in items]
    for key in keys[1:]:
        if type_name(key) != type_name(keys[0]):
            raise ValueError(
                f"cannot sort array of different types ({type_name(key)} and {type_name(keys[0])})"
            )
    if len(keys) > 1 and not _sortable(keys[0]):
        raise ValueError(f"sort: unsupported type {kind_name(keys[0])}")
    return _sorted(list(zip(keys, items, strict=True)), operator.lt, order)


def _old_key(item: Any, field: str) -> Any:
    if isinstance(item, Mapping):
        if field not in item:
            raise ValueError(f"cannot sort by {field!r}: an item has none")
        return item[field]
    if type_name(item) == "time.Time":
        raise ValueError("cannot sort dates: compare what they format to")
    return item


def _sortable(key: Any) -> bool:
    if isinstance(key, bool | Uint8):
        return False
    return isinstance(key, int | float | str | Duration)
