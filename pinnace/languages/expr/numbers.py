"""expr's functions on numbers: rounding, extremes, means and bits.

The part of `builtins` that does arithmetic; a table of the same shape.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from pinnace.languages import gonumbers
from pinnace.languages.durations import Duration
from pinnace.languages.expr import arithmetic, comparing, kinds
from pinnace.languages.expr.kinds import is_array, is_basic
from pinnace.languages.gotypes import Uint8
from pinnace.languages.govalues import kind_name, type_name

Function = Callable[..., Any]


def _invalid(name: str, value: Any) -> ValueError:
    return ValueError(f"invalid argument for {name} (type {type_name(value)})")


def _rounded(name: str, apply: Callable[[float], float]) -> Callable[[Any], float]:
    def function(value: Any) -> float:
        if not is_basic(value):
            raise _invalid(name, value)
        number = float(value)
        if isinstance(value, int) or not math.isfinite(number):
            return number
        return math.copysign(float(apply(number)), number)

    return function


def _abs(value: Any) -> Any:
    if not is_basic(value):
        raise _invalid("abs", value)
    return arithmetic.negated(value) if value < 0 else value


Less = Callable[[Any, Any], bool]


def _counts(value: Any) -> bool:
    """reflect.Kind is a number's: that of a duration too."""
    return isinstance(value, Duration) or (
        isinstance(value, int | float) and not isinstance(value, bool)
    )


class _Extreme:
    """`max` and `min` look into arrays, and give back what they found as it is."""

    def __init__(self, name: str, behind: Less) -> None:
        self._name = name
        self._behind = behind

    def __call__(self, *values: Any) -> Any:
        """The furthest of the arguments; a single one that is no number is given back."""
        alone = len(values) == 1
        return self._best(values, lambda value: self._argument(value, alone=alone))

    def _best(self, values: Any, take: Callable[[Any], Any]) -> Any:
        found = None
        for value in values:
            one = take(value)
            if one is not None and (found is None or self._behind(found, one)):
                found = one
        return found

    def _argument(self, value: Any, *, alone: bool) -> Any:
        if is_array(value):
            return self._best(
                kinds.items(value), self._item if type(value) is list else self._typed
            )
        if not _counts(value) and not alone:
            raise _invalid(self._name, value)
        return value

    def _item(self, item: Any) -> Any:
        if not (is_basic(item) or is_array(item)):
            raise _invalid(self._name, item)
        return self._argument(item, alone=True)

    def _typed(self, item: Any) -> Any:
        """An item of an array that isn't one of anything."""
        found = self._argument(item, alone=True)
        if not is_basic(found):
            raise _invalid(self._name, found)
        return found


def _old_extreme(behind: Less) -> Function:
    """1.15 compares its arguments, whatever they are."""

    def function(*values: Any) -> Any:
        found = None
        for value in values:
            if found is None or behind(found, value):
                found = value
        return found

    return function


def _floats(name: str, values: Any) -> list[float]:
    found: list[float] = []
    for value in values:
        if is_array(value):
            found.extend(_floats(name, kinds.items(value)))
        elif _counts(value):
            found.append(_float(value))
        else:
            raise _invalid(name, value)
    return found


def _float(value: Any) -> float:
    return float(value.nanoseconds if isinstance(value, Duration) else value)


def _mean(*values: Any) -> float:
    return _mean_of(_floats("mean", values))


def _mean_of(found: list[float]) -> float:
    total = 0.0
    for one in found:  # one after the other, as Go adds them: sum() of Python 3.12 is exacter
        total += one
    return total / len(found) if found else 0.0


def _median_of(values: list[float]) -> float:
    found = sorted(values, key=lambda value: (not math.isnan(value), value))
    middle = len(found) // 2
    if not found:
        return 0.0
    return found[middle] if len(found) % 2 else (found[middle - 1] + found[middle]) / 2


def _old_numbers(name: str, value: Any) -> list[Any]:
    if not is_array(value):
        raise ValueError(f"cannot {name} {kind_name(value)}")
    for item in value:
        if not _counts(item) or isinstance(item, Uint8) or isinstance(value, bytes):
            raise ValueError(f"cannot {name} {kind_name(item)}")
    return list(value)


def _old_sum(value: Any) -> int | float:
    """Whole as long as all items are."""
    total: int | float = 0
    for item in _old_numbers("sum", value):
        one = item.nanoseconds if isinstance(item, Duration) else item
        if isinstance(total, int) and isinstance(one, int):
            total = gonumbers.wrap(total + one)
        else:
            total = float(total) + float(one)
    return total


def _bits(name: str, apply: Callable[[int, int], int]) -> Callable[[Any, Any], int]:
    def function(left: Any, right: Any) -> int:
        one, other = _bit_argument(name, left), _bit_argument(name, right)
        if other < 0 and name in ("bitshl", "bitshr", "bitushr"):
            raise ValueError(f"invalid operation: negative shift count {other} (type int)")
        return gonumbers.wrap(apply(one, other))

    return function


def _bit_argument(name: str, value: Any) -> int:
    if not kinds.is_integer(value):
        raise ValueError(f"cannot use {type_name(value)} as argument (type int) to call {name}")
    return int(value)


_ROUND: dict[str, Function] = {
    "abs": _abs,
    "ceil": _rounded("ceil", math.ceil),
    "floor": _rounded("floor", math.floor),
    "round": _rounded("round", gonumbers.round_half_away),
}
NUMBERS: dict[str, Function] = {
    **_ROUND,
    "max": _Extreme("max", comparing.less),
    "min": _Extreme("min", lambda found, one: comparing.less(one, found)),
    "mean": _mean,
    "median": lambda *values: _median_of(_floats("median", values)),
    "bitand": _bits("bitand", lambda a, b: a & b),
    "bitor": _bits("bitor", lambda a, b: a | b),
    "bitxor": _bits("bitxor", lambda a, b: a ^ b),
    "bitnand": _bits("bitnand", lambda a, b: a & ~b),
    "bitshl": _bits("bitshl", lambda a, b: a << b if b < 64 else 0),
    "bitshr": _bits("bitshr", lambda a, b: a >> min(b, 64)),
    "bitushr": _bits("bitushr", lambda a, b: (a % 2**64) >> min(b, 64)),
    "bitnot": lambda value: ~_bit_argument("bitnot", value),
}
OLD_NUMBERS: dict[str, Function] = {
    **_ROUND,
    "max": _old_extreme(comparing.less),
    "min": _old_extreme(lambda found, one: comparing.less(one, found)),
    "sum": _old_sum,
    "mean": lambda value: _mean_of([_float(item) for item in _old_numbers("mean", value)]),
    "median": lambda value: _median_of([_float(item) for item in _old_numbers("median", value)]),
}
"""Those of 1.15."""
