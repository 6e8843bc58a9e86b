"""expr-lang's functions that take only values (mirrors builtin/builtin.go and lib.go of 1.17).

A table of name to (least arguments, most arguments, function); functions raise ValueError and
`machine` adds the place. Arithmetic is in `numbers`, closures
(`map`, `filter`, …) in `closures`, dates in `dates`.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from functools import cmp_to_key
from typing import Any

from pinnace.languages import gonumbers, goquote
from pinnace.languages.expr import operators
from pinnace.languages.expr.numbers import NUMBERS, UNBOUNDED, Function, flat
from pinnace.languages.govalues import is_number, kind_name, text, type_name

LARGEST_REPEAT = 1_000_000


def as_text(value: Any, name: str) -> str:
    """A string argument."""
    if not isinstance(value, str):
        raise ValueError(f"cannot use {type_name(value)} as argument (type string) to call {name}")
    return value


def as_array(value: Any, name: str) -> list[Any]:
    """An array argument."""
    if not isinstance(value, list | tuple):
        raise ValueError(f"cannot {name} {kind_name(value)}")
    return list(value)


def as_map(value: Any, verb: str) -> Mapping[Any, Any]:
    """A map argument."""
    if not isinstance(value, Mapping):
        raise ValueError(f"cannot {verb} {kind_name(value)}")
    return value


def length(value: Any) -> int:
    """`len`: of a string in characters."""
    if not isinstance(value, str | list | tuple | bytes | Mapping):
        raise ValueError(f"invalid argument for len (type {type_name(value)})")
    return len(value)


_TYPE_NAMES = {"<nil>": "nil", "float64": "float", "slice": "array"}


def _type(value: Any) -> str:
    name = type_name(value)
    if name in ("time.Time", "time.Duration"):
        return name
    return _TYPE_NAMES.get(name) or _TYPE_NAMES.get(kind_name(value), kind_name(value))


def to_int(value: Any) -> int:
    """`int`: a string must be a whole number in decimal."""
    if is_number(value):
        return operators.to_int(value)
    whole = gonumbers.parse_int(value) if isinstance(value, str) else None
    if whole is None:
        shown = value if isinstance(value, str) else type_name(value)
        raise ValueError(f"invalid operation: int({shown})")
    return whole


def to_float(value: Any) -> float:
    """`float`."""
    if is_number(value):
        return float(value)
    number = gonumbers.parse_float(value) if isinstance(value, str) else None
    if number is None:
        shown = value if isinstance(value, str) else type_name(value)
        raise ValueError(f"invalid operation: float({shown})")
    return number


def _on_texts(name: str, apply: Callable[..., Any]) -> Callable[..., Any]:
    """A function all of whose arguments are strings."""
    return lambda *values: apply(*(as_text(value, name) for value in values))


def trim(value: str, characters: str | None = None) -> str:
    """Spaces, or any of the given characters, cut from both ends."""
    return value.strip() if characters is None else value.strip(characters) if characters else value


def split(value: Any, separator: Any, limit: Any = -1) -> list[str]:
    """strings.SplitN: an empty separator splits into characters."""
    whole, mark, most = (
        as_text(value, "split"),
        as_text(separator, "split"),
        operators.to_int(limit),
    )
    if most == 0:
        return []
    if mark:
        return whole.split(mark, most - 1 if most > 0 else -1)
    if 0 < most < len(whole):
        return [*whole[: most - 1], whole[most - 1 :]]
    return list(whole)


def split_after(value: Any, separator: Any, limit: Any = -1) -> list[str]:
    """As split, each part but the last keeping its separator."""
    parts = split(value, separator, limit)
    return [part + separator for part in parts[:-1]] + parts[-1:]


def replace(value: Any, old: Any, new: Any, limit: Any = -1) -> str:
    """strings.Replace."""
    whole, before, after = (as_text(item, "replace") for item in (value, old, new))
    return whole.replace(before, after, operators.to_int(limit))


def repeat(value: Any, count: Any) -> str:
    """The string that many times; bounded, as memory is."""
    times, whole = operators.to_int(count), as_text(value, "repeat")
    if times < 0:
        raise ValueError(f"invalid argument for repeat (expected positive integer, got {times})")
    if times > LARGEST_REPEAT or times * len(whole) > LARGEST_REPEAT * 10:
        raise ValueError("memory budget exceeded")
    return whole * times


def join(value: Any, glue: Any = "") -> str:
    """The strings of an array with glue between them."""
    return as_text(glue, "join").join(as_text(item, "join") for item in as_array(value, "join"))


def from_json(value: Any) -> Any:
    """encoding/json into `any`: every number is a float."""
    try:
        return json.loads(as_text(value, "fromJSON"), parse_int=float)
    except json.JSONDecodeError as problem:
        raise ValueError(f"invalid JSON at character {problem.pos}: {problem.msg}") from problem


def _from_base64(value: Any) -> str:
    try:
        return base64.b64decode(as_text(value, "fromBase64"), validate=True).decode(
            "utf-8", "replace"
        )
    except binascii.Error as problem:
        raise ValueError(f"illegal base64 data: {problem}") from problem


def _get(base: Any, key: Any) -> Any:
    """`fetch` that answers nil instead of an error."""
    if isinstance(base, Mapping):
        return base.get(key)
    if not isinstance(base, list | tuple | str | bytes):
        return None
    index = operators.to_int(key)
    size = len(base.encode()) if isinstance(base, str) else len(base)
    return operators.fetch(base, index) if -size <= index < size else None


def _take(value: Any, count: Any) -> list[Any]:
    return as_array(value, "take from")[: max(0, operators.to_int(count))]


def _from_pairs(value: Any) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for pair in as_array(value, "transform from pairs"):
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            raise ValueError(f"invalid pair {text(pair)}")
        found[pair[0]] = pair[1]
    return found


def _uniq(value: Any) -> list[Any]:
    found: list[Any] = []
    for item in as_array(value, "uniq"):
        if not any(operators.equal(item, known) for known in found):
            found.append(item)
    return found


def _edge(position: int) -> Callable[[Any], Any]:
    def function(value: Any) -> Any:
        return value[position] if isinstance(value, list | tuple) and value else None

    return function


def descending(order: Any) -> bool:
    """Whether a sort order says "desc"."""
    if order not in ("asc", "desc"):
        raise ValueError(f"invalid order {text(order)}, expected asc or desc")
    return bool(order == "desc")


def compare(left: Any, right: Any) -> int:
    """For sorting: values that can't be ordered are an error."""
    return -1 if operators.less(left, right) else int(operators.less(right, left))


