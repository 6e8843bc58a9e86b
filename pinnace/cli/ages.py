"""Times and spans of time as argo prints them. Pure.

Mirrors util/humanize of Argo Workflows (over dustin/go-humanize).
"""

from datetime import datetime

from pinnace.objects.clock import parse_rfc3339

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_UNITS = (("second", 1, _MINUTE), ("minute", _MINUTE, _HOUR), ("hour", _HOUR, _DAY),
          ("day", _DAY, 7 * _DAY), ("week", 7 * _DAY, 30 * _DAY), ("month", 30 * _DAY, 360 * _DAY),
          ("year", 360 * _DAY, 37 * 360 * _DAY))  # fmt: skip


def instant(text: object) -> datetime | None:
    """Read a timestamp of an object; None where there is none."""
    return parse_rfc3339(text) if isinstance(text, str) and text else None


def short(start: datetime | None, end: datetime | None) -> str:
    """Return ``3s``, ``12m``, ``5h``, ``9d`` between two times; "" without both."""
    if start is None or end is None:
        return ""
    seconds = max(0, int((end - start).total_seconds()))
    for unit, size, limit in (("s", 1, _MINUTE), ("m", _MINUTE, _HOUR), ("h", _HOUR, _DAY)):
        if seconds < limit:
            return f"{seconds // size}{unit}"
    return f"{seconds // _DAY}d"


def long(seconds: float) -> str:
    """Return ``5 seconds``, ``1 minute 3 seconds``, ``2 hours 5 minutes``."""
    whole = max(0, int(seconds))
    first = _rounded(whole)
    if whole < _MINUTE:
        return first
    if whole < _HOUR:
        return f"{first} {whole % _MINUTE} seconds"
    if whole < _DAY:
        return f"{first} {whole % _HOUR // _MINUTE} minutes"
    return f"{first} {whole % _DAY // _HOUR} hours"


def _rounded(seconds: int) -> str:
    for unit, size, limit in _UNITS:
        if seconds < limit:
            count = seconds // size
            return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
    return "a long while"


def moment(text: object, now: datetime) -> str:
    """Return ``Wed Nov 25 23:10:01 +0000 (3 minutes ago)``; "" without a time."""
    at = instant(text)
    if at is None:
        return ""
    seconds = int((now - at).total_seconds())
    told = "now" if seconds == 0 else (
        f"{_rounded(seconds)} ago" if seconds > 0 else f"{_rounded(-seconds)} from now"
    )  # fmt: skip
    return f"{at.astimezone().strftime('%a %b %d %H:%M:%S %z')} ({told})"
