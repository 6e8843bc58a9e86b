"""jq's functions of plain values (gojq's func.go): collections, conversions, order."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from pinnace.languages.jq import mathematics, moments, paths, texts
from pinnace.languages.jq.formats import FORMATS, to_string
from pinnace.languages.jq.operators import add
from pinnace.languages.jq.values import (
    JqError,
    encoded,
    from_json,
    marshal,
    number,
    parse_number,
    preview,
    shown,
    sorted_keys,
    to_float,
    to_int,
    type_name,
)


def cannot(name: str, value: Any) -> JqError:
    """The error of a function without arguments."""
    return JqError(f"{name} cannot be applied to: {shown(value)}")


def cannot_with(name: str, value: Any, *given: Any) -> JqError:
    """The error of a function with arguments."""
    arguments = "; ".join(map(preview, given))
    return JqError(f"{name}({arguments}) cannot be applied to: {shown(value)}")


def length(value: Any) -> Any:
    """`length`: of a number its size."""
    if value is None:
        return 0
    if type_name(value) == "number":
        return abs(value) if type(value) in (int, float) else type(value)(value.removeprefix("-"))
    if type(value) in (str, list, dict):
        return len(value)
    raise cannot("length", value)


def _absolute(value: Any) -> Any:
    if type_name(value) != "number":
        raise cannot("abs", value)
    return length(value)


def _byte_length(value: Any) -> int:
    if type(value) is not str:
        raise cannot("utf8bytelength", value)
    return len(encoded(value))


def keys(value: Any) -> list[Any]:
    """`keys`: of an object sorted, of an array its places."""
    if type(value) is list:
        return list(range(len(value)))
    if type(value) is dict:
        return sorted_keys(value)
    raise cannot("keys", value)


def _items(value: Any, problem: JqError) -> list[Any]:
    if type(value) is list:
        return value
    if type(value) is dict:
        return [value[key] for key in sorted_keys(value)]
    raise problem


def has(value: Any, key: Any) -> bool:
    """`has`."""
    if value is None:
        return False
    if type(value) is list and (place := to_int(key)) is not None:
        return 0 <= place < len(value)
    if type(value) is dict and type(key) is str:
        return key in value
    raise cannot_with("has", value, key)


def sum_of(items: list[Any]) -> Any:
    """What `add` gives; an array or object is never the one that it was."""
    if items and all(type(item) is str for item in items):
        return "".join(items)
    total: Any = None
    for item in items:
        kind = type(item)
        if kind is not list and kind is not dict:
            total = add(total, item)
        elif total is None:
            total = item.copy()  # ours, so that it can grow
        elif kind is list and isinstance(total, list):
            total.extend(item)
        elif kind is dict and isinstance(total, dict):
            total.update(item)
        else:
            total = add(total, item)
    return total


def _to_boolean(value: Any) -> bool:
    if type(value) is bool:
        return value
    if type(value) is not str:
        raise cannot("toboolean", value)
    if value not in ("true", "false"):
        raise JqError(f"toboolean cannot be applied to {preview(value)}: invalid boolean")
    return value == "true"


_NUMBER = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+\.?[0-9]*)(?:[eE][-+]?[0-9]+)?")


def _to_number(value: Any) -> Any:
    if type_name(value) == "number":
        return value
    if type(value) is not str:
        raise cannot("tonumber", value)
    if not _NUMBER.fullmatch(value):
        raise JqError(f"tonumber cannot be applied to {preview(value)}: invalid number")
    return parse_number(value)


def _reverse(value: Any) -> list[Any]:
    if type(value) is not list:
        raise cannot("reverse", value)
    return value[::-1]


def contains(value: Any, wanted: Any) -> bool:
    """`contains`: of strings a part, of arrays and objects every item within one."""
    if number(value) is not None and number(wanted) is not None:
        return _same_number(value, wanted)
    kind = type(value)
    if kind is type(wanted) is str:
        return wanted in value
    if kind is type(wanted) is list:
        return all(any(_contains_quietly(one, other) for one in value) for other in wanted)
    if kind is type(wanted) is dict:
        return all(
            key in value and _contains_quietly(value[key], item) for key, item in wanted.items()
        )
    if kind is type(wanted) and value == wanted:
        return True
    raise cannot_with("contains", value, wanted)


def _same_number(value: Any, wanted: Any) -> bool:
    one, two = number(value), number(wanted)
    if isinstance(one, float) or isinstance(two, float):
        return to_float(one or 0) == to_float(two or 0)
    return one == two


def _contains_quietly(value: Any, wanted: Any) -> bool:
    try:
        return contains(value, wanted)
    except JqError:
        return False


def _positions(name: str) -> Callable[[Any, Any], Any]:
    def positions(value: Any, wanted: Any) -> Any:
        if value is None:
            return None
        if type(value) is list:
            found = paths.indices(value, wanted if type(wanted) is list else [wanted])
        elif type(value) is type(wanted) is str:
            found = texts.positions(value, wanted)
        else:
            raise cannot_with(name, value, wanted)
        if name == "indices":
            return found
        return None if not found else found[0 if name == "index" else -1]

    return positions


def _flatten(value: Any, *given: Any) -> list[Any]:
    items = _items(value, cannot("flatten", value))
    depth: float = -1
    if given:
        bound = number(given[0])
        if bound is None:
            raise cannot("flatten", given[0])
        depth = to_float(bound)
        if depth < 0 or math.isnan(depth):
            raise JqError(f"flatten depth should not be negative: {preview(depth)}")
    return _flat(items, depth)


def _flat(items: list[Any], depth: float) -> list[Any]:
    made = []
    for item in items:
        made += _flat(item, depth - 1) if type(item) is list and depth != 0 else [item]
    return made


def _transpose(value: Any) -> list[Any]:
    if type(value) is not list or not all(type(row) is list for row in value):
        raise cannot("transpose", value)
    width = max(map(len, value), default=0)
    return [[row[at] if at < len(row) else None for row in value] for at in range(width)]


def _from_json(value: Any) -> Any:
    if type(value) is not str:
        raise cannot("fromjson", value)
    try:
        return from_json(value)
    except ValueError as problem:
        if not str(problem):
            raise cannot("fromjson", value) from problem
        raise JqError(f"fromjson cannot be applied to {preview(value)}: {problem}") from problem


def _error(value: Any, *given: Any) -> Any:
    raise JqError(given[0] if given else value, thrown=True)


def _format(value: Any, name: Any) -> Any:
    if type(name) is not str:
        raise cannot("format", name)
    known = FORMATS.get(f"@{name}")
    if known is None:
        raise JqError(f"format not defined: @{name}")
    return known(value)


NATIVE: dict[tuple[str, int], Callable[..., Any]] = {
    ("abs", 0): _absolute,
    ("length", 0): length,
    ("utf8bytelength", 0): _byte_length,
    ("keys", 0): keys,
    ("has", 1): has,
    ("add", 0): lambda v: sum_of(_items(v, cannot("add", v))),
    ("toboolean", 0): _to_boolean,
    ("tonumber", 0): _to_number,
    ("tostring", 0): to_string,
    ("type", 0): type_name,
    ("reverse", 0): _reverse,
    ("contains", 1): contains,
    ("inside", 1): lambda v, x: contains(x, v),
    **{(name, 1): _positions(name) for name in ("indices", "index", "rindex")},
    ("tojson", 0): marshal,
    ("fromjson", 0): _from_json,
    ("format", 1): _format,
    ("flatten", 0): _flatten,
    ("flatten", 1): _flatten,
    ("setpath", 2): paths.setpath,
    ("delpaths", 1): paths.delpaths,
    ("transpose", 0): _transpose,
    ("error", 0): _error,
    ("error", 1): _error,
    ("not", 0): lambda v: v is None or v is False,
    **texts.NATIVE,
    **mathematics.NATIVE,
    **moments.NATIVE,
}
