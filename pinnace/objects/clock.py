"""Time as a seam: shells hold a :class:`Clock`, pure code takes ``now``.

This is the only module that asks the operating system for the wall clock.
"""

import re
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Something that tells the time, always aware and in UTC."""

    def now(self) -> datetime:
        """Return the present instant."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the present instant in UTC."""
        return datetime.now(UTC)


SYSTEM_CLOCK = SystemClock()

UNIX_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_FRACTION = re.compile(r"\.(\d+)")


def rfc3339(instant: datetime) -> str:
    """Format as Kubernetes' ``metav1.Time``: whole seconds, ``Z``."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def rfc3339_micro(instant: datetime) -> str:
    """Format as Kubernetes' ``metav1.MicroTime``: microseconds, ``Z``."""
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def rfc3339_nano(instant: datetime) -> str:
    """Format as Go's RFC3339Nano: trailing zeros of the fraction dropped, ``Z``."""
    text = instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    fraction = f"{instant.microsecond:06d}".rstrip("0")
    return f"{text}.{fraction}Z" if fraction else f"{text}Z"


def parse_rfc3339(text: str) -> datetime:
    """Read an RFC 3339 time (``Z`` or an offset; any number of fraction digits).

    Raises ValueError when the text is not such a time.
    """
    text = _FRACTION.sub(lambda m: "." + m.group(1)[:6].ljust(6, "0"), text, count=1)
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone; expected RFC 3339, e.g. 2026-01-31T12:00:00Z")
    return instant.astimezone(UTC)
