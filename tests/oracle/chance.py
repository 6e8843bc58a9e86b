"""Answers that are random in Go itself: the order of a map, who comes first in `select`.

Go makes every map anew for every question, so a case that is asked often enough shows each order
that it can have. A map of up to eight keys has few: it is walked from a random place around.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from tests.oracle import program
from tests.oracle.answers import agree
from tests.oracle.known import is_known

ASKS = 40

Difference = tuple[dict[str, Any], dict[str, Any], dict[str, Any]]
"""A case, Go's answer and ours."""


def is_settled(language: str, difference: Difference) -> bool:
    """Tell whether both agree, or differ as known.py says."""
    case, theirs, mine = difference
    return agree(theirs, mine) or is_known(language, case, theirs, mine) is not None


def met(language: str, differences: Sequence[Difference]) -> Iterator[dict[str, Any] | None]:
    """Yield for each difference an answer of Go that settles it, None if 40 more do not."""
    asked = [case for case, _, _ in differences for _ in range(ASKS)]
    answers = program.ask(language, asked)
    for place, (case, _, mine) in enumerate(differences):
        again = answers[place * ASKS : (place + 1) * ASKS]
        fits = (one for one in again if is_settled(language, (case, one, mine)))
        yield next(fits, None)
