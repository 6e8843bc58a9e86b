"""expr's functions on texts, arrays, maps and documents (mirrors builtin/builtin.go and lib.go).

A table of name to function; they raise ValueError and `machine` adds the place. How many
arguments each takes is the checker's business (`signatures`). Arithmetic is in `numbers`, sorting
in `sorting`, closures (`map`, `filter`, …) in `closures`, dates in `dates`.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any

from pinnace.languages import gonumbers, goquote
from pinnace.languages.durations import Duration
from pinnace.languages.expr import decoding, kinds, operators, sorting
from pinnace.languages.expr.kinds import AnyMap, Pair, Pairs, is_array, items
from pinnace.languages.expr.numbers import NUMBERS, OLD_NUMBERS
from pinnace.languages.gotypes import Slice, Uint8, is_nil, nil_list, strings
from pinnace.languages.govalues import kind_name, text, type_name

LARGEST_REPEAT = 1_000_000
_SPACES = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)


def as_text(value: Any, name: str) -> str:
    """A string argument."""
    if not isinstance(value, str):
        raise ValueError(f"cannot use {type_name(value)} as argument (type string) to call {name}")
    return value


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


def _bytes(value: str) -> bytes:
    return value.encode("utf-8", "surrogateescape")


def length(value: Any) -> int:
    """`len`: of a string in characters."""
    if not isinstance(value, str | list | tuple | bytes | Mapping):
        raise ValueError(f"invalid argument for len (type {type_name(value)})")
    return len(value)


def _old_length(value: Any) -> int:
    """1.15 counts a string's bytes."""
    return len(_bytes(value)) if isinstance(value, str) else length(value)


_TYPE_NAMES = {
    "<nil>": "nil", "float64": "float", "uint8": "uint", "int64": "int",
    "*time.Location": "time.Location",
}  # fmt: skip


def _type(value: Any) -> str:
    name = type_name(value)
    if name in _TYPE_NAMES:
        return _TYPE_NAMES[name]
    if name.startswith("["):
        return "array"
    return "map" if name.startswith("map[") else name


def to_int(value: Any) -> int:
    """`int`: a string must be a whole number in decimal."""
    if kinds.is_basic(value):
        return kinds.whole(value)
    if isinstance(value, Duration):
        return value.nanoseconds
    if isinstance(value, kinds.Month | kinds.Weekday):
        return int(value)
    return old_to_int(value)


def old_to_int(value: Any) -> int:
    """In 1.15 a month is no number."""
    if kinds.is_basic(value):
        return kinds.whole(value)
    whole = gonumbers.parse_int(value) if isinstance(value, str) else None
    if whole is None:
        shown = value if isinstance(value, str) else type_name(value)
        raise ValueError(f"invalid operation: int({shown})")
    return whole


def to_float(value: Any) -> float:
    """`float`."""
    if kinds.is_basic(value):
        return float(value)
    number = gonumbers.parse_float(value) if isinstance(value, str) else None
    if number is None:
        shown = value if isinstance(value, str) else type_name(value)
        raise ValueError(f"invalid operation: float({shown})")
    return number


def _on_texts(name: str, apply: Callable[..., Any]) -> Callable[..., Any]:
    """A function all of whose arguments are strings."""
    return lambda *values: apply(*(as_text(value, name) for value in values))


def trim(value: str, characters: str = _SPACES) -> str:
    """Spaces, or any of the given characters, cut from both ends."""
    return value.strip(characters) if characters else value


def _cased(change: Callable[[str], str]) -> Callable[[str], str]:
    """Go changes each character on its own, and never into two; what is no UTF-8 is lost."""

    def one(char: str) -> str:
        if "\ud800" <= char <= "\udfff":
            return "\ufffd"
        changed = change(char)
        return changed if len(changed) == 1 else "i" if char == "İ" else char

    return lambda value: change(value) if value.isascii() else "".join(map(one, value))


def split(value: Any, separator: Any, limit: Any = -1) -> list[str]:
    """strings.SplitN: an empty separator splits into characters."""
    whole, mark = as_text(value, "split"), as_text(separator, "split")
    most = kinds.whole(limit)
    if most == 0:
        return Slice("[]string", nil=True)
    if mark:
        return strings(whole.split(mark, most - 1 if most > 0 else -1))
    if 0 < most < len(whole):
        return strings([*whole[: most - 1], whole[most - 1 :]])
    return strings(whole)


