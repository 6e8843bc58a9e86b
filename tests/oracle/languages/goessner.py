"""Goessner's JSONPath over documents that may be anything."""

import json
from random import Random
from typing import Any

from hypothesis import strategies as st

from pinnace.languages.jsonpath import goessner
from tests.oracle.documents import grown

_KEYS = ("a", "b", "c", "store", "price", "length", "a-b", "a.b", "é", "0", "a b", "it's", "", "x")
_TEXTS = ("", "a", "x", "red", "5", "1.5", "true", "'q'", '"d"', "é日", "a b", "null", "@")
_NUMBERS = (0, 1, 2, 3, -1, 5, 10, 1.5, -0.5, 1e6, 1e21, 8.95, 22.99, 100, 2**53)


def _value(dice: Random, depth: int) -> Any:
    kind = dice.random()
    if depth <= 0 or kind < 0.25:
        return dice.choice((None, True, False, dice.choice(_NUMBERS), dice.choice(_NUMBERS),
                            dice.choice(_TEXTS), dice.choice(_TEXTS)))  # fmt: skip
    if kind < 0.6:
        if dice.random() < 0.6:
            keys = dice.sample(_KEYS[:6], 2)
            return [{key: _value(dice, 0) for key in keys} for _ in range(dice.randrange(5))]
        return [_value(dice, depth - 1) for _ in range(dice.randrange(5))]
    return {dice.choice(_KEYS): _value(dice, depth - 1) for _ in range(dice.randrange(5))}


def _operand(dice: Random, depth: int) -> str:
    kind = dice.random()
    if kind < 0.5:
        return dice.choice("@@@$") + _steps(dice, dice.choice((0, 1, 1, 1, 2)), depth - 1)
    if kind < 0.75:
        return dice.choice(("1", "5", "10", "1.5", "-1", "0", "2", "8.95", "1e6"))
    if kind < 0.9:
        return dice.choice(("'a'", '"red"', "'5'", "''", "'x'", "red", "'q'"))
    return dice.choice(("true", "false", "nil", "null", "[1,5]", '["a","red"]', '{"a":1}', "["))


_OPERATORS = ("==", "==", "!=", "<", ">", "<=", ">=", "=~", "&&", "||", "+", "-", "*", "/", "%",
              "**", " in ", " not in ")  # fmt: skip


def _expression(dice: Random, depth: int) -> str:
    kind = dice.random()
    if kind < 0.25 or depth <= 0:
        return _operand(dice, depth)
    if kind < 0.35:
        return f"!{dice.choice(('', ' '))}{_expression(dice, depth - 1)}"
    if kind < 0.45:
        return f"({_expression(dice, depth - 1)})"
    gap = dice.choice(("", " "))
    operator = dice.choice(_OPERATORS)
    left, right = _expression(dice, depth - 1), _expression(dice, depth - 1)
    if operator == "=~":
        right = dice.choice(("'^r.*'", "'a|5'", '"["', "'(?i)RED'", "x"))
    return f"{left}{gap}{operator}{gap}{right}"


def _number(dice: Random) -> str:
    return dice.choice(("0", "1", "2", "-1", "-2", "3", "5", "-5"))


def _key(dice: Random) -> str:
    key = dice.choice(_KEYS)
    if "'" in key and dice.random() < 0.7:
        return "'" + key.replace("'", "\\'") + "'"
    return f"'{key}'" if dice.random() < 0.7 else f'"{key}"'


def _bracket(dice: Random, depth: int) -> str:
    kind = dice.randrange(12)
    gap = dice.choice(("", "", "", " "))
    if kind < 3:
        return gap + _number(dice) + gap
    if kind < 5:
        return gap + _key(dice) + gap
    if kind == 5:
        return "*"
    if kind == 6:
        bound = ("", "", *(_number(dice) for _ in range(4)), "(@.length-1)")
        parts = (dice.choice(bound) for _ in range(dice.choice((2, 2, 3))))
        return gap + ":".join(parts) + gap
    if kind == 7:
        one = _key if dice.random() < 0.5 else _number
        return f",{gap}".join(one(dice) for _ in range(dice.choice((2, 3))))
    if kind < 11 and depth > 0:
        mark = dice.choice("???" + " ")
        return f"{mark}({_expression(dice, 2 if depth > 1 else 1)})".strip()
    return dice.choice(("", "x", "a,b", "1,'a'", "0,", ",0", "1:2,3", "'a'b", "?@.a", "()", "'a",
                        "0 1", "(1),(0)", "('a'),'b'", "1:2:3:4", "::", ":", "0:'a'"))  # fmt: skip


def _steps(dice: Random, count: int, depth: int) -> str:
    parts = []
    for _ in range(count):
        kind = dice.random()
        if kind < 0.5:
            parts.append(f".{dice.choice(_KEYS[:8] if dice.random() < 0.9 else _KEYS)}")
        elif kind < 0.58:
            parts.append(f"..{dice.choice((*_KEYS[:6], '*', '[0]', '[*]', ''))}")
        elif kind < 0.64:
            parts.append(".*")
        else:
            dot = "." if dice.random() < 0.03 else ""
            parts.append(f"{dot}[{_bracket(dice, depth)}]")
    return "".join(parts)


def _case(dice: Random) -> dict[str, Any]:
    root = "$" if dice.random() < 0.98 else dice.choice(("@", "", "a", "$$", "$a"))
    path = root + _steps(dice, dice.choice((0, 1, 1, 2, 2, 3, 4)), 2)
    return {"document": json.dumps(_value(dice, 4)), "path": path}


def cases() -> st.SearchStrategy[dict[str, Any]]:
    """Return paths with documents."""
    return grown(_case)


def answer(case: dict[str, Any]) -> Any:
    """Return what the path names; numbers are floats, as encoding/json gives them."""
    return goessner.query(case["path"], json.loads(case["document"], parse_int=float))
