"""Answers that are random in Go itself: the order of a map, who comes first in `select`.

Go makes every map anew for every question, so a case that is asked often enough shows each order
that it can have. A map of up to eight keys has few: it is walked from a random place around.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from tests.oracle import program
from tests.oracle.answers import agree
from tests.oracle.known import is_known

ASKS = (40, 1_000)
"""How often a case is asked again, and how often if that wasn't enough (closures ask again for each
item: each time at random)."""
_FEW = 30

Difference = tuple[dict[str, Any], dict[str, Any], dict[str, Any]]
"""A case, Go's answer and ours."""


def is_settled(language: str, difference: Difference) -> bool:
    """Tell whether both agree, or differ as known.py says."""
    case, theirs, mine = difference
    return agree(theirs, mine) or is_known(language, case, theirs, mine) is not None


def met(language: str, differences: Sequence[Difference]) -> Iterator[dict[str, Any] | None]:
    """Yield for each difference an answer of Go that settles it, None if more do not."""
    found = _asked_again(language, differences, ASKS[0])
    left = [one for one, answer in zip(differences, found, strict=True) if answer is None]
    again = iter(_asked_again(language, left[:_FEW], ASKS[1]))
    for answer in found:
        yield next(again, None) if answer is None else answer


def _asked_again(
    language: str, differences: Sequence[Difference], times: int
) -> list[dict[str, Any] | None]:
    answers = program.ask(language, [case for case, _, _ in differences for _ in range(times)])
    found: list[dict[str, Any] | None] = []
    for place, (case, _, mine) in enumerate(differences):
        told = answers[place * times : (place + 1) * times]
        fits = (one for one in told if is_settled(language, (case, one, mine)))
        found.append(next(fits, None))
    return found
