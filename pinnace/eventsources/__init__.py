"""Event sources: what comes in from outside becomes a durable CloudEvent, as in Argo Events.

A map of this room. ``types/`` holds one module per type and yields events and nothing else;
``table`` lists them; ``serve`` (listeners) and ``http/`` (requests) run them; ``intake`` filters,
wraps, de-duplicates and journals for all; ``hooks/`` makes the webhooks at the providers; ``spec``
and ``decide`` are the pure core of ``controller``. In: EventSource objects and Secrets. Out: events
in :mod:`pinnace.bus`, conditions in the objects, a Service and Endpoints for each EventSource with
ports.
"""

from pinnace.eventsources.controller import EventSourceController
from pinnace.eventsources.spec import EventSpec, Parsed, parse
from pinnace.eventsources.table import TYPES

__all__ = ["TYPES", "EventSourceController", "EventSpec", "Parsed", "parse"]
