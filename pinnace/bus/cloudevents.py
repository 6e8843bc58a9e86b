"""Events as CloudEvents 1.0 JSON (structured mode): what is exported, imported and published.

Mirrors the JSON of cloudevents/sdk-go, which Argo Events puts on its bus: data set from bytes is
``data_base64`` there. Reading takes both, and a sensor's view of an event (``context``, ``data``).
"""

import base64
import binascii
from typing import Any

import orjson

from pinnace.bus.event import Event
from pinnace.objects.clock import parse_rfc3339, rfc3339_nano
from pinnace.objects.errors import Invalid

_REQUIRED = ("id", "source", "type", "subject", "time")


def to_cloudevent(event: Event, *, binary: bool = False) -> dict[str, Any]:
    """Return the structured form; ``binary``: data as ``data_base64``, as upstream's bus has it."""
    attributes = {
        "specversion": event.specversion,
        "id": event.id,
        "source": event.source,
        "type": event.type,
        "subject": event.subject,
        "datacontenttype": event.datacontenttype,
        "time": rfc3339_nano(event.time),
    }
    if binary or not _is_json(event.data):
        return {**attributes, "data_base64": base64.b64encode(event.data).decode()}
    return {**attributes, "data": orjson.loads(event.data)}


def from_cloudevent(given: Any) -> Event:
    """Read an event in either form; raises Invalid naming the attribute."""
    if not isinstance(given, dict):
        raise _wrong("", "a JSON object", type(given).__name__)
    context = given.get("context")
    attributes = context if isinstance(context, dict) else given
    for name in _REQUIRED:
        if not isinstance(attributes.get(name), str) or not attributes[name]:
            raise _wrong(name, "a text", repr(attributes.get(name)))
    try:
        time = parse_rfc3339(attributes["time"])
    except ValueError as error:
        raise _wrong("time", "an RFC 3339 time", repr(attributes["time"])) from error
    return Event(
        id=attributes["id"],
        source=attributes["source"],
        type=attributes["type"],
        subject=attributes["subject"],
        time=time,
        data=_data(given),
        datacontenttype=str(attributes.get("datacontenttype") or "application/json"),
        specversion=str(attributes.get("specversion") or "1.0"),
    )


def _data(given: dict[str, Any]) -> bytes:
    if (encoded := given.get("data_base64")) is not None:
        try:
            return base64.b64decode(encoded, validate=True)
        except (binascii.Error, TypeError, ValueError) as error:
            raise _wrong("data_base64", "base64", repr(encoded)[:40]) from error
    return orjson.dumps(given.get("data"))


def _is_json(data: bytes) -> bool:
    try:
        orjson.loads(data)
    except orjson.JSONDecodeError:
        return False
    return True


def _wrong(attribute: str, expected: str, found: str) -> Invalid:
    return Invalid(
        kind="CloudEvent", field=attribute, expected=expected, found=found,
        fix="`pinnace events export` writes what is read here",
    )  # fmt: skip
