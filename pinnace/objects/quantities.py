"""Kubernetes quantities: ``100m``, ``1Gi``, ``2e3`` (k8s.io/apimachinery/pkg/api/resource).

A quantity remembers how it was written and prints in Kubernetes' canonical form: ``1500m`` for
``1.5``, ``1536Mi`` for ``1.5Gi``. What is finer than a billionth is rounded away from zero.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from pinnace.objects.errors import Invalid

DECIMAL_SI: Literal["DecimalSI"] = "DecimalSI"
BINARY_SI: Literal["BinarySI"] = "BinarySI"
DECIMAL_EXPONENT: Literal["DecimalExponent"] = "DecimalExponent"
Format = Literal["DecimalSI", "BinarySI", "DecimalExponent"]

_FORM = re.compile(r"([+-]?)(\d*)(\.\d*)?([eEinumkKMGTP]*[-+]?\d*)", re.ASCII)
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_DECIMAL_SUFFIX = {exponent: suffix for suffix, exponent in _DECIMAL.items()}
_BINARY_SUFFIX = {0: "", **{exponent: suffix for suffix, exponent in _BINARY.items()}}
_NANO = -9
_FAST_DIGITS = 18  # so many digits surely fit an int64
_MAX_INT64 = 2**63 - 1
_ONE_STEP = (1, 2, 3, 6, 9)  # powers that Go multiplies by at once, wrapping when it is too much
_MAX_LENGTH = 512
_MAX_EXPONENT = 400  # beyond any use; Go computes such numbers digit by digit


@dataclass(frozen=True, kw_only=True)
class Quantity:
    """``unscaled`` times ten to the power of ``exponent``, in base units (cores, bytes)."""

    unscaled: int
    exponent: int
    format: Format
    written: str = ""
    """How it was written, when that is canonical already."""
    fits: bool = False
    """Go holds it in 64 bits."""

    @property
    def amount(self) -> Decimal:
        """The exact number."""
        return Decimal(self.unscaled).scaleb(self.exponent)

    def __str__(self) -> str:
        """Write it as Kubernetes does."""
        return self.written or _canonical(self)

    def scaled(self, exponent: int) -> int:
        """Return it in units of ten to the power of ``exponent``, rounded away from zero.

        As ``ScaledValue``: what does not fit 64 bits is nonsense there too (0, or wrapped).
        """
        shift = self.exponent - exponent
        if shift >= 0:
            return self._multiplied(shift)
        divisor: int = 10**-shift
        whole, rest = divmod(abs(self.unscaled), divisor)
        if self.fits:
            return _signed(whole + (rest > 0), self.unscaled)
        return self._divided(-shift)

    def _multiplied(self, shift: int) -> int:
        if self.fits:
            value: int = self.unscaled * 10**shift
            wrapped = _wrapped(value)
            return wrapped if value == wrapped or shift in _ONE_STEP else 0
        power: int = 10**shift if shift <= _FAST_DIGITS else -(2**63)
        return _wrapped(_wrapped(self.unscaled) * power)

    def _divided(self, shift: int) -> int:
        divisor: int = 10**shift
        if self.unscaled < _MAX_INT64 and shift <= _FAST_DIGITS:
            number = _wrapped(self.unscaled)
            whole = _signed(abs(number) // divisor, number)
            return whole + (number % divisor != 0)
        whole, rest = divmod(self.unscaled, divisor)
        return _wrapped(_wrapped(whole) + (rest != 0))

    @property
    def value(self) -> int:
        """Whole base units, as ``Value()``."""
        return self.scaled(0)

    @property
    def milli(self) -> int:
        """Thousandths, as ``MilliValue()``."""
        return self.scaled(-3)


def _signed(magnitude: int, like: int) -> int:
    return magnitude if like >= 0 else -magnitude


def _wrapped(value: int) -> int:
    return (value + 2**63) % 2**64 - 2**63


def quantity(text: str) -> Quantity:
    """Parse as ``resource.ParseQuantity``; raises Invalid when it isn't one."""
    found = _FORM.fullmatch(text)
    if found is None or not text or len(text) > _MAX_LENGTH:
        raise _invalid(text)
    sign, whole, point, suffix = found.groups()
    fraction = (point or "")[1:]
    base, exponent, form = _suffix(text, suffix)
    places = whole.lstrip("0") or "0"
    number = int(sign + (whole + fraction or "0"))
    scale = (exponent if base == 10 else 0) - len(fraction)
    if _is_small(places, fraction, exponent, form) and scale >= _NANO:
        value = number << exponent if base == 2 else number
        written = text if _is_canonical(places + fraction, scale, form) else ""
        return Quantity(unscaled=value, exponent=scale, format=form, written=written, fits=True)
    if not whole + fraction:
        raise _invalid(text)  # Go lets "Ki" pass as nothing, but not "e-20"
    return _rounded(number << exponent if base == 2 else number, scale, form)


