"""Time filter: the event's own time lies in a window of the day, start in, stop out.

The date is the event's, in UTC or in the filter's time zone; a stop before the start wraps
midnight.
"""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from pinnace.bus import Event
from pinnace.sensors.filters.outcome import combined
from pinnace.sensors.spec import TimeFilter
from pinnace.sensors.verdicts import Check, FilterVerdict


def filter_time(wanted: TimeFilter, event: Event) -> FilterVerdict:
    """Look where the event's time lies."""
    zone = ZoneInfo(wanted.timezone) if wanted.timezone else UTC
    local = event.time.astimezone(zone)
    start, stop = (
        datetime.combine(local.date(), time.fromisoformat(text), tzinfo=zone).astimezone(UTC)
        for text in (wanted.start, wanted.stop)
    )
    moment = event.time.astimezone(UTC)
    passed = start <= moment < stop if start < stop else moment >= start or moment < stop
    check = Check(
        what=f"event time ({wanted.timezone or 'UTC'})",
        wanted=f"[{wanted.start}, {wanted.stop})",
        found=local.strftime("%H:%M:%S"),
        passed=passed,
    )
    return combined("time", "and", [check])
