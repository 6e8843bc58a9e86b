"""EventSource type ``webhook``: any HTTP POST or GET becomes an event. Pure.

Mirrors argo-events pkg/eventsources/sources/webhook/start.go. Upstream knows no delivery id; the
header ``X-Pinnace-Delivery``, where a sender gives one, makes a repeated delivery the same event.
"""

from pinnace.eventsources.emission import (
    Delivery,
    Emission,
    Ignored,
    Rejected,
    SecretReader,
    to_json,
)
from pinnace.eventsources.http.bodies import FORM, form_of, valid_json, with_headers
from pinnace.eventsources.spec import EventSpec

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
    named = delivery.header(DELIVERY_HEADER)
    return with_headers(spec, delivery, body_of(delivery), dedupe=named, headers="header")


def body_of(delivery: Delivery) -> bytes:
    """Return the event's body as JSON text: query, form, or the JSON that was sent."""
    if delivery.method == "GET":
        return to_json(form_of(delivery.query), sort=True)
    if delivery.header("Content-Type") == FORM:
        return to_json(form_of(delivery.body.decode("utf-8", "replace")), sort=True)
    return valid_json(delivery.body)
