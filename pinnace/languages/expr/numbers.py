"""expr-lang's functions on numbers: rounding, extremes, means and bits.

The part of `builtins` that does arithmetic; a table of the same shape.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

from pinnace.languages import gonumbers
from pinnace.languages.expr import operators
from pinnace.languages.govalues import is_number, type_name

UNBOUNDED = 1 << 30

Function = tuple[int, int, Callable[..., Any]]
"""Least arguments, most arguments, and what to call."""


def _rounded(name: str, apply: Callable[[float], float]) -> Callable[[Any], float]:
    def function(value: Any) -> float:
        if not is_number(value):
            raise ValueError(f"invalid argument for {name} (type {type_name(value)})")
        return float(apply(value)) if math.isfinite(value) else float(value)

    return function


def _abs(value: Any) -> Any:
    if not is_number(value):
        raise ValueError(f"invalid argument for abs (type {type_name(value)})")
    return abs(value)


def flat(values: Any) -> Iterator[Any]:
    """The items of nested arrays in order."""
    for item in values:
        if isinstance(item, list | tuple):
            yield from flat(item)
        else:
            yield item


def _numbers(name: str, values: tuple[Any, ...]) -> list[Any]:
    found = list(flat(values))
    for item in found:
        if not is_number(item):
            raise ValueError(f"invalid argument for {name} (type {type_name(item)})")
    return found


def _extreme(name: str, pick: Callable[[list[Any]], Any]) -> Callable[..., Any]:
    def function(*values: Any) -> Any:
        found = _numbers(name, values)
        return pick(found) if found else None

    return function


def _mean(*values: Any) -> float:
    found = _numbers("mean", values)
    return sum(map(float, found)) / len(found) if found else 0.0


def _median(*values: Any) -> float:
    found = sorted(float(item) for item in _numbers("median", values))
    middle = len(found) // 2
    if not found:
        return 0.0
    return found[middle] if len(found) % 2 else (found[middle - 1] + found[middle]) / 2


def _bits(name: str, apply: Callable[[int, int], int]) -> Callable[[Any, Any], int]:
    def function(left: Any, right: Any) -> int:
        for value in (left, right):
            if not isinstance(value, int) or isinstance(value, bool):
                raise ValueError(
                    f"cannot use {type_name(value)} as argument (type int) to call {name}"
                )
        if right < 0 and name.startswith("bitsh"):
            raise ValueError(f"invalid operation: negative shift count {right} (type int)")
        return gonumbers.wrap(apply(left, right))

    return function


def _shift_left(left: int, right: int) -> int:
    return left << right if right < 64 else 0


NUMBERS: dict[str, Function] = {
    "abs": (1, 1, _abs),
    "ceil": (1, 1, _rounded("ceil", math.ceil)),
    "floor": (1, 1, _rounded("floor", math.floor)),
    "round": (1, 1, _rounded("round", gonumbers.round_half_away)),
    "max": (1, UNBOUNDED, _extreme("max", max)),
    "min": (1, UNBOUNDED, _extreme("min", min)),
    "mean": (1, UNBOUNDED, _mean),
    "median": (1, UNBOUNDED, _median),
    "bitand": (2, 2, _bits("bitand", lambda a, b: a & b)),
    "bitor": (2, 2, _bits("bitor", lambda a, b: a | b)),
    "bitxor": (2, 2, _bits("bitxor", lambda a, b: a ^ b)),
    "bitnand": (2, 2, _bits("bitnand", lambda a, b: a & ~b)),
    "bitshl": (2, 2, _bits("bitshl", _shift_left)),
    "bitshr": (2, 2, _bits("bitshr", lambda a, b: a >> b)),
    "bitushr": (2, 2, _bits("bitushr", lambda a, b: (a % 2**64) >> b)),
    "bitnot": (1, 1, lambda value: ~operators.to_int(value)),
}
