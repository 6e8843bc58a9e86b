"""Go durations: read, written, rounded."""

import random
from typing import Any

from hypothesis import strategies as st

from pinnace.languages import durations
from pinnace.languages.durations import Duration
from tests.oracle import rolled

_UNITS = ["ns", "us", "µs", "μs", "ms", "s", "m", "h"]
_ODD_UNITS = ["d", "", "S", "hm", "é", " s", "sec", "y", "w"]
_ODD = ["", "0", "+", "-", "+0", "-0", "00", "0.", ".s", "1", " 1s", "1s ", "--1s", "1e3s", "inf",
        "9223372036854775807ns", "9223372036854775808ns", "-9223372036854775808ns",
        "-9223372036854775809ns", "2562047h47m16.854775807s", "2562047h47m16.854775808s",
        "-2562047h47m16.854775808s", "1_000s", "٣s", "1.s", ".5h", "0x1s"]  # fmt: skip
_SPANS = [0, 1, 999, 1000, 1001, 10**6 - 1, 10**6, 10**9, 60 * 10**9, 3600 * 10**9,
          2**63 - 1, -(2**63), -1, 500, 90 * 10**9]  # fmt: skip


def cases() -> st.SearchStrategy[dict[str, Any]]:
    """Return texts to parse, spans to print and to round."""
    return rolled.cases(_case)


def _case(dice: random.Random) -> dict[str, Any]:
    do = dice.choice(["parse", "parse", "parse", "format", "round", "truncate"])
    if do == "parse":
        return {"do": do, "text": _text(dice)}
    return {"do": do, "value": str(_span(dice)), "unit": str(_span(dice) // 10**4)}


def _span(dice: random.Random) -> int:
    if dice.random() < 0.3:
        return dice.choice(_SPANS)
    return dice.randint(-(10**18), 10**18) // 10 ** dice.randint(0, 18)


def _text(dice: random.Random) -> str:
    if dice.random() < 0.05:
        return dice.choice(_ODD)
    sign = dice.choice(["", "", "", "-", "+"])
    return sign + "".join(_part(dice) for _ in range(dice.randint(1, 3)))


def _part(dice: random.Random) -> str:
    whole = str(dice.randint(0, 10 ** dice.randint(0, 7)))
    fraction = ""
    if dice.random() < 0.4:
        fraction = "." + "".join(dice.choice("0123456789") for _ in range(dice.randint(0, 25)))
    if fraction and dice.random() < 0.2:
        whole = ""
    return whole + fraction + dice.choice(_ODD_UNITS if dice.random() < 0.04 else _UNITS)


def answer(case: dict[str, Any]) -> Any:
    """Return the duration, or its text."""
    if case["do"] == "parse":
        return durations.parse(case["text"])
    span = Duration(int(case["value"]))
    if case["do"] == "format":
        return str(span)
    unit = Duration(int(case["unit"]))
    return (durations.rounded if case["do"] == "round" else durations.truncated)(span, unit)
