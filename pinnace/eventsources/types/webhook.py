"""EventSource type ``webhook``: any HTTP POST or GET becomes an event. Pure.

Mirrors argo-events pkg/eventsources/sources/webhook/start.go. Upstream knows no delivery id; the
header ``X-Pinnace-Delivery``, where a sender gives one, makes a repeated delivery the same event.
"""

from urllib.parse import parse_qs

import orjson

from pinnace.eventsources.emission import (
    Delivery,
    Emission,
    Ignored,
    Rejected,
    SecretReader,
    raw,
    to_json,
    with_metadata,
)
from pinnace.eventsources.http.headers import header_map
from pinnace.eventsources.spec import EventSpec

FORM = "application/x-www-form-urlencoded"
#: A sender that may repeat itself (the Flask service) names its delivery in this header.
DELIVERY_HEADER = "X-Pinnace-Delivery"
_METHODS = ("GET", "POST")


def check(spec: EventSpec) -> None:
    """Refuse what could never receive an event; raises Invalid."""
    method = spec.fields.get("method")
    if method and method not in _METHODS:
        raise spec.invalid("method", expected="GET or POST", found=repr(method))


def receive(spec: EventSpec, delivery: Delivery, secret: SecretReader) -> Emission | Ignored:
    """Turn a request into an event; raises Rejected."""
    del secret  # the bearer token is checked for every HTTP type before this
    if delivery.method != (spec.fields.get("method") or "POST"):
        raise Rejected(400, "http method does not match")
    fields = {"header": header_map(delivery.headers), "body": raw(body_of(delivery))}
    data = to_json(with_metadata(fields, spec.fields.get("metadata")))
    return Emission(data=data, dedupe=delivery.header(DELIVERY_HEADER) or None)


def body_of(delivery: Delivery) -> bytes:
    """Return the event's body as JSON text: query, form, or the JSON that was sent."""
    if delivery.method == "GET":
        return _lists(delivery.query)
    if delivery.header("Content-Type") == FORM:
        return _lists(delivery.body.decode("utf-8", "replace"))
    return valid_json(delivery.body)


def valid_json(document: bytes) -> bytes:
    """Return the document as it stands if it is JSON; raises Rejected with 400."""
    try:
        orjson.loads(document)
    except orjson.JSONDecodeError as error:
        raise Rejected(400, f"the body is not valid JSON: {error}") from error
    return document


def _lists(encoded: str) -> bytes:
    try:
        values = parse_qs(encoded, keep_blank_values=True, max_num_fields=1000)
    except ValueError as error:
        raise Rejected(400, f"the form cannot be read: {error}") from error
    return to_json(values, sort=True)
