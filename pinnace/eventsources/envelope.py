"""The CloudEvent around a source's data, as argo-events eventsources/eventing.go does it. Pure."""

from datetime import datetime
from uuid import uuid4

from pinnace.bus import Event
from pinnace.eventsources.spec import EventSpec

#: Where upstream's type constant differs from the field's name in the spec.
CLOUD_EVENT_TYPES = {"pubSub": "pubsub", "storageGrid": "storagegrid"}


def new_event_id() -> str:
    """Return a fresh id: 32 hex characters of a random UUID, without dashes."""
    return uuid4().hex


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
