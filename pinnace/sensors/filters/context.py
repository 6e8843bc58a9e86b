"""Context filter: equality on type, subject, source, datacontenttype; nothing else counts."""

from pinnace.bus import Event
from pinnace.sensors.filters.outcome import combined
from pinnace.sensors.spec import ContextFilter
from pinnace.sensors.verdicts import Check, FilterVerdict

_FIELDS = ("type", "subject", "source", "datacontenttype")


def filter_context(wanted: ContextFilter, event: Event) -> FilterVerdict:
    """Compare the fields that are given."""
    checks = []
    for name in _FIELDS:
        expected, found = getattr(wanted, name), getattr(event, name)
        if expected:
            passed = expected == found
            checks.append(Check(what=name, wanted=expected, found=found, passed=passed))
    return combined("context", "and", checks)
