"""The CloudEvent, as Argo Events puts it on its bus (pkg/eventsources/eventing.go)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from pinnace.objects.clock import rfc3339


@dataclass(frozen=True, kw_only=True)
class Event:
    """A CloudEvent 1.0; ``data`` is the JSON text that the event source built."""

    id: str
    source: str  # the EventSource's name
    type: str  # the event source type: webhook, github, minio …
    subject: str  # the event's name in the EventSource
    time: datetime
    data: bytes
    datacontenttype: str = "application/json"
    specversion: str = "1.0"

    def context(self) -> dict[str, str]:
        """Return the context as a sensor sees it (sensor_types.go, whole seconds)."""
        return {
            "id": self.id,
            "source": self.source,
            "specversion": self.specversion,
            "type": self.type,
            "datacontenttype": self.datacontenttype,
            "subject": self.subject,
            "time": rfc3339(self.time),
        }

    def as_json(self) -> dict[str, Any]:
        """Return context and parsed data."""
        return {"context": self.context(), "data": orjson.loads(self.data)}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """An event in the journal; ``offset`` only grows."""

    offset: int
    namespace: str
    event: Event
