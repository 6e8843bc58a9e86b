"""The functions of `math` (gopher-lua's mathlib.go): Go's math, which knows no errors."""

from __future__ import annotations

import math
import random
import sys
from collections.abc import Callable

from pinnace.languages import gonumbers
from pinnace.languages.lua import arguments
from pinnace.languages.lua.machine import Machine
from pinnace.languages.lua.values import Values, modulo, remainder

Native = Callable[[Machine, Values], Values]
_LN2_BY_LN10 = 0.30102999566398119521
_BY_LN2 = 1.44269504088896340736


def _of_one(compute: Callable[[float], float]) -> Native:
    def native(machine: Machine, given: Values) -> Values:
        return [compute(arguments.number(machine, given, 1))]

    return native


def _of_two(compute: Callable[[float, float], float]) -> Native:
    def native(machine: Machine, given: Values) -> Values:
        first = arguments.number(machine, given, 1)
        return [compute(first, arguments.number(machine, given, 2))]

    return native


def _c(compute: Callable[[float], float], huge: Callable[[float], float]) -> Native:
    """A function of Python's: NaN where it has no value, `huge` where that is too large."""

    def found(value: float) -> float:
        try:
            return float(compute(value))
        except ValueError:
            return math.nan
        except OverflowError:
            return huge(value)

    return _of_one(found)


def _infinite(value: float) -> float:
    return math.copysign(math.inf, value)


def _positive(value: float) -> float:
    return math.inf


def _whole(compute: Callable[[float], int]) -> Callable[[float], float]:
    """Infinity and NaN are their own whole numbers; a zero keeps the number's sign."""
    return lambda value: (
        math.copysign(float(compute(value)), value) if math.isfinite(value) else value
    )


def _log(value: float) -> float:
    if value > 0:
        return math.log(value)
    return -math.inf if value == 0 else math.nan


def _log10(value: float) -> float:
    if not value > 0 or math.isinf(value):
        return _log(value)
    part, exponent = math.frexp(value)
    exact = part == 0.5  # as Go: powers of two exactly, the others by way of log2
    log2 = float(exponent - 1) if exact else math.log(part) * _BY_LN2 + exponent
    return log2 * _LN2_BY_LN10


def _modf(machine: Machine, given: Values) -> Values:
    value = arguments.number(machine, given, 1)
    if not math.isfinite(value):
        return [value, math.nan]
    part, whole = math.modf(value)
    return [whole, part]


def _frexp(machine: Machine, given: Values) -> Values:
    part, exponent = math.frexp(arguments.number(machine, given, 1))
    return [part, float(exponent)]


def _ldexp(machine: Machine, given: Values) -> Values:
    part = arguments.number(machine, given, 1)
    try:
        return [math.ldexp(part, arguments.whole(machine, given, 2))]
    except OverflowError:
        return [_infinite(part)]


def _extreme(better: Callable[[float, float], bool]) -> Native:
    def native(machine: Machine, given: Values) -> Values:
        if not given:
            machine.fail("wrong number of arguments")
        found = arguments.number(machine, given, 1)
        for place in range(2, len(given) + 1):
            value = arguments.number(machine, given, place)
            if better(value, found):
                found = value
        return [found]

    return native


def _random(machine: Machine, given: Values) -> Values:
    if not given:
        return [random.random()]
    first = arguments.whole(machine, given, 1)
    low, high = (1, first) if len(given) == 1 else (first, arguments.whole(machine, given, 2))
    if high < low:
        machine.fail("invalid argument to Intn")
    return [float(random.randint(low, high))]


def _randomseed(machine: Machine, given: Values) -> Values:
    random.seed(arguments.whole(machine, given, 1))
    return []


FUNCTIONS: dict[str, Native] = {
    "abs": _of_one(abs), "acos": _c(math.acos, _positive), "asin": _c(math.asin, _positive),
    "atan": _c(math.atan, _positive), "atan2": _of_two(math.atan2),
    "ceil": _of_one(_whole(math.ceil)), "cos": _c(math.cos, _positive),
    "cosh": _c(math.cosh, _positive), "deg": _of_one(lambda x: x * 180 / math.pi),
    "exp": _c(math.exp, _positive), "floor": _of_one(_whole(math.floor)),
    "fmod": _of_two(remainder), "frexp": _frexp, "ldexp": _ldexp, "log": _of_one(_log),
    "log10": _of_one(_log10), "max": _extreme(lambda one, two: one > two),
    "min": _extreme(lambda one, two: one < two), "mod": _of_two(modulo), "modf": _modf,
    "pow": _of_two(gonumbers.power), "rad": _of_one(lambda x: x * math.pi / 180),
    "random": _random, "randomseed": _randomseed, "sin": _c(math.sin, _positive),
    "sinh": _c(math.sinh, _infinite), "sqrt": _c(math.sqrt, _positive),
    "tan": _c(math.tan, _positive), "tanh": _c(math.tanh, _positive),
}  # fmt: skip
CONSTANTS = {"pi": math.pi, "huge": sys.float_info.max}
