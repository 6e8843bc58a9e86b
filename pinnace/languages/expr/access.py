"""What is in an array, a map or a text of expr: fetched, cut, looked for (mirrors vm/runtime).

Each raises ValueError for what has no such part.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pinnace.languages import gonumbers
from pinnace.languages.expr import kinds
from pinnace.languages.expr.comparing import Operator, equal
from pinnace.languages.gotypes import Slice, Uint8, nil_list
from pinnace.languages.gounicode import as_bytes
from pinnace.languages.govalues import type_name


def within(needle: Any, haystack: Any, same: Operator = equal) -> bool:
    """`in`: among the items of an array, or the keys of a map."""
    if haystack is None:
        return False
    if kinds.is_array(haystack):
        return any(same(item, needle) for item in kinds.items(haystack))
    if isinstance(haystack, Mapping):
        return map_key(haystack, needle) in haystack
    if isinstance(haystack, datetime):
        if isinstance(needle, str):
            return False
        raise ValueError(f"cannot use {type_name(needle)} as field name of time.Time")
    raise ValueError(f'operator "in" not defined on {type_name(haystack)}')


def within_constant(needle: Any, keys: Mapping[Any, Any]) -> bool:
    """`in` of an array that was written out: keys of one type, and nothing else is looked up."""
    kind = type(next(iter(keys)))
    if needle is None:
        return kind() in keys
    if type_name(needle) != ("int" if kind is int else "string"):
        raise ValueError(f"value of type {type_name(needle)} is not assignable to {kind.__name__}")
    return needle in keys


def map_key(base: Mapping[Any, Any], key: Any) -> Any:
    """The key as the map's type takes it: nil is the empty string of a map of strings."""
    if isinstance(base, kinds.AnyMap):
        return key
    if key is None:
        return ""
    if not isinstance(key, str):
        raise ValueError(f"value of type {type_name(key)} is not assignable to type string")
    return key


def fetch(base: Any, key: Any) -> Any:
    """`base[key]` and `base.key`: a missing key of a map is nil, a missing index is an error."""
    if isinstance(base, Mapping):
        known = map_key(base, key)
        if known in base:
            return base[known]
        return nil_list() if isinstance(base, kinds.Groups) else None
    if kinds.is_array(base):
        value = base[_index(key, len(base))]
        return Uint8(value) if isinstance(base, bytes) else value
    if isinstance(base, str):
        data = as_bytes(base)
        return Uint8(data[_index(key, len(data))])
    raise ValueError(f"cannot fetch {key} from {type_name(base)}")


def _index(key: Any, length: int) -> int:
    index = kinds.whole(key)
    index += length if index < 0 else 0
    if not 0 <= index < length:
        raise ValueError(f"index out of range: {index} (array length is {length})")
    return index


def cut(base: Any, start: Any, stop: Any) -> Any:
    """`base[start:stop]`: bounds beyond the ends are moved to them."""
    if isinstance(base, str):  # Go strings are sliced by bytes
        return cut(as_bytes(base), start, stop).decode("utf-8", "surrogateescape")
    if not kinds.is_array(base):
        raise ValueError(f"cannot slice {type_name(base)}")
    length = len(base)
    first = 0 if start is None else kinds.whole(start)
    last = length if stop is None else kinds.whole(stop)
    first = max(0, gonumbers.wrap(first + length) if first < 0 else first)
    last = min(length, max(0, gonumbers.wrap(last + length) if last < 0 else last))
    return resliced(base, base[min(first, last) : last])


def resliced(base: Any, part: Any) -> Any:
    """A part of an array, of the array's own type."""
    if isinstance(base, kinds.Pair):  # a slice of a [2]interface {} is an []interface {}
        return list(part)
    if isinstance(base, Slice):
        return Slice(base.go_type, part, nil=base.nil)
    return type(base)(part) if isinstance(base, list) else part