def split_after(value: Any, separator: Any, limit: Any = -1) -> list[str]:
    """As split, each part but the last keeping its separator."""
    parts = split(value, separator, limit)
    kept = [part + separator for part in parts[:-1]] + parts[-1:]
    return parts if is_nil(parts) else strings(kept)


def replace(value: Any, old: Any, new: Any, limit: Any = -1) -> str:
    """strings.Replace."""
    whole, before, after = (as_text(item, "replace") for item in (value, old, new))
    return whole.replace(before, after, kinds.whole(limit))


def repeat(value: Any, count: Any) -> str:
    """The string that many times; bounded, as memory is."""
    times, whole = kinds.whole(count), as_text(value, "repeat")
    if times < 0:
        raise ValueError(f"invalid argument for repeat (expected positive integer, got {times})")
    if times > LARGEST_REPEAT or times * len(whole) > LARGEST_REPEAT * 10:
        raise ValueError("memory budget exceeded")
    return whole * times


def join(value: Any, glue: Any = "") -> str:
    """The strings of an array with glue between them."""
    if not is_array(value) or isinstance(value, bytes | Pair | Pairs):
        raise ValueError(f"invalid argument for join (type {type_name(value)})")
    return as_text(glue, "join").join(as_text(item, "join") for item in value)


def _get(base: Any, key: Any) -> Any:
    """`fetch` that answers nil where there is nothing."""
    if isinstance(base, Mapping):
        known = operators.map_key(base, key)
        return base.get(known)
    if not (is_array(base) or isinstance(base, str)):
        return None
    index = kinds.whole(key)
    size = len(_bytes(base)) if isinstance(base, str) else len(base)
    return operators.fetch(base, index) if -size <= index < size else None


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
    return operators.resliced(value, value[: min(count, len(value))])


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
        if not any(operators.equal(item, known) for known in found):
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


_SHARED: dict[str, Callable[..., Any]] = {
    "type": _type,
    "float": to_float,
    "string": text,
    "trim": _on_texts("trim", trim),
    "trimPrefix": _on_texts("trimPrefix", lambda s, p=" ": s.removeprefix(p)),
    "trimSuffix": _on_texts("trimSuffix", lambda s, p=" ": s.removesuffix(p)),
    "upper": _on_texts("upper", _cased(str.upper)),
    "lower": _on_texts("lower", _cased(str.lower)),
    "split": split,
    "splitAfter": split_after,
    "replace": replace,
    "repeat": repeat,
    "join": join,
    "indexOf": _on_texts("indexOf", lambda s, p: _bytes(s).find(_bytes(p))),
    "lastIndexOf": _on_texts("lastIndexOf", lambda s, p: _bytes(s).rfind(_bytes(p))),
    "hasPrefix": _on_texts("hasPrefix", str.startswith),
    "hasSuffix": _on_texts("hasSuffix", str.endswith),
    "toJSON": lambda value: goquote.json_text(value, indent="  "),
    "fromJSON": decoding.from_json,
    "toBase64": _on_texts("toBase64", lambda s: base64.b64encode(_bytes(s)).decode()),
    "fromBase64": _on_texts("fromBase64", decoding.from_base64),
    "first": _or_nil(lambda value: operators.fetch(value, 0)),
    "last": _or_nil(lambda value: operators.fetch(value, -1)),
    "take": _take,
    "keys": lambda value: list(as_map(value, "get keys from")),
    "values": lambda value: list(as_map(value, "get values from").values()),
    "toPairs": lambda v: Pairs(map(Pair, as_map(v, "transform to pairs").items())),
    "fromPairs": _from_pairs,
}
VALUES: dict[str, Callable[..., Any]] = {
    **NUMBERS,
    **_SHARED,
    "len": length,
    "int": to_int,
    "get": _get,
    "reverse": lambda value: as_array(value, "reverse")[::-1],
    "uniq": _uniq,
    "concat": _concat,
    "flatten": lambda value: flat(as_array(value, "flatten")),
    "sort": sorting.sort,
}
OLD_VALUES: dict[str, Callable[..., Any]] = {
    **OLD_NUMBERS,
    **_SHARED,
    "len": _old_length,
    "int": old_to_int,
    "get": _or_nil(operators.fetch),
    "sort": lambda value, order="asc": sorting.old_sort(value, "", order),
    "sortBy": sorting.old_sort,
}
"""Those of 1.15."""
CHARGED = frozenset({"repeat", "reverse", "concat", "flatten", "sort"})
"""Those of 1.17 whose results count against the memory budget."""
