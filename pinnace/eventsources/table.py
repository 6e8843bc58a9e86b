"""The table of EventSource types that run here: it drives everything else."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from pinnace.eventsources.emission import Checkpoint, Emission, ListenContext, Receiver
from pinnace.eventsources.spec import EventSpec
from pinnace.eventsources.types import calendar, file, github, minio, webhook

#: A listening source type: yields events until told to stop; raises when it can't go on.
Listener: TypeAlias = Callable[[ListenContext], Iterator[Emission | Checkpoint]]


def _nothing(spec: EventSpec) -> str:
    del spec
    return ""


@dataclass(frozen=True, kw_only=True)
class SourceType:
    """One type: either received over HTTP or listened to."""

    #: Raises Invalid for a spec that can never work.
    check: Callable[[EventSpec], None]
    #: Secret selectors that must be readable.
    secrets: tuple[str, ...] = ()
    #: What a person should know about this spec here ("" for nothing).
    remarks: Callable[[EventSpec], str] = _nothing
    receive: Receiver | None = None
    #: Below which field endpoint, port and method stand.
    endpoint_at: str = ""
    listen: Listener | None = None


TYPES: Mapping[str, SourceType] = {
    "webhook": SourceType(
        check=webhook.check, secrets=("authSecret",), receive=webhook.receive
    ),
    "github": SourceType(
        check=github.check,
        secrets=("webhookSecret", "webhook.authSecret"),
        remarks=github.remarks,
        receive=github.receive,
        endpoint_at="webhook",
    ),
    "calendar": SourceType(
        check=calendar.check, remarks=calendar.remarks, listen=calendar.listen
    ),
    "file": SourceType(check=file.check, remarks=file.remarks, listen=file.listen),
    "minio": SourceType(
        check=minio.check, secrets=("accessKey", "secretKey"), listen=minio.listen
    ),
}  # fmt: skip


def endpoint_of(spec: EventSpec) -> Mapping[str, object]:
    """Return where an HTTP event says endpoint, port and method."""
    at = TYPES[spec.type].endpoint_at
    found = spec.at(at) if at else spec.fields
    return found if isinstance(found, Mapping) else {}
