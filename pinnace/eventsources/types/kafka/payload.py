"""A Kafka record as upstream's event. Pure."""

from datetime import UTC, datetime, timedelta

from confluent_kafka import TIMESTAMP_NOT_AVAILABLE, Message

from pinnace.eventsources.emission import (
    Commit,
    Emission,
    Refusal,
    to_json,
    with_metadata,
)
from pinnace.eventsources.messages import message
from pinnace.eventsources.spec import EventSpec
from pinnace.languages import gotime

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: Go's zero time: what upstream prints for a record without a timestamp.
_NEVER = datetime(1, 1, 1, tzinfo=UTC)


def payload(spec: EventSpec, found: Message, commit: Commit | None) -> Emission | Refusal:
    """Return the event of a record; the body of a tombstone is null."""
    kind, milliseconds = found.timestamp()
    known = kind != TIMESTAMP_NOT_AVAILABLE
    time = _EPOCH + timedelta(milliseconds=milliseconds) if known else _NEVER
    fields = {
        "topic": found.topic(),
        "key": _text(found.key()),
        "partition": found.partition(),
        "timestamp": gotime.go_string(time),
        "headers": {str(pair[0]): _text(pair[1]) for pair in found.headers() or ()},
    }
    # with the time, so that a topic that was deleted and made anew repeats nothing
    dedupe = f"{found.topic()}/{found.partition()}/{found.offset()} {milliseconds}"
    value = found.value()
    if value is None:
        data = to_json(with_metadata({**fields, "body": None}, spec.at("metadata")))
        return Emission(data=data, dedupe=dedupe, commit=commit)
    return message(spec, fields, _bytes(value), dedupe=dedupe, commit=commit)


def _text(value: bytes | str | None) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value or ""


def _bytes(value: bytes | str) -> bytes:
    return value.encode() if isinstance(value, str) else value
