"""The CloudEvent around a source's data, as argo-events eventsources/eventing.go does it. Pure."""

import os
from datetime import datetime

from pinnace.bus import Event
from pinnace.eventsources.spec import EventSpec

#: Where upstream's type constant differs from the field's name in the spec.
CLOUD_EVENT_TYPES = {"pubSub": "pubsub", "storageGrid": "storagegrid"}


def new_event_id(now: datetime) -> str:
    """Return a fresh id: the 32 hex characters of a UUID of version 7 (RFC 9562), without dashes.

    It begins with the time, so the journal's index of ids grows at its end; with random ones, as
    upstream's are, each append to a journal of millions reads and writes a page of its own.
    """
    milliseconds = int(now.timestamp() * 1000) & (2**48 - 1)
    chance = int.from_bytes(os.urandom(10))
    high = (milliseconds << 16) | (7 << 12) | (chance >> 68)
    low = (2 << 62) | (chance & (2**62 - 1))
    return f"{(high << 64) | low:032x}"


def envelope(spec: EventSpec, data: bytes, *, event_id: str, now: datetime) -> Event:
    """Wrap data; ``time`` is the time of dispatch, not the provider's."""
    return Event(
        id=event_id,
        source=spec.source,
        type=CLOUD_EVENT_TYPES.get(spec.type, spec.type),
        subject=spec.event,
        time=now,
        data=data,
    )