def _suffix(text: str, suffix: str) -> tuple[int, int, Format]:
    if suffix in _DECIMAL:
        return 10, _DECIMAL[suffix], DECIMAL_SI
    if suffix in _BINARY:
        return 2, _BINARY[suffix], BINARY_SI
    if re.fullmatch(r"[eE][+-]?\d+", suffix):
        exponent = int(suffix[1:])
        if abs(exponent) > _MAX_EXPONENT:
            raise Invalid(expected="a quantity with a smaller exponent", found=repr(text)[:80])
        return 10, exponent, DECIMAL_EXPONENT
    raise _invalid(text)


def _is_small(whole: str, fraction: str, exponent: int, form: Format) -> bool:
    """Tell whether Go knows at a glance that the number fits 64 bits."""
    if form == BINARY_SI:
        return not fraction and 15 - len(whole) - exponent * 3 // 10 - 1 >= 0
    return len(whole) + len(fraction) <= _FAST_DIGITS


def _is_canonical(digits: str, scale: int, form: Format) -> bool:
    if form == BINARY_SI:
        return int(digits) & 7 != 0
    return scale % 3 == 0 and digits[0] != "0" and not digits.endswith("000")


def _rounded(value: int, scale: int, form: Format) -> Quantity:
    size = abs(value)
    if size and scale < _NANO:
        divisor = 10 ** (_NANO - scale)
        size, scale = -(-size // divisor), _NANO
    elif size and scale > _NANO:
        size, scale = size * 10 ** (scale - _NANO), _NANO
    one = 10**-scale if scale < 0 else 1
    if form == BINARY_SI and size > _MAX_INT64 * one:
        size, scale = _MAX_INT64, 0
    elif form == BINARY_SI and 0 < size < one:
        form = DECIMAL_SI
    return Quantity(unscaled=_signed(size, value), exponent=scale, format=form)


def _canonical(one: Quantity) -> str:
    if one.unscaled == 0:
        return "0"
    form, size = one.format, abs(one.amount)
    sign = "-" if one.unscaled < 0 else ""
    if form == BINARY_SI and (size < 1024 or size != int(size)):
        form = DECIMAL_SI
    if form == BINARY_SI:
        number, thousands = _reduced(int(size), 1024)
        return f"{sign}{number}{_BINARY_SUFFIX.get(thousands * 10, '')}"
    number, tens = _reduced(abs(one.unscaled), 10)
    exponent = one.exponent + tens
    number, exponent = number * 10 ** (exponent % 3), exponent - exponent % 3
    if form == DECIMAL_EXPONENT:
        return f"{sign}{number}" + (f"e{exponent}" if exponent else "")
    return f"{sign}{number}{_DECIMAL_SUFFIX.get(exponent, '')}"


def _reduced(number: int, factor: int) -> tuple[int, int]:
    times = 0
    while number and number % factor == 0:
        number, times = number // factor, times + 1
    return number, times


def _invalid(text: str) -> Invalid:
    return Invalid(expected="a quantity such as 500m, 2, 128Mi or 1Gi", found=repr(text)[:80])


def parse_quantity(value: str | int | float) -> Decimal:
    """Read a quantity in its base unit (cores, bytes); raises Invalid when it isn't one."""
    return quantity(str(value).strip()).amount


def format_quantity(value: Decimal, *, binary: bool = False) -> str:
    """Write a quantity in its canonical form: the largest suffix that leaves a whole number.

    ``binary``: in powers of 1024 (``Mi``), as memory is written. Less than a billionth rounds up.
    """
    sign, digits, exponent = value.as_tuple()
    unscaled = int("".join(map(str, digits))) * (-1 if sign else 1)
    return str(_rounded(unscaled, int(exponent), BINARY_SI if binary else DECIMAL_SI))
