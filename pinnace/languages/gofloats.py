"""strconv.FormatFloat: every verb and precision."""

from __future__ import annotations

import math

from pinnace.languages import gonumbers


def format_float(value: float, verb: str, precision: int) -> str:
    """FormatFloat(value, verb, precision, 64); -1 is the shortest that reads back the same."""
    special = gonumbers.special(value)
    if special:
        return special
    match verb:
        case "b":
            return _binary(value)
        case "x" | "X":
            text = _hexadecimal(value, precision)
            return text.upper() if verb == "X" else text
        case "f" | "F":
            return gonumbers.format_fixed(value) if precision < 0 else f"{value:.{precision}f}"
        case "e" | "E":
            text = gonumbers.format_exponent(value) if precision < 0 else f"{value:.{precision}e}"
            return text.upper() if verb == "E" else text
    text = _general(value, precision)
    return text.upper() if verb == "G" else text


def _general(value: float, precision: int) -> str:
    if precision < 0:
        return gonumbers.format_shortest(value)
    # Python agrees with C's %g: an exponent below -4 or from the precision on, no trailing zeros
    digits = max(precision, 1)
    text = f"{value:.{digits - 1}e}"
    mantissa, _, exponent = text.partition("e")
    power = int(exponent)
    sign = "-" if mantissa[0] == "-" else ""
    shown = mantissa.lstrip("-").replace(".", "").rstrip("0") or "0"
    # Go looks at the digits that there are: %.3g of 100 is 100, %.1g of 100 is 1e+02
    limit = len(shown) if precision > len(shown) >= power + 1 else digits
    if value == 0:
        return f"{sign}0"
    if power < -4 or power >= limit:
        fraction = f".{shown[1:]}" if shown[1:] else ""
        return f"{sign}{shown[0]}{fraction}e{'-' if power < 0 else '+'}{abs(power):02d}"
    if power < 0:
        return f"{sign}0.{'0' * (-power - 1)}{shown}"
    whole = shown[: power + 1].ljust(power + 1, "0")
    return sign + whole + (f".{shown[power + 1 :]}" if shown[power + 1 :] else "")


def _binary(value: float) -> str:
    """`%b`: the mantissa as an integer and the power of two."""
    sign = "-" if math.copysign(1.0, value) < 0 else ""
    if value == 0:
        return f"{sign}0p-1074"
    mantissa, exponent = math.frexp(abs(value))
    power = max(exponent - 53, -1074)
    whole = int(math.ldexp(mantissa, exponent - power))
    return f"{sign}{whole}p{'+' if power >= 0 else '-'}{abs(power)}"


def _hexadecimal(value: float, precision: int) -> str:
    """`%x`: a hexadecimal mantissa between 1 and 2, a power of two."""
    sign = "-" if math.copysign(1.0, value) < 0 else ""
    mantissa, exponent = math.frexp(abs(value))
    power = exponent - 1 if value else 0
    bits = int(math.ldexp(mantissa, 61)) if value else 0  # one digit before the point, 60 bits
    if 0 <= precision < 15:
        bits, power = _rounded(bits, precision, power)
    digits = f"{bits & (2**60 - 1):015x}"
    digits = digits.rstrip("0") if precision < 0 else digits[:precision].ljust(precision, "0")
    point = "." if digits else ""
    mark = "-" if power < 0 else "+"
    return f"{sign}0x{bits >> 60}{point}{digits}p{mark}{abs(power):02d}"


def _rounded(bits: int, precision: int, power: int) -> tuple[int, int]:
    """Round the mantissa to that many hexadecimal digits, halves to even."""
    drop = 60 - 4 * precision
    low, bits = bits & ((1 << drop) - 1), bits >> drop
    half = 1 << (drop - 1)
    if low > half or (low == half and bits & 1):
        bits += 1
    bits <<= drop
    return (bits >> 1, power + 1) if bits >> 61 else (bits, power)
