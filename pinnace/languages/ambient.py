"""What a language may learn from the outside world: the present moment and randomness.

Functions such as sprig's `now`, `randAlphaNum` and `uuidv4` read an Ambient that their caller
passes in, so evaluation stays a function of its arguments and a test can hold the clock still.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from pinnace.languages.errors import LanguageError


def _no_clock() -> datetime:
    raise LanguageError("ambient", "now", 0, "this expression was given no clock: pass an Ambient")


@dataclass(frozen=True, kw_only=True)
class Ambient:
    """The moment and the dice that one evaluation sees."""

    now: Callable[[], datetime] = _no_clock
    dice: random.Random = field(default_factory=random.SystemRandom)


STILL = Ambient()
"""No clock: `now` is refused. The default, for texts that have no business with the time."""
