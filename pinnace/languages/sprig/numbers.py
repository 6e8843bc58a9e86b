"""sprig's arithmetic: integers in 64 bits, and decimals behind the `…f` functions."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal, getcontext
from functools import reduce
from typing import Any

from pinnace.languages import gonumbers
from pinnace.languages.govalues import text as shown
from pinnace.languages.sprig.casts import to_float, to_int, want_int, want_text

LARGEST_SEQUENCE = 100_000


def _divide(left: Any, right: Any) -> int:
    if to_int(right) == 0:
        raise ValueError("div: integer divide by zero")
    return gonumbers.quotient(to_int(left), to_int(right))


def _modulo(left: Any, right: Any) -> int:
    if to_int(right) == 0:
        raise ValueError("mod: integer divide by zero")
    return gonumbers.remainder(to_int(left), to_int(right))


def _product(*values: Any) -> int:
    return reduce(lambda left, right: gonumbers.wrap(left * right), map(to_int, values), 1)


def _decimals(apply: Callable[[Decimal, Decimal], Decimal]) -> Callable[..., float]:
    def function(first: Any, *rest: Any) -> float:
        getcontext().prec = 34
        numbers = [Decimal(repr(to_float(value))) for value in (first, *rest)]
        return float(reduce(apply, numbers))

    return function


def _decimal_quotient(left: Decimal, right: Decimal) -> Decimal:
    if right == 0:
        raise ValueError("divf: decimal division by 0")
    return left / right


def _round(value: Any, places: Any, threshold: Any = 0.5) -> float:
    """Rounds up from the threshold (0.5 unless given) of the last place on."""
    scale = 10.0 ** want_int(places)
    digit = scale * to_float(value)
    fraction, whole = math.modf(digit)
    return (math.ceil(digit) if fraction >= to_float(threshold) else math.floor(digit)) / scale


def until(count: Any) -> list[int]:
    """The integers from zero up (or down) to the count."""
    stop = want_int(count)
    return until_step(0, stop, 1 if stop >= 0 else -1)


def until_step(start: Any, stop: Any, step: Any) -> list[int]:
    """The integers from start until stop by step; an impossible direction gives none."""
    first, last, stride = want_int(start), want_int(stop), want_int(step)
    if stride == 0 or (last < first) != (stride < 0):
        return []
    found = range(first, last, stride)
    if len(found) > LARGEST_SEQUENCE:
        raise ValueError(f"a sequence of {len(found)} numbers is too long")
    return list(found)


def _seq(*bounds: Any) -> str:
    """As seq(1): one to n, or first to last, or first by step to last."""
    numbers = [want_int(bound) for bound in bounds]
    match numbers:
        case []:
            return ""
        case [last]:
            first, step = 1, 1 if last >= 1 else -1
        case [first, last]:
            step = 1 if last >= first else -1
        case [first, step, last]:
            pass
        case _:
            return ""
    reach = last + (1 if step > 0 else -1)
    return " ".join(map(str, until_step(first, reach, step)))


def _to_decimal(value: Any) -> int:
    """A string of octal digits (a file mode) as a number."""
    try:
        return int(shown(value), 8)
    except ValueError:
        return 0


TABLE: dict[str, Callable[..., Any]] = {
    "atoi": lambda value: gonumbers.parse_int(want_text(value)) or 0,
    "int": to_int,
    "int64": to_int,
    "float64": to_float,
    "toDecimal": _to_decimal,
    "seq": _seq,
    "until": until,
    "untilStep": until_step,
    "add1": lambda value: gonumbers.wrap(to_int(value) + 1),
    "add": lambda *values: gonumbers.wrap(sum(map(to_int, values))),
    "sub": lambda left, right: gonumbers.wrap(to_int(left) - to_int(right)),
    "div": _divide,
    "mod": _modulo,
    "mul": _product,
    "add1f": lambda value: _decimals(Decimal.__add__)(value, 1),
    "addf": lambda *values: _decimals(Decimal.__add__)(0.0, *values),
    "subf": _decimals(Decimal.__sub__),
    "mulf": _decimals(Decimal.__mul__),
    "divf": _decimals(_decimal_quotient),
    "max": lambda *values: max(map(to_int, values)),
    "biggest": lambda *values: max(map(to_int, values)),
    "min": lambda *values: min(map(to_int, values)),
    "maxf": lambda *values: max(map(to_float, values)),
    "minf": lambda *values: min(map(to_float, values)),
    "ceil": lambda value: float(math.ceil(to_float(value))),
    "floor": lambda value: float(math.floor(to_float(value))),
    "round": _round,
}
