"""What a source hands over: an event's data, a checkpoint, or a refusal; nothing about the bus.

A source module builds these; ``pinnace.eventsources.intake`` filters, wraps, de-duplicates and
journals them. So a source holds only what is particular to it.
"""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Event as Flag
from typing import Any, Protocol, TypeAlias

import orjson

from pinnace.eventsources.spec import EventSpec
from pinnace.objects.errors import PinnaceError
from pinnace.store import Store, Transaction

#: Writes that must land in the same transaction as the event (a source's own progress).
Commit: TypeAlias = Callable[[Transaction], None]


@dataclass(frozen=True, kw_only=True)
class Emission:
    """One event of a source: its data as JSON bytes, and what makes it the same event again."""

    data: bytes
    dedupe: str | None = None
    commit: Commit | None = None


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """Progress without an event: it only has to be durable."""

    commit: Commit


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """A message that can't become an event: it is recorded with the reason, and others go on."""

    reason: str
    commit: Commit | None = None


@dataclass(frozen=True, kw_only=True)
class Ignored:
    """A delivery in good order that is not an event: not asked for, or a provider's handshake."""

    reason: str
    #: What the sender is told.
    answer: str = "success"


class Rejected(PinnaceError):
    """A delivery that is refused: the HTTP status its sender gets, and why."""

    def __init__(self, status: int, reason: str) -> None:
        self.status, self.reason_text = status, reason
        super().__init__(reason)


#: In the place of a field: the signing secret that the provider gave with the event's hook, or "".
HOOK_SECRET = "the hook's own secret"
#: Reads the secret behind a selector field of the event's spec ("authSecret", …).
SecretReader: TypeAlias = Callable[[str], str]


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One HTTP request, whole: what a receiver may look at."""

    method: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    remote: str
    #: When it had arrived whole.
    at: datetime

    def header(self, name: str) -> str:
        """Return the first header of that name (case-insensitive), or ""."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")


#: What a delivery comes to; several events of one delivery are made durable together.
Received: TypeAlias = Emission | tuple[Emission, ...] | Ignored
#: An HTTP source type: turns a delivery into an event, pure; raises Rejected.
Receiver: TypeAlias = Callable[[EventSpec, Delivery, SecretReader], Received]


class Outside(Protocol):
    """What reaching a provider or broker takes: the event, its secrets, addresses."""

    spec: EventSpec

    def secret(self, field: str) -> str:
        """Return the secret behind a selector field of the spec; raises Invalid."""
        ...

    def resolve(self, address: str) -> str:
        """Return where ``host:port`` is reached from here."""
        ...


#: An HTTP source type that has to ask its provider before it can answer; raises Rejected.
Asker: TypeAlias = Callable[[Outside, Delivery], Received]


class ListenContext(Outside, Protocol):
    """What a listening source gets from whoever serves it."""

    stopping: Flag
    #: The objects of the API, for sources about them.
    objects: Store

    def now(self) -> datetime:
        """Return the present instant."""
        ...

    def checkpoint(self, key: str) -> str | None:
        """Return the durable value last committed under ``key``."""
        ...

    def save(self, key: str, value: str) -> Commit:
        """Return the commit that writes ``value`` under ``key``."""
        ...

    def seen(self, key: str) -> dict[str, str]:
        """Return the durable table of items seen under ``key``."""
        ...

    def mark(self, key: str, changes: Mapping[str, str | None]) -> Commit:
        """Return the commit that updates that table (None: forget the item)."""
        ...

    def listening(self, note: str = "") -> None:
        """Say that events are being received from now on, with a remark for the status."""
        ...

    def pause(self, seconds: float) -> bool:
        """Wait; return True when it is time to stop."""
        ...


Item: TypeAlias = Emission | Checkpoint | Refusal
#: What a listening source yields, one or several at once. It is resumed when they are on disk
#: (several in one sync), so what follows a ``yield`` may acknowledge them to the sender.
Items: TypeAlias = Generator[Item | tuple[Item, ...], None, None]
#: A listening source type: yields until told to stop; raises when it can't go on.
Listener: TypeAlias = Callable[[ListenContext], Items]


def to_json(fields: Mapping[str, Any], *, sort: bool = False) -> bytes:
    """Encode event data; raw JSON goes in as :func:`raw`."""
    return orjson.dumps(dict(fields), option=orjson.OPT_SORT_KEYS if sort else 0)


def raw(document: bytes) -> orjson.Fragment:
    """Return JSON text to embed as it stands, so that numbers keep their digits."""
    return orjson.Fragment(document)


def with_metadata(fields: dict[str, Any], metadata: Any) -> dict[str, Any]:
    """Add the user's ``metadata`` as upstream does: left out when empty."""
    return {**fields, "metadata": metadata} if metadata else fields
