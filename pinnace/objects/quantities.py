"""Kubernetes quantities: ``100m``, ``1Gi``, ``2e3`` (k8s.io/apimachinery/pkg/api/resource)."""

import re
from decimal import ROUND_UP, Decimal

from pinnace.objects.errors import Invalid

_FORM = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?\d+))?")
_SCALE = {
    "n": Decimal("1e-9"),
    "u": Decimal("1e-6"),
    "m": Decimal("1e-3"),
    "k": Decimal(1000),
    **{suffix: Decimal(1000) ** power for power, suffix in enumerate("MGTPE", 2)},
    **{f"{suffix}i": Decimal(1024) ** power for power, suffix in enumerate("KMGTPE", 1)},
}


def parse_quantity(value: str | int | float) -> Decimal:
    """Read a quantity in its base unit (cores, bytes); raises Invalid when it isn't one."""
    found = _FORM.fullmatch(str(value).strip())
    if found is None or len(str(value)) > 64:
        raise Invalid(expected="a quantity such as 500m, 2, 128Mi or 1Gi", found=repr(value)[:80])
    number, suffix, exponent = found.groups()
    if exponent and abs(int(exponent)) > 30:
        raise Invalid(expected="a quantity with an exponent of at most 30", found=repr(value))
    scale = _SCALE[suffix] if suffix else Decimal(10) ** int(exponent or 0)
    return Decimal(number) * scale


_DECIMAL = (("E", 18), ("P", 15), ("T", 12), ("G", 9), ("M", 6), ("k", 3), ("", 0), ("m", -3),
            ("u", -6), ("n", -9))  # fmt: skip


def format_quantity(value: Decimal, *, binary: bool = False) -> str:
    """Write a quantity in its canonical form: the largest suffix that leaves a whole number.

    ``binary``: in powers of 1024 (``Mi``), as memory is written. Less than a billionth rounds up.
    """
    if not value:
        return "0"
    if binary and value == value.to_integral_value() and abs(value) >= 1024:
        for power, suffix in reversed(list(enumerate("KMGTPE", 1))):
            if value % 1024**power == 0:
                return f"{int(value) // 1024**power}{suffix}i"
        return str(int(value))
    if binary and value == value.to_integral_value():
        return str(int(value))
    for suffix, exponent in _DECIMAL:
        scaled = value.scaleb(-exponent)
        if scaled == scaled.to_integral_value():
            return f"{int(scaled)}{suffix}"
    return f"{int(value.scaleb(9).to_integral_value(rounding=ROUND_UP))}n"
