"""fmt.Sprintf: formats made of every flag, verb and index, with right and wrong values."""

import base64
import random
from typing import Any

from hypothesis import strategies as st

from pinnace.languages.goformat import sprintf
from tests.oracle import rolled

_VERBS = "vdsqxXtTfgGeEbocUOF"
_ODD = ["%", "%%", "%!", "% ", "%z", "%é", "%.", "%[1]", "%[x]d", "%[9]d", "%[0]d", "%[1", "%w",
        "%*", "%-", "%10000010d", "%.[1]d", "%[2]*.[1]*f", "%[1]*d", "%.*f", "%*.*e", "%[", "%y",
        "%j", "%k", "%a", "%]", "%3", "%[]d", "%[-1]d", "%[1]2d", "%[1].2f"]  # fmt: skip
_WORDS = ["", "a", "x=", " ", "é", "日本", "\n", "100", "{}", "[1]"]
_TEXTS = ["", "a", "abc", "é", "日本語", "😀x", "a`b", 'say "hi"', "\n\t\x00", "\\", "\u2028",
          "\xad", "\ufeff", "12", "a b", "\u0301", "\U0001fae8"]  # fmt: skip
_INTS = [0, 1, -1, 5, 42, -7, 100, 255, 65, 233, 0x1F600, 0xD800, 0x110000, 2**31, 2**63 - 1,
         -(2**63), 8, 10, 1000001]  # fmt: skip
_FLOATS = [0.0, -0.0, 1.0, 1.5, -2.25, 100.0, 1e6, 123456789.0, 1e20, 1e21, 1e-5, 1e-4, 0.1, 1 / 3,
           5e-324, 1.7976931348623157e308, 2.5, 3.5, 0.000123456, 999999.5, 1e100]  # fmt: skip


def cases() -> st.SearchStrategy[dict[str, Any]]:
    """Return formats with values."""
    return rolled.cases(_case)


def _case(dice: random.Random) -> dict[str, Any]:
    count = dice.randint(1, 3)
    pieces: list[str] = []
    for _ in range(count):
        pieces += [dice.choice(_WORDS), _directive(dice)]
    values = count + (dice.choice([-1, 0, 0, 0, 1]) if dice.random() < 0.3 else 0)
    return {"format": "".join(pieces), "values": [_value(dice) for _ in range(values)]}


def _directive(dice: random.Random) -> str:
    if dice.random() < 0.06:
        return dice.choice(_ODD)
    text = "%" + rolled.some(dice, "+-# 0", 2)
    if dice.random() < 0.08:
        text += f"[{dice.randint(1, 3)}]"
    if dice.random() < 0.4:
        text += "*" if dice.random() < 0.1 else str(dice.choice([0, 1, 3, 8, 12]))
    if dice.random() < 0.35:
        text += "." + ("*" if dice.random() < 0.1 else str(dice.choice(["", 0, 1, 2, 5, 9, 20])))
    if dice.random() < 0.04:
        text += f"[{dice.randint(0, 4)}]"
    return text + dice.choice(_VERBS)


def _value(dice: random.Random, depth: int = 0) -> Any:
    if depth < 2 and dice.random() < 0.15:
        items = [_value(dice, 2) for _ in range(dice.randint(0, 3))]
        plain = [item for item in items if not _special(item)]
        if dice.random() < 0.5:
            return plain
        return {"map": [[key, item] for key, item in zip("bac", plain, strict=False)]}
    if depth < 2 and dice.random() < 0.15:
        return _typed(dice)
    return dice.choice(
        [
            lambda: {"int": str(_int(dice))},
            lambda: {"float": repr(_float(dice))},
            lambda: dice.choice(_TEXTS),
            lambda: dice.choice([True, False, None]),
        ]
    )()


def _special(form: Any) -> bool:
    return isinstance(form, dict) and not form.keys() & {"int", "float"}


def _int(dice: random.Random) -> int:
    return dice.choice(_INTS) if dice.random() < 0.7 else dice.randint(-(10**9), 10**9)


def _float(dice: random.Random) -> float:
    if dice.random() < 0.6:
        return dice.choice(_FLOATS)
    return dice.uniform(-1, 1) * 10 ** dice.randint(-30, 30)


def _typed(dice: random.Random) -> Any:
    data = bytes(dice.choice([0, 65, 98, 200, 255, 195, 169]) for _ in range(dice.randint(0, 4)))
    return dice.choice(
        [
            {"int64": str(_int(dice))},
            {"uint8": str(dice.choice([0, 65, 255]))},
            {"strings": [dice.choice(_TEXTS) for _ in range(dice.randint(0, 3))]},
            {"ints": [dice.randint(-3, 100) for _ in range(dice.randint(0, 3))]},
            {"bytes": base64.b64encode(data).decode()},
            rolled.raw(data),
            {"duration": str(_int(dice))},
        ]
    )


def answer(case: dict[str, Any]) -> Any:
    """Return the text."""
    return sprintf(case["format"], *map(rolled.value, case["values"]))
