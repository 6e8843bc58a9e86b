"""The pieces of Go's date layouts: literal text, and what stands for a part of a date."""

from __future__ import annotations

import re
from functools import lru_cache

MONTHS = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
]  # fmt: skip
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

_PIECE = re.compile(
    r"January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|002|0[1-6]|15|2006|_2006|__2|_2|[12345]|PM|pm"
    r"|-070000|-07:00:00|-0700|-07:00|-07|Z070000|Z07:00:00|Z0700|Z07:00|Z07"
    r"|[.,]0+(?![0-9])|[.,]9+(?![0-9])"
)


@lru_cache(maxsize=256)
def pieces(layout: str) -> tuple[tuple[str, str], ...]:
    """(literal text, directive) pairs; the last directive is empty."""
    found: list[tuple[str, str]] = []
    place = 0
    for match in _PIECE.finditer(layout):
        start, directive = match.start(), match.group(0)
        if directive == "_2006":  # an underscore, then the year
            start, directive = start + 1, "2006"
        found.append((layout[place:start], directive))
        place = match.end()
    return (*found, (layout[place:], ""))
