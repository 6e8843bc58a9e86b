"""Script filter: Lua over the data; not run here yet, so it holds every event back and says so."""

from pinnace.bus import Event
from pinnace.sensors.filters.outcome import failed
from pinnace.sensors.verdicts import FilterVerdict


def filter_script(script: str, event: Event) -> FilterVerdict:
    """Refuse the script; without data it passes."""
    if not event.data:
        return FilterVerdict(kind="script", passed=True)
    return failed("script", "", "Lua can't be run here yet")
