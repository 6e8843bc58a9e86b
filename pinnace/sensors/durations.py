"""Durations and retry strategies as upstream writes them (pkg/apis/common: Int64OrString, Backoff).

An integer is **nanoseconds**; text is Go's notation (``1s``, ``1m30s``, ``500ms``).
"""

from decimal import Decimal, InvalidOperation

from pinnace.languages.durations import parse
from pinnace.languages.errors import LanguageError
from pinnace.sensors.reading import Node
from pinnace.sensors.spec import Backoff, RateLimit

_RATE_UNITS = {"": 1.0, "Second": 1.0, "Minute": 60.0, "Hour": 3600.0}

#: Upstream's DefaultBackoff: what a strategy's absent fields mean.
_DEFAULT = Backoff(steps=5, duration=1.0, factor=1.0, jitter=1.0)


def read_duration(node: Node) -> float:
    """Return seconds; refuses what Go's ``time.ParseDuration`` would."""
    value = node.value
    if isinstance(value, int) and not isinstance(value, bool):
        return value / 1e9
    text = node.text().strip()
    if text.isdecimal():
        return int(text) / 1e9
    try:
        return parse(text).seconds
    except LanguageError as error:
        raise node.refuse(
            "", expected="a duration such as 1s, 500ms or 1m30s", found=repr(value),
            fix="give it a unit (an integer is nanoseconds)",
        ) from error  # fmt: skip


def read_backoff(node: Node) -> Backoff:
    """Read ``retryStrategy``; without one there is a single attempt."""
    if not node.given:
        return Backoff()
    return Backoff(
        steps=node["steps"].integer() or _DEFAULT.steps,
        duration=read_duration(node["duration"]) if node["duration"].given else _DEFAULT.duration,
        factor=_amount(node["factor"], _DEFAULT.factor),
        jitter=_amount(node["jitter"], _DEFAULT.jitter),
    )


def delay(backoff: Backoff, attempts: int, chance: float) -> float | None:
    """Return the seconds to wait after ``attempts`` failed ones, or None when that was the last.

    ``chance`` in [0, 1) is the draw for the jitter (k8s.io/apimachinery wait.Backoff.Step).
    """
    if attempts >= backoff.steps:
        return None
    factor = backoff.factor if backoff.factor > 0 else 1.0
    base = backoff.duration * factor ** min(attempts - 1, 64)
    return float(base * (1 + max(backoff.jitter, 0.0) * chance))


def read_rate_limit(node: Node) -> RateLimit | None:
    """Read ``rateLimit``."""
    if not node.given:
        return None
    unit = node["unit"].choice(tuple(_RATE_UNITS), "unknown rate limit unit {}")
    requests = node["requestsPerUnit"].integer() or 0
    if requests < 1:
        raise node["requestsPerUnit"].refuse("", expected="at least 1", found=str(requests))
    return RateLimit(requests=requests, unit=_RATE_UNITS[unit])


def _amount(node: Node, default: float) -> float:
    if not node.given:
        return default
    try:
        if isinstance(node.value, bool):
            raise InvalidOperation
        return float(Decimal(str(node.value)))
    except InvalidOperation as error:
        raise node.refuse("", expected="a number", found=repr(node.value)) from error
