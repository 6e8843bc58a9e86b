"""The CloudEvent around a source's data, as argo-events eventsources/eventing.go does it. Pure."""

from datetime import datetime

from pinnace.bus import Event
from pinnace.eventsources.spec import EventSpec
from pinnace.objects.names import new_uid

#: Where upstream's type constant differs from the field's name in the spec.
CLOUD_EVENT_TYPES = {"pubSub": "pubsub", "storageGrid": "storagegrid"}


def new_event_id(now: datetime) -> str:
    """Return a fresh id: 32 hex characters that begin with the time, unlike upstream's.

    So the journal's index of ids grows at its end, also when it holds millions.
    """
    return new_uid(now).hex


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
