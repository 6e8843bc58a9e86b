"""Field selectors: how they read, print and match."""

from random import Random
from typing import Any

from hypothesis import strategies as st

from pinnace.languages.errors import LanguageError
from pinnace.objects.errors import BadRequest
from pinnace.objects.selectors import parse_fields
from tests.oracle.documents import grown

_PATHS = ("metadata.name", "status.phase", "spec.nodeName", "a", "b", "involvedObject.uid", " a")
_VALUES = ("", "a", "Running", "true", "5", "a.b-c", "é", "a b", " ", "x\\,y", "x\\=y", "\\\\", "!")
_BAD = ("a=b", "\\n", "\\", "a\\", "==", "=", "\\a\\=")
_NOISE = (",", "=", "!", "==", "\\", "x", ",,", "\\,")


def _clause(dice: Random) -> str:
    value = dice.choice(_VALUES if dice.random() < 0.95 else _BAD)
    return dice.choice(_PATHS) + dice.choice(("=", "==", "!=")) + value


def _case(dice: Random) -> dict[str, Any]:
    text = ",".join(_clause(dice) for _ in range(dice.choice((0, 1, 1, 1, 2, 3))))
    if dice.random() < 0.08:
        place = dice.randrange(len(text) + 1)
        text = text[:place] + dice.choice(_NOISE) + text[place:]
    values = ("", "a", "Running", "true", "5", "x,y", "x=y", "\\", "é", "a b")
    paths = dice.sample(_PATHS, dice.randrange(len(_PATHS)))
    return {"selector": text, "set": {path: dice.choice(values) for path in paths}}


def cases() -> st.SearchStrategy[dict[str, Any]]:
    """Return selectors with fields by their paths."""
    return grown(_case)


def answer(case: dict[str, Any]) -> Any:
    """Return how the selector prints, and whether it matches."""
    try:
        selector = parse_fields(case["selector"])
    except BadRequest as error:
        raise LanguageError("fields", case["selector"], 0, str(error)) from error
    return {"text": str(selector), "matches": selector.matches_set(case["set"])}
