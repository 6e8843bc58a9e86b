"""EventSource type ``stripe``: Stripe's events. Pure.

Mirrors argo-events pkg/eventsources/sources/stripe/start.go; the event goes through the struct of
stripe-go v70, so it has that struct's fields.
"""

from pinnace.eventsources.emission import (
    HOOK_SECRET,
    Delivery,
    Emission,
    Ignored,
    Rejected,
    SecretReader,
    to_json,
    with_metadata,
)
from pinnace.eventsources.http.bodies import (
    check_endpoint,
    is_recent,
    parsed_object,
    same_secret,
    signature_of,
)
from pinnace.eventsources.http.go import Pointer, shaped
from pinnace.eventsources.spec import EventSpec

SIGNATURE_HEADER = "Stripe-Signature"
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


def verify(delivery: Delivery, secret: str) -> None:
    """Check ``Stripe-Signature`` where the endpoint's secret is known; raises Rejected with 401."""
    if not secret:
        return
    pairs = [part.partition("=") for part in delivery.header(SIGNATURE_HEADER).split(",")]
    sent = next((value for key, _, value in pairs if key.strip() == "t"), "")
    if not is_recent(sent, delivery.at):
        raise Rejected(401, f"{SIGNATURE_HEADER} has no time, or one that is too long ago")
    wanted = signature_of(f"{sent}.".encode() + delivery.body, secret)
    given = [value for key, _, value in pairs if key.strip() == "v1"]
    if not any([same_secret(value, wanted) for value in given]):
        raise Rejected(401, f"no signature of {SIGNATURE_HEADER} is right")


def receive(spec: EventSpec, delivery: Delivery, secret: SecretReader) -> Emission | Ignored:
    """Turn a delivery into an event; raises Rejected."""
    verify(delivery, secret(HOOK_SECRET))
    event = shaped(EVENT, parsed_object(delivery.body))
    wanted = spec.at("eventFilter")
    if wanted is not None and event["type"] not in wanted:
        return Ignored(reason=f"event {event['type']!r} is not in eventFilter {wanted}")
    data = to_json(with_metadata({"event": event}, spec.fields.get("metadata")))
    return Emission(data=data, dedupe=event["id"] or None)
