"""What the HTTP source types make of a request's body, and how they trust it. Pure."""

import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

import orjson

from pinnace.eventsources.emission import Delivery, Emission, Rejected, raw, to_json, with_metadata
from pinnace.eventsources.http.headers import header_map
from pinnace.eventsources.spec import EventSpec

FORM = "application/x-www-form-urlencoded"
#: Go's limit is the body's size; a form of more fields is nobody's webhook.
_FORM_FIELDS = 1000
#: Seconds that a signed request may be old, or ahead: the window of Slack and Stripe.
REPLAY_SECONDS = 300


def valid_json(document: bytes) -> bytes:
    """Return the document as it stands if it is JSON; raises Rejected with 400."""
    parsed(document)
    return document


def parsed(document: bytes | str) -> Any:
    """Return what a JSON document says; raises Rejected with 400."""
    try:
        return orjson.loads(document)
    except orjson.JSONDecodeError as error:
        raise Rejected(400, f"the body is not valid JSON: {error}") from error


def parsed_object(document: bytes | str) -> dict[str, Any]:
    """Return a JSON object; raises Rejected with 400."""
    value = parsed(document)
    if not isinstance(value, dict):
        raise Rejected(400, "the payload is not a JSON object")
    return value


def form_of(encoded: str) -> dict[str, list[str]]:
    """Return a query or form as Go's ``url.Values``; raises Rejected with 400."""
    try:
        return parse_qs(encoded, keep_blank_values=True, max_num_fields=_FORM_FIELDS)
    except ValueError as error:
        raise Rejected(400, f"the form cannot be read: {error}") from error


def with_headers(
    spec: EventSpec, delivery: Delivery, body: bytes, *, dedupe: str = "", headers: str = "headers"
) -> Emission:
    """Return the event that most types make: the headers, the body (JSON), the metadata.

    ``headers`` is the name of the headers' field, which is not the same everywhere upstream.
    """
    fields = {headers: header_map(delivery.headers), "body": raw(body)}
    data = to_json(with_metadata(fields, spec.fields.get("metadata")))
    return Emission(data=data, dedupe=dedupe or None)


def body_id(delivery: Delivery, header: str, *, first: str = "") -> str:
    """Return what makes a delivery the same again: the provider's id and the content, "" without.

    The content counts as well because some providers use one id for several different events.
    """
    given = (delivery.header(first) if first else "") or delivery.header(header)
    return f"{given}/{hashlib.sha256(delivery.body).hexdigest()}" if given else ""


def same_secret(given: str, wanted: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(given.encode(), wanted.encode())


def signature_of(body: bytes, key: str, hash_: Callable[..., Any] = hashlib.sha256) -> str:
    """Return the HMAC of a body in hexadecimal digits."""
    return hmac.new(key.encode(), body, hash_).hexdigest()


def is_recent(sent: str, now: datetime) -> bool:
    """Tell whether a signed time, in seconds, is near enough to be no replay."""
    if not (sent.isascii() and sent.isdigit() and len(sent) <= len("9999999999")):
        return False
    return abs(now.timestamp() - int(sent)) <= REPLAY_SECONDS


def check_endpoint(spec: EventSpec) -> None:
    """Refuse an event without ``webhook``; its endpoint and port are checked with the route."""
    if not isinstance(spec.fields.get("webhook"), dict):
        raise spec.invalid("webhook", expected="endpoint, port and method", found=None)


def check_events(spec: EventSpec) -> None:
    """Refuse an event source without a list of events."""
    if not isinstance(spec.fields.get("events"), list):
        raise spec.invalid("events", expected="a list of the provider's events", found=None)
