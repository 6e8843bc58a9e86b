"""Strategies that several languages share: JSON documents biased to corners."""

import json
from collections.abc import Callable
from functools import cache
from random import Random
from typing import Any

from hypothesis import strategies as st


def mostly(
    common: st.SearchStrategy[str], rare: st.SearchStrategy[str], one_in: int
) -> st.SearchStrategy[str]:
    """Return the common ones, and once in a while a rare one (`one_of` takes equals for one)."""
    return st.integers(0, one_in).flatmap(lambda drawn: rare if drawn == one_in // 2 else common)


KEYS = st.one_of(
    st.sampled_from(
        ["a", "b", "c", "a-b", "a.b", "a b", "", "0", "1", "é", "日本", "#", "@x", "*", "A", "_x"]
            + ["'", '"'],
    ),
    st.text(max_size=4),
)  # fmt: skip
NUMBERS = st.one_of(
    st.integers(-3, 12),
    st.sampled_from(
        [0.1, -0.0, 1.5, 1e3, 1e21, 1e-7, 123456789.0, 2**53, 2**53 + 1, 2**63 - 1, -(2**63)]
            + [2**64, 1e308, 5e-324],
    ),
    st.floats(allow_nan=False, allow_infinity=False),
)  # fmt: skip
TEXTS = st.one_of(
    st.sampled_from(
        ["", "a", "x", "true", "5", "-1.5", "null", "2026-03-01", "2026-03-01T10:00:00Z", "a b",
         "a-b", "é", "日本", "😀", "\n", "\\", '"', "'", "{{x}}", "<&>", "\u2028", "\x00", "a,b"],
    ),
    st.text(max_size=8),
)  # fmt: skip
SCALARS = st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS)


@cache
def json_values(leaves: int = 12) -> st.SearchStrategy[Any]:
    """Return JSON values of every kind, nested."""
    return st.recursive(
        SCALARS,
        lambda inner: st.one_of(
            st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=4)
        ),
        max_leaves=leaves,
    )


def go_values(leaves: int = 12) -> st.SearchStrategy[Any]:
    """Return JSON values whose integers Go's int holds; the others are floats."""
    return json_values(leaves).map(_held)


def _held(value: Any) -> Any:
    match value:
        case list():
            return [_held(item) for item in value]
        case dict():
            return {key: _held(item) for key, item in value.items()}
        case int() if not -(2**63) <= value < 2**63:
            return float(value)
    return value


@cache
def json_texts(leaves: int = 12) -> st.SearchStrategy[str]:
    """Return JSON texts in several styles of writing."""
    styles = st.sampled_from(
        [{}, {"indent": 1}, {"separators": (",", ":")}, {"ensure_ascii": False}]
    )
    objects = st.dictionaries(KEYS, json_values(leaves), max_size=5)
    values = st.one_of(objects, json_values(leaves))
    return st.builds(lambda value, style: json.dumps(value, **style), values, styles)


def grown(make: Callable[[Random], dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """Return cases that a grammar written by hand makes from dice: fast."""
    return st.integers(0, 2**64 - 1).map(lambda seed: make(Random(seed)))


def broken(texts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Return texts that are no JSON, or only just: a character lost, doubled or put in."""
    wrong = st.sampled_from(
        list('{}[]",:\\ \n') + ["\\u12", "\\ud800", "nul", "+1", "NaN", "é", "tru"]
    )

    def change(text: str, place: float, inserted: str, removed: int) -> str:
        at = int(place * len(text))
        return text[:at] + inserted + text[at + removed :]

    places = st.floats(0, 1)
    once = st.builds(change, texts, places, st.one_of(st.just(""), wrong), st.integers(0, 2))
    return st.one_of(once, st.builds(change, once, places, wrong, st.integers(0, 3)))
