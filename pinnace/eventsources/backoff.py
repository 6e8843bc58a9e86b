"""How long a listener waits before it tries again: ``connectionBackoff``, or our own pace. Pure.

Mirrors argo-events pkg/shared/util/retry.go:Convert2WaitBackoff. Upstream gives up after ``steps``;
here the delay stops growing then and the source goes on trying, because a broker may be down for
longer than anybody foresaw.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, count, repeat
from random import random

from pinnace.eventsources.spec import EventSpec
from pinnace.languages import durations
from pinnace.languages.errors import LanguageError

FIELD = "connectionBackoff"
_NANOSECONDS = 1e9


@dataclass(frozen=True, kw_only=True)
class Backoff:
    """First delay in seconds, what each next is multiplied by, and how often."""

    duration: float = 1.0
    factor: float = 1.0
    #: Up to this part of a delay is added at random.
    jitter: float = 1.0
    steps: int = 5

    def delays(self) -> Iterator[float]:
        """Yield the seconds to wait before each attempt, without end."""
        growing = (self.duration * self.factor**step for step in count())
        first = [next(growing) for _ in range(max(1, self.steps))]
        for delay in chain(first, repeat(first[-1])):
            yield delay * (1 + random() * self.jitter)


#: Without ``connectionBackoff``. Short: what a listener waits for (a server that starts) is near.
DEFAULT = Backoff(duration=0.25, factor=2.0, jitter=0.0, steps=4)


def check(spec: EventSpec) -> None:
    """Refuse a ``connectionBackoff`` that can't be read; raises Invalid."""
    backoff_of(spec)


def backoff_of(spec: EventSpec) -> Backoff:
    """Return the pace of an event's listener; raises Invalid."""
    if spec.at(FIELD) is None:
        return DEFAULT
    return Backoff(
        duration=_duration(spec),
        factor=_amount(spec, "factor"),
        jitter=_amount(spec, "jitter"),
        steps=int(_amount(spec, "steps", 5)) or 5,
    )


def _duration(spec: EventSpec) -> float:
    value = spec.at(f"{FIELD}.duration")
    if isinstance(value, int):
        return value / _NANOSECONDS  # as Go reads an integer
    try:
        return durations.parse(str(value or "1s")).seconds
    except LanguageError as error:
        raise spec.invalid(
            f"{FIELD}.duration", expected="a duration such as 10s, or nanoseconds", found=str(error)
        ) from error


def _amount(spec: EventSpec, name: str, default: float = 1.0) -> float:
    """Return a number, which upstream's ``Amount`` also takes as a string."""
    value = spec.at(f"{FIELD}.{name}")
    try:
        number = float(default if value is None else value)
    except (TypeError, ValueError) as error:
        raise spec.invalid(f"{FIELD}.{name}", expected="a number", found=value) from error
    if not 0 <= number < float("inf"):
        raise spec.invalid(f"{FIELD}.{name}", expected="a number of 0 or more", found=value)
    return number
