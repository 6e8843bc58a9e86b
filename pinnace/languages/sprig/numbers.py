"""sprig's arithmetic: integers in 64 bits, and decimals behind the `…f` functions."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import reduce
from typing import Any

from pinnace.languages import gonumbers
from pinnace.languages.govalues import text as shown
from pinnace.languages.sprig.casts import nearest_int, to_float, to_int

LARGEST_SEQUENCE = 100_000
_EXACT = Context(prec=2_000, Emax=10**6, Emin=-(10**6))


def _divide(left: Any, right: Any) -> int:
    if to_int(right) == 0:
        raise ValueError("div: integer divide by zero")
    return gonumbers.wrap(gonumbers.quotient(to_int(left), to_int(right)))


def _modulo(left: Any, right: Any) -> int:
    if to_int(right) == 0:
        raise ValueError("mod: integer divide by zero")
    return gonumbers.remainder(to_int(left), to_int(right))


def _product(*values: Any) -> int:
    return reduce(lambda left, right: gonumbers.wrap(left * right), map(to_int, values), 1)


def _decimal(value: Any) -> Decimal:
    number = to_float(value)
    if not math.isfinite(number):
        raise ValueError(f"cannot create a decimal from {gonumbers.special(number)}")
    return Decimal(repr(number))


def _decimals(apply: Callable[[Decimal, Decimal], Decimal]) -> Callable[..., float]:
    """shopspring/decimal: exact, but that quotients have 16 decimals."""

    def function(first: Any, *rest: Any) -> float:
        result = float(reduce(apply, map(_decimal, (first, *rest))))
        return result if result else 0.0  # decimals know no -0

    return function


def _quotient(left: Decimal, right: Decimal) -> Decimal:
    if right == 0:
        raise ValueError("divf: decimal division by 0")
    exact = _EXACT.divide(left, right)
    return exact.quantize(Decimal(1).scaleb(-16), ROUND_HALF_UP, _EXACT)


def _round(value: Any, places: int, threshold: float = 0.5, *_ignored: float) -> float:
    """Rounds up from the threshold (0.5 unless given) of the last place on."""
    power = gonumbers.power(10, places)
    digit = power * to_float(value)
    if not math.isfinite(digit) or power == 0:
        return math.nan if math.isnan(digit) or power in (0, math.inf) else digit / power
    fraction, _ = math.modf(digit)
    whole = _ceil(digit) if fraction >= threshold else _floor(digit)
    return whole / power


def _floor(value: float) -> float:
    return math.copysign(float(math.floor(value)), value) if math.isfinite(value) else value


def _ceil(value: float) -> float:
    return math.copysign(float(math.ceil(value)), value) if math.isfinite(value) else value


def until(count: int) -> list[int]:
    """The integers from zero up (or down) to the count."""
    return until_step(0, count, 1 if count >= 0 else -1)


def until_step(start: int, stop: int, step: int) -> list[int]:
    """The integers from start until stop by step; an impossible direction gives none."""
    if step == 0 or (stop < start) != (step < 0):
        return []
    count = -((start - stop) // step)
    if count > LARGEST_SEQUENCE:
        raise ValueError(f"a sequence of {count} numbers is too long")
    return list(range(start, stop, step))


def _seq(*bounds: int) -> str:
    """As seq(1): one to n, or first to last, or first by step to last."""
    match bounds:
        case (last,):
            first, step = 1, 1 if last >= 1 else -1
            reach = last + step
        case (first, last):
            step = 1 if last >= first else -1
            reach = last + step
        case (first, step, last):
            if last < first and step > 0:
                return ""
            reach = last + (-1 if last < first else 1)
        case _:
            return ""
    return " ".join(map(str, until_step(first, gonumbers.wrap(reach), step)))


def _largest(pick: Callable[[float, float], float]) -> Callable[..., float]:
    """math.Max and math.Min: NaN wins."""

    def function(*values: Any) -> float:
        return reduce(pick, map(to_float, values))

    return function


def _larger(left: float, right: float) -> float:
    if math.isnan(left) or math.isnan(right):
        return math.inf if math.inf in (left, right) else math.nan
    return max(left, right, key=lambda value: (value, math.copysign(1, value)))


def _smaller(left: float, right: float) -> float:
    if math.isnan(left) or math.isnan(right):
        return -math.inf if -math.inf in (left, right) else math.nan
    return min(left, right, key=lambda value: (value, math.copysign(1, value)))


TABLE: dict[str, Callable[..., Any]] = {
    "atoi": nearest_int,
    "int": to_int,
    "int64": to_int,
    "float64": to_float,
    "toDecimal": lambda value: gonumbers.parse_int(shown(value), 8) or 0,
    "seq": _seq,
    "until": until,
    "untilStep": until_step,
    "add1": lambda value: gonumbers.wrap(to_int(value) + 1),
    "add": lambda *values: gonumbers.wrap(sum(map(to_int, values))),
    "sub": lambda left, right: gonumbers.wrap(to_int(left) - to_int(right)),
    "div": _divide,
    "mod": _modulo,
    "mul": _product,
    "add1f": lambda value: _decimals(_EXACT.add)(value, 1),
    "addf": lambda *values: _decimals(_EXACT.add)(0.0, *values),
    "subf": _decimals(_EXACT.subtract),
    "mulf": _decimals(_EXACT.multiply),
    "divf": _decimals(_quotient),
    "max": lambda *values: max(map(to_int, values)),
    "biggest": lambda *values: max(map(to_int, values)),
    "min": lambda *values: min(map(to_int, values)),
    "maxf": _largest(_larger),
    "minf": _largest(_smaller),
    "ceil": lambda value: _ceil(to_float(value)),
    "floor": lambda value: _floor(to_float(value)),
    "round": _round,
}
