"""EventSource type ``stripe``: Stripe's events. Pure.

Mirrors argo-events pkg/eventsources/sources/stripe/start.go; the event goes through the struct of
stripe-go v70, so it has that struct's fields.
"""

from pinnace.eventsources.emission import (
    Delivery,
    Emission,
    Ignored,
    SecretReader,
    to_json,
    with_metadata,
)
from pinnace.eventsources.http.bodies import check_endpoint, parsed_object
from pinnace.eventsources.http.go import Pointer, shaped
from pinnace.eventsources.spec import EventSpec

EVENT = {
    "account": str,
    "created": int,
    "data": Pointer({"previous_attributes": object, "object": object}),
    "id": str,
    "livemode": bool,
    "pending_webhooks": int,
    "request": Pointer({"id": str, "idempotency_key": str}),
    "type": str,
}


def check(spec: EventSpec) -> None:
    """Refuse what upstream's validation refuses; raises Invalid."""
    check_endpoint(spec)
    if spec.at("createWebhook") and not spec.at("apiKey"):
        raise spec.invalid("apiKey", expected="a secret: {name, key}", found=None)


def receive(spec: EventSpec, delivery: Delivery, secret: SecretReader) -> Emission | Ignored:
    """Turn a delivery into an event; raises Rejected."""
    del secret
    event = shaped(EVENT, parsed_object(delivery.body))
    wanted = spec.at("eventFilter")
    if wanted is not None and event["type"] not in wanted:
        return Ignored(reason=f"event {event['type']!r} is not in eventFilter {wanted}")
    data = to_json(with_metadata({"event": event}, spec.fields.get("metadata")))
    return Emission(data=data, dedupe=event["id"] or None)
