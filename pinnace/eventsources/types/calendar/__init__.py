"""EventSource type ``calendar``: a schedule or an interval becomes events.

Mirrors argo-events pkg/eventsources/sources/calendar/start.go: ``schedule`` (when, pure),
``memory`` (the last tick, for catching up), ``source``.
"""

from pinnace.eventsources.types.calendar.schedule import check, remarks
from pinnace.eventsources.types.calendar.source import listen

__all__ = ["check", "listen", "remarks"]
