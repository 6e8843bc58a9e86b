"""Durations as kubectl prints them (k8s.io/apimachinery/pkg/util/duration, HumanDuration)."""

from datetime import datetime

from pinnace.objects.clock import parse_rfc3339

UNKNOWN = "<unknown>"


def age(timestamp: object, now: datetime) -> str:
    """Return how long ago a timestamp was; ``<unknown>`` when there is none."""
    if not isinstance(timestamp, str) or not timestamp:
        return UNKNOWN
    try:
        return human((now - parse_rfc3339(timestamp)).total_seconds())
    except ValueError:
        return "<invalid>"


def human(total: float) -> str:
    """Write seconds in at most two units, coarser the longer it is."""
    seconds = int(total)
    if seconds < -1:
        return "<invalid>"
    if seconds < 120:
        return f"{max(seconds, 0)}s"
    minutes, hours = seconds // 60, seconds // 3600
    if minutes < 180:
        return _two(minutes, "m", seconds % 60 if minutes < 10 else 0, "s")
    if hours < 48:
        return _two(hours, "h", minutes % 60 if hours < 8 else 0, "m")
    days = hours // 24
    if days < 365 * 2:
        return _two(days, "d", hours % 24 if days < 8 else 0, "h")
    return _two(days // 365, "y", days % 365 if days < 365 * 8 else 0, "d")


def _two(large: int, unit: str, small: int, small_unit: str) -> str:
    return f"{large}{unit}{small}{small_unit}" if small else f"{large}{unit}"
