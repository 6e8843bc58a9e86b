"""Numbers as Go's strconv reads and writes them.

The languages of Argo are Go programs, so `1e6` prints as `1e+06`, `"1_000"` is no number and
integers wrap at 64 bits. Everything here is a plain function on text and numbers.
"""

from __future__ import annotations

import math
import re

MIN_INT64, MAX_INT64 = -(2**63), 2**63 - 1

_DECIMAL = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_HEX_FLOAT = re.compile(
    r"[+-]?0[xX](?:[0-9a-fA-F]+\.?[0-9a-fA-F]*|\.[0-9a-fA-F]+)[pP][+-]?\d+", re.ASCII
)
_SPECIAL = re.compile(r"[+-]?inf(?:inity)?|nan", re.IGNORECASE)
_TRUE = frozenset({"1", "t", "T", "TRUE", "true", "True"})
_FALSE = frozenset({"0", "f", "F", "FALSE", "false", "False"})


def parse_float(text: str) -> float | None:
    """strconv.ParseFloat(text, 64); None where Go reports an error."""
    if _DECIMAL.fullmatch(text):
        value = float(text)
        return None if math.isinf(value) else value
    if _SPECIAL.fullmatch(text):
        return float(text)
    if "_" in text:
        return parse_float(text.replace("_", "")) if _underscores_stand_well(text) else None
    return _hexadecimal(text)


def _hexadecimal(text: str) -> float | None:
    if not _HEX_FLOAT.fullmatch(text):
        return None
    try:
        return float.fromhex(text)
    except OverflowError:
        return None


def parse_int(text: str, base: int = 10) -> int | None:
    """strconv.ParseInt(text, base, 64); None where Go reports an error."""
    sign = text[:1] if text[:1] in ("+", "-") else ""
    value = _whole(text[len(sign) :], base)
    if value is None:
        return None
    value = -value if sign == "-" else value
    return value if MIN_INT64 <= value <= MAX_INT64 else None


def parse_uint(text: str, base: int = 10) -> int | None:
    """strconv.ParseUint(text, base, 64); None where Go reports an error."""
    value = _whole(text, base)
    return value if value is not None and value < 2**64 else None


_PREFIXES = {"0b": 2, "0o": 8, "0x": 16}


def _whole(text: str, base: int) -> int | None:
    """Digits without a sign; base 0 takes prefixes and underscores, as Go's literals do."""
    digits = text
    if base == 0:
        if "_" in text and not _underscores_stand_well(text):
            return None
        prefix = _PREFIXES.get(text[:2].lower()) if len(text) > 2 else None
        base = prefix or (8 if text[:1] == "0" else 10)
        digits = text[2:] if prefix else text
        digits = digits.replace("_", "")
        digits = digits if digits or not text else "0"
    if _PREFIXES.get(digits[:2].lower()) == base:  # Python would take the prefix
        return None
    if not digits.isascii() or not digits.isalnum() or len(digits) > _LONGEST:
        return None
    try:
        return int(digits, base)
    except ValueError:
        return None


_LONGEST = 4000  # digits that Python still converts


def _underscores_stand_well(text: str) -> bool:
    """underscoreOK: each one between digits, or between a prefix and a digit."""
    body = text[1:] if text[:1] in ("+", "-") else text
    before, digits = "^", "0123456789"
    if body[:2].lower() in _PREFIXES:
        before, body = "0", body[2:]
        digits += "abcdefABCDEF" if text.lower().lstrip("+-").startswith("0x") else ""
    for char in body:
        if char in digits:
            before = "0"
        elif char == "_":
            if before != "0":
                return False
            before = "_"
        elif before == "_":
            return False
        else:
            before = "!"
    return before != "_"


def parse_bool(text: str) -> bool | None:
    """strconv.ParseBool; None where Go reports an error."""
    if text in _TRUE:
        return True
    return False if text in _FALSE else None


def wrap(value: int) -> int:
    """The integer as it is left in 64 bits after an overflow."""
    return (value + 2**63) % 2**64 - 2**63


def truncate(value: float) -> int:
    """int64(value): towards zero; what doesn't fit becomes the smallest integer, as on amd64."""
    if math.isnan(value) or math.isinf(value) or not MIN_INT64 <= value <= MAX_INT64:
        return MIN_INT64
    return int(value)


def quotient(left: int, right: int) -> int:
    """Integer division towards zero."""
    whole = abs(left) // abs(right)
    return whole if (left < 0) == (right < 0) else -whole


