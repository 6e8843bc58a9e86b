"""Label selectors: how they read, print and match."""

from random import Random
from typing import Any

from hypothesis import strategies as st

from pinnace.languages.errors import LanguageError
from pinnace.objects.errors import BadRequest
from pinnace.objects.selectors import parse_labels
from tests.oracle.documents import grown

_KEYS = ("a", "b", "app", "tier", "x.y/z", "n", "in", "notin", "A-b_c.d", "0")
_BAD_KEYS = ("-a", "a_", "X/y", "/a", "a/", "é", "a/b/c", "a" * 64, ".", "a@b", "e." * 130 + "/a")
_VALUES = ("", "a", "web", "db", "5", "4", "10", "-3", "007", "in", "notin", "a.b-c_d", "+5", "V")
_BAD_VALUES = ("-", "a-", "é", "a/b", "a:b", "b" * 64, "1e3", "9223372036854775808", "a@b", "'a'")
_SPACES = ("", "", "", " ", "  ", "\t", "\n")
_NOISE = ("(", ")", ",", "!", "=", "==", "!=", ">", "<", " in ", "x y", "a\0b", "=>", "=!", "!!")


def _pick(dice: Random, good: tuple[str, ...], bad: tuple[str, ...]) -> str:
    return dice.choice(good if dice.random() < 0.97 else bad)


def _clause(dice: Random) -> str:
    key = _pick(dice, _KEYS, _BAD_KEYS)
    gap, other = dice.choice(_SPACES), dice.choice(_SPACES)
    kind = dice.randrange(8)
    if kind == 0:
        return f"{gap}{key}{other}"
    if kind == 1:
        return f"!{gap}{key}{other}"
    if kind <= 4:
        symbol = dice.choice(("=", "==", "!=", ">", "<"))
        good = ("5", "4", "10", "-3", "+5", "007") if symbol in "<>" else _VALUES
        return f"{key}{gap}{symbol}{other}{_pick(dice, good, _BAD_VALUES)}"
    commas = dice.choice((",", ",", ", ", " ,", ",,"))
    values = commas.join(
        _pick(dice, _VALUES, _BAD_VALUES) for _ in range(dice.choice((0, 1, 2, 3)))
    )
    return f"{key} {gap}{dice.choice(('in', 'notin'))} {other}({gap}{values}{other})"


def _case(dice: Random) -> dict[str, Any]:
    clauses = [_clause(dice) for _ in range(dice.choice((0, 1, 1, 2, 2, 3, 4)))]
    text = dice.choice((",", ",", ", ", " , ")).join(clauses)
    if dice.random() < 0.06:
        place = dice.randrange(len(text) + 1)
        text = text[:place] + dice.choice(_NOISE) + text[place:]
    keys = dice.sample(_KEYS, dice.randrange(6))
    return {"selector": text, "set": {key: dice.choice(_VALUES) for key in keys}}


def cases() -> st.SearchStrategy[dict[str, Any]]:
    """Return selectors with sets of labels."""
    return grown(_case)


def answer(case: dict[str, Any]) -> Any:
    """Return how the selector prints, and whether it matches."""
    try:
        selector = parse_labels(case["selector"])
    except BadRequest as error:
        raise LanguageError("labels", case["selector"], 0, str(error)) from error
    return {"text": str(selector), "matches": selector.matches(case["set"])}
