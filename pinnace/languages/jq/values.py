"""Values as gojq sees them: types, order, how they print, and the errors that show them."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from pinnace.languages import gonumbers
from pinnace.languages.jq import jsonfaults


class JqError(Exception):
    """A failure that `try` catches; `value` is what `catch` gets."""

    def __init__(self, value: Any, *, thrown: bool = False) -> None:
        self.value = value
        text = value if isinstance(value, str) else marshal(value)
        super().__init__(f"error: {text}" if thrown else text)


def encoded(text: str) -> bytes:
    """The bytes of a text; those that are no UTF-8 travel in surrogates."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


class Literal(str):
    """A number that `fromjson` read: it prints as it was written until it is computed with."""

    __slots__ = ()


_BIG = 10**400


def parse_number(text: str) -> int | float:
    """gojq's parseNumber: an int of any size, a float if there is a point or an exponent."""
    if re.fullmatch(r"-?[0-9]+", text):
        return int(text)
    value = float(text)
    if math.isinf(value) and re.fullmatch(r"\+?[0-9]+", text):
        return int(text)
    return value


def number(value: Any) -> int | float | None:
    """The number that a value is, else None."""
    kind = type(value)
    if kind is int or kind is float:
        return value  # type: ignore[no-any-return]  # one of the two
    return parse_number(value) if kind is Literal else None


def to_float(value: int | float) -> float:
    """The number as a float; what is too big is infinite."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def to_int(value: Any) -> int | None:
    """The number cut to 64 bits, else None."""
    found = number(value)
    if found is None:
        return None
    if isinstance(found, float):
        if math.isnan(found):
            return gonumbers.MIN_INT64
        if math.isinf(found):
            return gonumbers.MAX_INT64 if found > 0 else gonumbers.MIN_INT64
    return min(max(int(found), gonumbers.MIN_INT64), gonumbers.MAX_INT64)


_ORDER = {type(None): 0, int: 3, float: 3, Literal: 3, str: 4, list: 5, dict: 6}
_NAMES = {
    type(None): "null", bool: "boolean", int: "number", float: "number", Literal: "number",
    str: "string", list: "array", dict: "object",
}  # fmt: skip


def type_name(value: Any) -> str:
    """What `type` answers."""
    return _NAMES[type(value)]


def _rank(value: Any) -> int:
    if value is False or value is True:
        return 2 if value else 1
    return _ORDER[type(value)]


def sorted_keys(value: dict[str, Any]) -> list[str]:
    """Keys in the order of their bytes."""
    return sorted(value, key=lambda key: encoded(key))


def compare(left: Any, right: Any) -> int:  # noqa: C901 - one case for each type
    """-1, 0 or 1, in jq's order of all values."""
    left_rank, right_rank = _rank(left), _rank(right)
    if left_rank != right_rank:
        return -1 if left_rank < right_rank else 1
    if left_rank == 3:
        return _compare_numbers(number(left), number(right))
    if left_rank == 4:
        one, two = encoded(left), encoded(right)
        return (one > two) - (one < two)
    if left_rank == 5:
        for first, second in zip(left, right, strict=False):
            if found := compare(first, second):
                return found
        return (len(left) > len(right)) - (len(left) < len(right))
    if left_rank == 6:
        keys = sorted_keys(left)
        if found := compare(keys, sorted_keys(right)):
            return found
        for key in keys:
            if found := compare(left[key], right[key]):
                return found
    return 0


def _compare_numbers(left: Any, right: Any) -> int:
    if isinstance(left, float) or isinstance(right, float):
        left, right = to_float(left), to_float(right)
        if left < right or math.isnan(left):
            return -1
        return 0 if left == right else 1
    more: int = (left > right) - (left < right)
    return more


class Key:
    """Sorts values by `compare`."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __lt__(self, other: Key) -> bool:
        return compare(self.value, other.value) < 0


_SPECIAL = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r",
            "\t": "\\t"}  # fmt: skip
_ESCAPED = re.compile('[\x00-\x1f"\\\\\x7f\ud800-\udfff]')


def _escape(found: re.Match[str]) -> str:
    char = found[0]
    if char >= "\ud800":
        return "\\ufffd"
    return _SPECIAL.get(char, f"\\u{ord(char):04x}")


def _string(text: str) -> str:
    return '"' + _ESCAPED.sub(_escape, text) + '"'


def float_text(value: float) -> str:
    """A float as gojq prints it: NaN is null, infinities the largest float."""
    if math.isnan(value):
        return "null"
    limit = 1.7976931348623157e308
    value = min(max(value, -limit), limit)
    if value != 0 and abs(value) < 1e-6 or abs(value) >= 1e21:
        return re.sub(r"e-0(\d)$", r"e-\1", gonumbers.format_exponent(value))
    return gonumbers.format_fixed(value)


def marshal(value: Any) -> str:
    """gojq.Marshal: compact JSON, keys sorted."""
    if value is None:
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    kind = type(value)
    if kind is str:
        return _string(value)
    if kind is int or kind is Literal:
        return str(value)
    if kind is float:
        return float_text(value)
    if kind is list:
        return "[" + ",".join(map(marshal, value)) + "]"
    pairs = (f"{_string(key)}:{marshal(value[key])}" for key in sorted_keys(value))
    return "{" + ",".join(pairs) + "}"


_TRAILING: dict[type, bytes] = {str: b' ..."', list: b" ...]", dict: b" ...}"}


def preview(value: Any) -> str:
    """The first 30 bytes of how a value prints."""
    made = encoded(marshal(value))[:32]
    if len(made) <= 30:
        return made.decode("utf-8", "surrogateescape")
    trailing = _TRAILING.get(type(value), b" ...")
    while len(made) > 30 - len(trailing):
        size = 1  # a whole rune, or one byte of a broken one
        for width in (1, 2, 3, 4):
            try:
                if len(made[-width:].decode()) == 1:
                    size = width
                    break
            except UnicodeDecodeError:
                continue
        made = made[:-size]
    return (made + trailing).decode("utf-8", "replace")


def shown(value: Any) -> str:
    """A value in a message: `number (5)`."""
    return "null" if value is None else f"{type_name(value)} ({preview(value)})"


def from_json(text: str) -> Any:
    """`fromjson`: numbers keep how they were written; raises ValueError in encoding/json's words.

    It has none for what follows a whole value.
    """

    def refuse(_name: str) -> Any:
        raise ValueError(jsonfaults.reason(encoded(text)))

    try:
        return json.loads(text, parse_int=Literal, parse_float=Literal, parse_constant=refuse)
    except json.JSONDecodeError as problem:
        raise ValueError(jsonfaults.reason(encoded(text))) from problem
