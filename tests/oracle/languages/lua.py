"""Lua scripts of Sensors over events: what upstream's own filter and transform make of them."""

import json
from random import Random
from typing import Any

from hypothesis import strategies as st

from pinnace.languages import luascript
from tests.oracle.documents import grown
from tests.oracle.languages.lua_grammar import Grammar

_SCALARS = (1, 2, 3, 0, -1, 10, 1.5, -0.5, 1e21, 2**53, 123456789, "a", "", "10", "0x10", "1e3",
            "x,y", "Héé", "a b c", "k=v, w=1", True, False, None, "abc", "2026-03-01")  # fmt: skip
_KEYS = ("a", "b", "s", "items", "o", "a-b", "n", "é")


def _value(dice: Random, depth: int) -> Any:
    kind = dice.random()
    if depth <= 0 or kind < 0.5:
        return dice.choice(_SCALARS)
    if kind < 0.75:
        return [_value(dice, depth - 1) for _ in range(dice.randrange(4))]
    return {dice.choice(_KEYS): _value(dice, depth - 1) for _ in range(dice.randrange(4))}


def _case(dice: Random) -> dict[str, Any]:
    event = {key: _value(dice, dice.choice((0, 1, 2))) for key in _KEYS if dice.random() < 0.4}
    filters = dice.random() < 0.2
    script = Grammar(dice).script(filters=filters)
    if dice.random() < 0.03:
        place = dice.randrange(len(script) + 1)
        cut = place + dice.randrange(2)
        script = (
            script[:place] + dice.choice((*"()[]{},;:.=~<\"'\\", "end ", "\n", "")) + script[cut:]
        )
    return {"document": json.dumps(event), "script": script, "filter": filters}


def cases() -> st.SearchStrategy[dict[str, Any]]:
    """Return scripts with events."""
    return grown(_case)


def answer(case: dict[str, Any]) -> Any:
    """Return whether the filter passes, or the data that the transform makes."""
    event = json.loads(case["document"])
    if case["filter"]:
        return luascript.accepts(case["script"], event)
    return luascript.transform(case["script"], event)
