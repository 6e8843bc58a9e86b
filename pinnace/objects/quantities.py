"""Kubernetes quantities: ``100m``, ``1Gi``, ``2e3`` (k8s.io/apimachinery/pkg/api/resource)."""

import re
from decimal import Decimal

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
