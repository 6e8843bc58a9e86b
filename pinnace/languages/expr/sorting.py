"""`sort` and `sortBy` of expr (mirrors vm/runtime/sort.go, and builtin/sort.go of 1.15)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cmp_to_key
from typing import Any

from pinnace.languages.durations import Duration
from pinnace.languages.expr import comparing, kinds
from pinnace.languages.gotypes import Uint8, nil_list
from pinnace.languages.govalues import kind_name, text, type_name


def descending(order: Any) -> bool:
    """Whether a sort order says "desc"."""
    if order not in ("asc", "desc") or not isinstance(order, str):
        raise ValueError(f"invalid order {text(order)}, expected asc or desc")
    return order == "desc"


def compare(left: Any, right: Any) -> int:
    """For sorting: values that can't be ordered are an error."""
    return -1 if comparing.less(left, right) else int(comparing.less(right, left))


_by_value = cmp_to_key(compare)


def sort(value: Any, order: Any = "asc") -> list[Any]:
    """What is no array of numbers, strings or anything is taken for an empty one."""
    reverse = descending(order)
    plain = isinstance(value, list) and not isinstance(value, kinds.Pair | kinds.Pairs)
    return sorted(value, key=_by_value, reverse=reverse) if plain else nil_list()


def sort_by(keyed: list[tuple[Any, Any]], order: Any) -> list[Any]:
    """The second of each pair, in the order of the first."""
    ordered = sorted(keyed, key=lambda pair: _by_value(pair[0]), reverse=descending(order))
    return [item for _, item in ordered]


def old_sort(value: Any, field: Any, order: Any = "asc") -> list[Any]:
    """By a field of each item that is a map, else by the item; all must be of one type."""
    if not kinds.is_array(value):
        raise ValueError(f"cannot sort {kind_name(value)}")
    if not isinstance(field, str):
        raise ValueError(f"invalid argument for sort (expected string, got {type_name(field)})")
    reverse = descending(order)
    items = kinds.items(value)
    keys = [_old_key(item, field) for item in items]
    for key in keys[1:]:
        if type_name(key) != type_name(keys[0]):
            raise ValueError(
                f"cannot sort array of different types ({type_name(key)} and {type_name(keys[0])})"
            )
    if len(keys) > 1 and not _sortable(keys[0]):
        raise ValueError(f"sort: unsupported type {kind_name(keys[0])}")
    places = sorted(range(len(keys)), key=lambda place: keys[place], reverse=reverse)
    return [items[place] for place in places]


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
