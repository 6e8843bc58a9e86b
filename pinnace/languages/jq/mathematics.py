"""jq's functions of numbers; results are floats, as Go's math gives them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from pinnace.languages import gonumbers
from pinnace.languages.jq.values import JqError, number, shown, to_float


def _float(name: str, value: Any) -> float:
    found = number(value)
    if found is None:
        raise JqError(f"{name} cannot be applied to: {shown(value)}")
    return to_float(found)


def _safe(function: Callable[..., float]) -> Callable[..., float]:
    """Go's answers where Python raises: not a number, or infinite."""

    def run(*given: float) -> float:
        try:
            return function(*given)
        except ValueError:
            return math.nan
        except (OverflowError, ZeroDivisionError):
            return math.inf

    return run


def _unary(name: str, function: Callable[[float], float]) -> Callable[[Any], float]:
    safe = _safe(function)
    return lambda value: safe(_float(name, value))


def _binary(name: str, function: Callable[[float, float], float]) -> Callable[..., float]:
    safe = _safe(function)
    return lambda _, left, right: safe(_float(name, left), _float(name, right))


def _kept(function: Callable[[float], float]) -> Callable[[float], float]:
    """A rounding that leaves what is not finite, and the sign of zero."""
    return lambda x: math.copysign(float(function(x)), x) if math.isfinite(x) else x


def _log(function: Callable[[float], float]) -> Callable[[float], float]:
    return lambda x: -math.inf if x == 0 else function(x)


def _exponent(x: float) -> float:
    if not math.isfinite(x):
        return abs(x)
    return -math.inf if x == 0 else float(math.frexp(x)[1] - 1)


def _frexp(value: Any) -> list[Any]:
    x = _float("frexp", value)
    mantissa, exponent = math.frexp(x)
    return [mantissa, exponent]


def _modf(value: Any) -> list[Any]:
    x = _float("modf", value)
    if math.isinf(x):
        return [math.copysign(0, x), x]
    fraction, whole = math.modf(x)
    return [fraction, whole]


def is_normal(value: Any) -> bool:
    """`isnormal`; what is no number is not."""
    found = number(value)
    if found is None:
        return False
    size = abs(to_float(found))
    return 2.2250738585072014e-308 <= size < math.inf


def _is_nan(value: Any) -> bool:
    return value is not None and math.isnan(_float("isnan", value))


def _is_infinite(value: Any) -> bool:
    found = number(value)
    return found is not None and math.isinf(to_float(found))


def is_finite(value: Any) -> bool:
    """`isfinite`; what is no number is not."""
    found = number(value)
    return found is not None and not math.isinf(to_float(found))


_UNARY: dict[str, Callable[[float], float]] = {
    "sin": math.sin, "cos": math.cos, "tan": math.tan, "asin": math.asin, "acos": math.acos,
    "atan": math.atan, "sinh": math.sinh, "cosh": math.cosh, "tanh": math.tanh,
    "asinh": math.asinh, "acosh": math.acosh, "atanh": math.atanh,
    "floor": _kept(math.floor), "ceil": _kept(math.ceil), "trunc": _kept(math.trunc),
    "round": gonumbers.round_half_away, "nearbyint": _kept(round), "rint": _kept(round),
    "fabs": abs, "sqrt": math.sqrt, "cbrt": math.cbrt, "exp": math.exp, "exp2": math.exp2,
    "exp10": lambda x: gonumbers.power(10, x), "expm1": math.expm1, "log": _log(math.log),
    "log10": _log(math.log10), "log1p": math.log1p, "log2": _log(math.log2),
    "significand": lambda x: math.frexp(x)[0] * 2,
    "logb": _exponent,
    "gamma": math.gamma, "tgamma": math.gamma, "lgamma": math.lgamma, "erf": math.erf,
    "erfc": math.erfc,
}  # fmt: skip
_BINARY: dict[str, Callable[[float, float], float]] = {
    "atan2": math.atan2, "copysign": math.copysign, "fmod": math.fmod, "hypot": math.hypot,
    "pow": gonumbers.power, "nextafter": math.nextafter, "nexttoward": math.nextafter,
    "remainder": math.remainder, "drem": math.remainder,
    "fdim": lambda x, y: x - y if x > y else 0.0,
    "fmax": lambda x, y: y if math.isnan(x) else x if math.isnan(y) else max(x, y),
    "fmin": lambda x, y: y if math.isnan(x) else x if math.isnan(y) else min(x, y),
    "ldexp": lambda x, y: math.ldexp(x, int(y)), "scalb": lambda x, y: math.ldexp(x, int(y)),
    "scalbln": lambda x, y: math.ldexp(x, int(y)),
}  # fmt: skip

NATIVE: dict[tuple[str, int], Callable[..., Any]] = {
    **{(name, 0): _unary(name, function) for name, function in _UNARY.items()},
    **{(name, 2): _binary(name, function) for name, function in _BINARY.items()},
    ("frexp", 0): _frexp,
    ("modf", 0): _modf,
    ("fma", 3): lambda _, x, y, z: _float("fma", x) * _float("fma", y) + _float("fma", z),
    ("infinite", 0): lambda _: math.inf,
    ("nan", 0): lambda _: math.nan,
    ("isfinite", 0): is_finite,
    ("isinfinite", 0): _is_infinite,
    ("isnan", 0): _is_nan,
    ("isnormal", 0): is_normal,
}
