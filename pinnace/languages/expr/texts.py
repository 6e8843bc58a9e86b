"""expr's functions on texts (mirrors builtin/builtin.go): a table of name to function.

They raise ValueError for what is no text.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from pinnace.languages import gounicode
from pinnace.languages.expr import decoding, kinds
from pinnace.languages.gotypes import Slice, is_nil, strings
from pinnace.languages.gounicode import as_bytes
from pinnace.languages.govalues import type_name

LARGEST_REPEAT = 1_000_000
_SPACES = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)


def as_text(value: Any, name: str) -> str:
    """A string argument."""
    if not isinstance(value, str):
        raise ValueError(f"cannot use {type_name(value)} as argument (type string) to call {name}")
    return value


def _on_texts(name: str, apply: Callable[..., Any]) -> Callable[..., Any]:
    """A function all of whose arguments are strings."""
    return lambda *values: apply(*(as_text(value, name) for value in values))


def trim(value: str, characters: str = _SPACES) -> str:
    """Spaces, or any of the given characters, cut from both ends."""
    return value.strip(characters) if characters else value


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
    if type_name(value) not in ("[]interface {}", "[]string"):
        raise ValueError(f"invalid argument for join (type {type_name(value)})")
    return as_text(glue, "join").join(as_text(item, "join") for item in value)


TEXTS: dict[str, Callable[..., Any]] = {
    "trim": _on_texts("trim", trim),
    "trimPrefix": _on_texts("trimPrefix", lambda s, p=" ": s.removeprefix(p)),
    "trimSuffix": _on_texts("trimSuffix", lambda s, p=" ": s.removesuffix(p)),
    "upper": _on_texts("upper", gounicode.upper),
    "lower": _on_texts("lower", gounicode.lower),
    "split": split,
    "splitAfter": split_after,
    "replace": replace,
    "repeat": repeat,
    "join": join,
    "indexOf": _on_texts("indexOf", lambda s, p: as_bytes(s).find(as_bytes(p))),
    "lastIndexOf": _on_texts("lastIndexOf", lambda s, p: as_bytes(s).rfind(as_bytes(p))),
    "hasPrefix": _on_texts("hasPrefix", str.startswith),
    "hasSuffix": _on_texts("hasSuffix", str.endswith),
    "toBase64": _on_texts("toBase64", lambda s: base64.b64encode(as_bytes(s)).decode()),
    "fromBase64": _on_texts("fromBase64", decoding.from_base64),
}
