"""Kubernetes quantities: how they print, round and compare."""

from random import Random
from typing import Any

from hypothesis import strategies as st

from pinnace.languages.errors import LanguageError
from pinnace.objects.errors import Invalid
from pinnace.objects.quantities import quantity
from tests.oracle.documents import grown

_SUFFIXES = (
    "", "", "", "m", "u", "n", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei",
    "e3", "E3", "e-3", "e+2", "e0", "e15", "E-12", "e30", "e-20", "e",
)  # fmt: skip
_WRONG = ("K", "ki", "mi", "i", "B", "KB", "ee3", "e3k", " ", "e1.5", "Zi", "x", "+", "e-", "m3")
_WHOLE = ("0", "00", "1", "2", "5", "8", "10", "16", "100", "1000", "1024", "1500", "007",
          "9223372036854775807", "9223372036854775808", "123456789012345678", "1048576",
          "99999999999999999999999", "", "512", "2048", "1000000")  # fmt: skip
_FRACTIONS = ("", "", "", ".", ".0", ".5", ".25", ".001", ".000000001", ".0000000001", ".125",
              ".999999999", ".9999999999", ".500", ".100", ".123456789012345678901")  # fmt: skip


def _number(dice: Random) -> str:
    sign = dice.choice(("", "", "", "", "-", "+"))
    whole = dice.choice(_WHOLE) if dice.random() < 0.6 else str(dice.randrange(100_000))
    fraction = dice.choice(_FRACTIONS) if dice.random() < 0.7 else f".{dice.randrange(5000)}"
    suffix = dice.choice(_SUFFIXES if dice.random() < 0.96 else _WRONG)
    return sign + whole + fraction + suffix


def _case(dice: Random) -> dict[str, Any]:
    return {"quantity": _number(dice), "other": _number(dice)}


def cases() -> st.SearchStrategy[dict[str, Any]]:
    """Return pairs of quantities."""
    return grown(_case)


def answer(case: dict[str, Any]) -> Any:
    """Return how the first prints, what it is worth, and how the two compare."""
    try:
        one, other = quantity(case["quantity"]), quantity(case["other"])
    except Invalid as error:
        raise LanguageError("quantity", case["quantity"], 0, str(error)) from error
    return {
        "text": str(one), "value": one.value, "milli": one.milli,
        "cmp": (one.amount > other.amount) - (one.amount < other.amount), "format": one.format,
    }  # fmt: skip