def _sort(value: Any, order: Any = "asc") -> list[Any]:
    reverse = descending(order)
    return sorted(as_array(value, "sort"), key=cmp_to_key(compare), reverse=reverse)


VALUES: dict[str, Function] = {
    **NUMBERS,
    "len": (1, 1, length),
    "type": (1, 1, _type),
    "int": (1, 1, to_int),
    "float": (1, 1, to_float),
    "string": (1, 1, text),
    "trim": (1, 2, _on_texts("trim", trim)),
    "trimPrefix": (1, 2, _on_texts("trimPrefix", lambda s, p=" ": s.removeprefix(p))),
    "trimSuffix": (1, 2, _on_texts("trimSuffix", lambda s, p=" ": s.removesuffix(p))),
    "upper": (1, 1, _on_texts("upper", str.upper)),
    "lower": (1, 1, _on_texts("lower", str.lower)),
    "split": (2, 3, split),
    "splitAfter": (2, 3, split_after),
    "replace": (3, 4, replace),
    "repeat": (2, 2, repeat),
    "join": (1, 2, join),
    "indexOf": (2, 2, _on_texts("indexOf", lambda s, p: s.encode().find(p.encode()))),
    "lastIndexOf": (2, 2, _on_texts("lastIndexOf", lambda s, p: s.encode().rfind(p.encode()))),
    "hasPrefix": (2, 2, _on_texts("hasPrefix", str.startswith)),
    "hasSuffix": (2, 2, _on_texts("hasSuffix", str.endswith)),
    "toJSON": (1, 1, lambda value: goquote.json_text(value, indent="  ")),
    "fromJSON": (1, 1, from_json),
    "toBase64": (1, 1, _on_texts("toBase64", lambda s: base64.b64encode(s.encode()).decode())),
    "fromBase64": (1, 1, _from_base64),
    "first": (1, 1, _edge(0)),
    "last": (1, 1, _edge(-1)),
    "get": (2, 2, _get),
    "take": (2, 2, _take),
    "keys": (1, 1, lambda value: list(as_map(value, "get keys from"))),
    "values": (1, 1, lambda value: list(as_map(value, "get values from").values())),
    "toPairs": (1, 1, lambda v: [list(p) for p in as_map(v, "transform to pairs").items()]),
    "fromPairs": (1, 1, _from_pairs),
    "reverse": (1, 1, lambda value: as_array(value, "reverse")[::-1]),
    "uniq": (1, 1, _uniq),
    "concat": (1, UNBOUNDED, lambda *vs: [i for v in vs for i in as_array(v, "concat")]),
    "flatten": (1, 1, lambda value: list(flat(as_array(value, "flatten")))),
    "sort": (1, 2, _sort),
}
