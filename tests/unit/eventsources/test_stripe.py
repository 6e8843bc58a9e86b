"""Stripe's deliveries: the event's fields, filters, signatures."""

from typing import Any

import pytest

from pinnace.eventsources.emission import Emission
from pinnace.eventsources.http.bodies import signature_of
from pinnace.eventsources.types import stripe
from tests.unit.eventsources.deliveries import STAMP, data, dedupe, delivery, rejected, unknown
from tests.unit.eventsources.specs import spec

# ------------------------------------------------------------------------------------ stripe

CHARGE = {
    "id": "evt_1", "object": "event", "api_version": "2020-08-27", "created": 1, "livemode": False,
    "type": "charge.succeeded", "pending_webhooks": 1, "data": {"object": {"amount": 5}},
    "request": {"id": None, "idempotency_key": "k"},
}  # fmt: skip


def test_stripe_event_has_the_fields_of_gos_struct() -> None:
    found = stripe.receive(spec("stripe", metadata={"a": "b"}), delivery(CHARGE), unknown)
    assert data(found) == {
        "event": {
            "account": "", "created": 1, "id": "evt_1", "livemode": False, "pending_webhooks": 1,
            "data": {"previous_attributes": None, "object": {"amount": 5}},
            "request": {"id": "", "idempotency_key": "k"}, "type": "charge.succeeded",
        },
        "metadata": {"a": "b"},
    }  # fmt: skip
    assert dedupe(found) == "evt_1"


@pytest.mark.parametrize(
    ("wanted", "taken"),
    [(None, True), ([], False), (["charge.succeeded"], True), (["charge.*"], False)],
)
def test_stripe_event_filter_is_exact(wanted: Any, taken: bool) -> None:
    found = stripe.receive(spec("stripe", eventFilter=wanted), delivery(CHARGE), unknown)
    assert isinstance(found, Emission) is taken


@pytest.mark.parametrize("body", [b"", b"[]", b'{"created": "x"}', b'{"data": 5}'])
def test_what_is_no_stripe_event_is_400(body: bytes) -> None:
    rejected(400, stripe.receive, spec("stripe"), delivery(body), unknown)


@pytest.mark.parametrize(
    ("header", "right"),
    [
        ("t={t},v1={s}", True),
        ("t={t},v1=00,v0=x,v1={s}", True),
        ("v1={s}, t={t}", True),
        ("t={t},v0={s}", False),
        ("t={t}", False),
        ("v1={s}", False),
        ("t=1,v1={s}", False),
        ("t={t},v1=ü", False),
        ("", False),
    ],
)
def test_stripe_signature(header: str, right: bool) -> None:
    """As Stripe documents it: HMAC of "time.body", several for keys that are being changed."""
    signature = signature_of(f"{STAMP}.{{}}".encode(), "hush")
    sent = delivery(b"{}", Stripe_Signature=header.format(t=STAMP, s=signature))
    if right:
        stripe.verify(sent, "hush")
    else:
        rejected(401, stripe.verify, sent, "hush")
    stripe.verify(sent, "")