def remainder(left: int, right: int) -> int:
    """The rest of that division: it has the sign of the dividend."""
    return left - right * quotient(left, right)


def round_half_away(value: float) -> float:
    """math.Round: halves go away from zero."""
    if not math.isfinite(value):
        return value
    whole = math.trunc(value)
    away = abs(value - whole) >= 0.5
    return math.copysign(abs(whole) + away, value)


def power(base: float, exponent: float) -> float:
    """math.Pow, step by step as Go's: C's differs in the last digit."""
    if exponent == 0 or base == 1:
        return 1.0
    if exponent == 1:
        return base
    if not (math.isfinite(base) and math.isfinite(exponent)) or base == 0:
        return _power_at_the_edge(base, exponent)
    if exponent in (0.5, -0.5):
        root = math.sqrt(base) if base >= 0 else math.nan
        return root if exponent > 0 else 1 / root
    rest, whole = math.modf(abs(exponent))
    if rest and base < 0:
        return math.nan
    if whole >= 2**63:
        grows = (abs(base) < 1) != (exponent > 0)
        return 1.0 if base == -1 else math.inf if grows else 0.0
    return _power(base, exponent, int(whole), rest)


def _power_at_the_edge(base: float, exponent: float) -> float:
    try:
        return math.pow(base, exponent)
    except ValueError:  # zero to a negative power
        odd = exponent % 2 == 1
        return math.copysign(math.inf, base) if odd else math.inf


def _power(base: float, exponent: float, whole: int, rest: float) -> float:
    """By successive squarings, the powers of two kept apart."""
    mantissa, twos = 1.0, 0
    if rest:
        if rest > 0.5:
            rest, whole = rest - 1, whole + 1
        mantissa = math.exp(rest * math.log(base))
    square, square_twos = math.frexp(base)
    while whole:
        if not -(1 << 12) <= square_twos <= 1 << 12:
            twos += square_twos
            break
        if whole & 1:
            mantissa *= square
            twos += square_twos
        square, square_twos = square * square, square_twos * 2
        if abs(square) < 0.5:
            square, square_twos = square * 2, square_twos - 1
        whole >>= 1
    if exponent < 0:
        mantissa, twos = 1 / mantissa, -twos
    try:
        return math.ldexp(mantissa, twos)
    except OverflowError:
        return math.copysign(math.inf, mantissa)


def special(value: float) -> str | None:
    """NaN, +Inf or -Inf; None for every other number."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return None


def _digits(value: float) -> tuple[str, str, int]:
    """(sign, shortest digits, position of the decimal point after the first digit)."""
    sign = "-" if math.copysign(1.0, value) < 0 else ""
    mantissa, _, exponent = f"{abs(value)!r}".partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0)
    if whole.strip("0") == "":
        point = int(exponent or 0) - (len(fraction) - len(fraction.lstrip("0")))
    return sign, digits.rstrip("0") or "0", point if digits else 1


def format_shortest(value: float) -> str:
    """FormatFloat(value, 'g', -1, 64): what `%v` prints."""
    named = special(value)
    if named:
        return named
    exponent = _digits(value)[2] - 1
    # an exponent from six digits on: 1e+06, but 100000
    return format_fixed(value) if -4 <= exponent < 6 else format_exponent(value)


def format_fixed(value: float) -> str:
    """FormatFloat(value, 'f', -1, 64): no exponent, as few digits as identify the number."""
    named = special(value)
    if named:
        return named
    sign, digits, point = _digits(value)
    if point <= 0:
        return f"{sign}0.{'0' * -point}{digits}" if digits != "0" else f"{sign}0"
    whole = digits[:point].ljust(point, "0")
    return sign + whole + (f".{digits[point:]}" if digits[point:] else "")


def format_exponent(value: float) -> str:
    """FormatFloat(value, 'e', -1, 64)."""
    named = special(value)
    if named:
        return named
    sign, digits, point = _digits(value)
    exponent = point - 1 if value else 0
    fraction = f".{digits[1:]}" if digits[1:] else ""
    return f"{sign}{digits[0]}{fraction}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"


def format_json(value: float) -> str:
    """A float as encoding/json writes it; NaN and infinities are refused."""
    if not math.isfinite(value):
        raise ValueError(f"json: unsupported value: {special(value)}")
    if value != 0 and not 1e-6 <= abs(value) < 1e21:
        return format_exponent(value).replace("e-0", "e-").replace("e+0", "e+")
    return format_fixed(value)
