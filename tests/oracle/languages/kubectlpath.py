"""kubectl's JSONPath templates over documents like Kubernetes objects.

Upstream walks maps in a random order: where a template could tell (`*`, `..`), the document's maps
have one key each.
"""

import json
from random import Random
from typing import Any

from hypothesis import strategies as st

from pinnace.languages.jsonpath import kubernetes
from tests.oracle.documents import grown

_KEYS = ("a", "b", "c", "items", "status", "name", "a-b", "a.b", "x/y", "é", "0", "_u", "A", "")
_TEXTS = ("", "a", "x", "Ready", "True", "é日", "a b", "<&>", '"', "5", "b\n")
_NUMBERS = (0, 1, 2, 3, -1, 5, 10**6, 2**53, 2**63 - 1, 1.5, -0.5, 1e21, 1e-7, 5.0, 123456789.25)
_OPERATORS = ("==", "==", "!=", "<", ">", "<=", ">=", "=", "=~", "<>")


def _value(dice: Random, depth: int, lone: bool) -> Any:
    kind = dice.random()
    if depth <= 0 or kind < 0.3:
        return dice.choice((None, True, False, dice.choice(_NUMBERS), dice.choice(_TEXTS),
                            dice.choice(_TEXTS), dice.choice(_NUMBERS)))  # fmt: skip
    if kind < 0.65:
        alike = dice.random() < 0.6
        if alike:  # what tables are made of
            keys = dice.sample(_KEYS[:6], 1 if lone else 2)
            count = dice.randrange(4)
            return [{key: _value(dice, 0, lone) for key in keys} for _ in range(count)]
        return [_value(dice, depth - 1, lone) for _ in range(dice.randrange(4))]
    count = 1 if lone else dice.randrange(4)
    return {dice.choice(_KEYS): _value(dice, depth - 1, lone) for _ in range(count)}


def _name(dice: Random) -> str:
    key = dice.choice(_KEYS[:6] if dice.random() < 0.7 else _KEYS)
    return key.replace(".", "\\.").replace("/", dice.choice(("/", "\\/")))


def _index(dice: Random) -> str:
    number = ("", "0", "1", "2", "-1", "-2", "3", "5", "-5")
    kind = dice.randrange(9)
    if kind < 3:
        return dice.choice(number[1:5])
    if kind == 3:
        return "*"
    if kind == 4:
        return f"{dice.choice(number)}:{dice.choice(number)}"
    if kind == 5:
        return f"{dice.choice(number)}:{dice.choice(number)}:{dice.choice(('', '1', '2', '0'))}"
    if kind == 6:
        return f"'{dice.choice(_KEYS)}'"
    if kind == 7:
        gap = dice.choice(("", "", " "))
        return f",{gap}".join(_index(dice) for _ in range(dice.choice((2, 2, 3))))
    return dice.choice(("x", '"a"', "''", "1 ", "", "--1", "1:2:3:4", "'a.b'", "'*'"))


def _filter(dice: Random, wild: bool) -> str:
    left = f"@{_path(dice, wild, dice.choice((0, 1, 1, 1, 2)))}"
    if dice.random() < 0.25:
        return left
    right = dice.choice(
        ('"Ready"', "'x'", '"a"', '"5"', "5", "1", "-1", "1.5", "true", "false", "null", "@.a",
         '"a\\"b"', "x", "2", "0"),
    )  # fmt: skip
    gap = dice.choice(("", " "))
    return f"{left}{gap}{dice.choice(_OPERATORS)}{gap}{right}"


def _path(dice: Random, wild: bool, length: int) -> str:
    parts = []
    for _ in range(length):
        kind = dice.random()
        if wild and kind < 0.12:
            parts.append(f"..{_name(dice) if dice.random() < 0.8 else ''}")
        elif wild and kind < 0.2:
            parts.append(".*")
        elif kind < 0.7:
            parts.append(f".{_name(dice)}")
        elif kind < 0.93:
            index = _index(dice)
            parts.append(f"[{index if wild or '*' not in index else '0'}]")
        else:
            parts.append(f"[?({_filter(dice, wild)})]")
    return "".join(parts)


def _action(dice: Random, wild: bool) -> str:
    kind = dice.random()
    if kind < 0.8:
        root = dice.choice(("", "", "", "$", "@"))
        gap = dice.choice(("", "", "", " "))
        return "{" + gap + root + _path(dice, wild, dice.choice((0, 1, 1, 2, 2, 3))) + gap + "}"
    if kind < 0.97:
        return dice.choice(('{"\\n"}', '{"\\t"}', "{'x'}", '{"é"}', "{'\\''}", '{"\\x41"}', "{5}",
                            "{true}", "{1.50}", '{"\\u00e9"}', "{'a\"b'}"))  # fmt: skip
    return dice.choice(("{end}", "{x}", "{.a", "{*}", "{.a}}", "{'x}", "{..", '{"\\q"}', "{....a}",
                        "{.a.}", "{.}", "{range}", "{.a | .b}", "{}", "{-}"))  # fmt: skip


def _template(dice: Random, wild: bool, depth: int) -> str:
    parts = []
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        kind = dice.random()
        if kind < 0.15 and depth > 0:
            over = dice.choice((".items[*]", ".a[*]", "[*]", ".b", ".items", ".a[0:2]", "..a"))
            over = over if wild or "*" not in over and ".." not in over else over.strip(".*[]")
            body = _template(dice, wild, depth - 1)
            end = "{end}" if dice.random() < 0.97 else ""
            parts.append("{range " + dice.choice(("", "@", "$")) + over + "}" + body + end)
        elif kind < 0.3:
            parts.append(dice.choice(("x", " ", ":", "\n", "é", "}", ".a", "a=")))
        else:
            parts.append(_action(dice, wild))
    return "".join(parts)


def _case(dice: Random) -> dict[str, Any]:
    wild = dice.random() < 0.6
    return {
        "document": json.dumps(_value(dice, 4, wild)),
        "path": _template(dice, wild, 2),
        "allow_missing_keys": dice.random() < 0.7,
    }


def cases() -> st.SearchStrategy[dict[str, Any]]:
    """Return templates with documents."""
    return grown(_case)


def _integer(text: str) -> int | float:
    value = int(text)
    return value if -(2**63) <= value < 2**63 else float(text)


def answer(case: dict[str, Any]) -> Any:
    """Return what is printed."""
    document = json.loads(case["document"], parse_int=_integer)
    return kubernetes.render(case["path"], document, allow_missing_keys=case["allow_missing_keys"])
