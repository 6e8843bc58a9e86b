"""EventSource type ``gitlab``: GitLab's webhook deliveries. Pure.

Mirrors argo-events pkg/eventsources/sources/gitlab/start.go. Upstream looks at ``secretToken`` only
where it made the hook itself; here it is checked whenever it is given.
"""

from pinnace.eventsources.emission import Delivery, Emission, Rejected, SecretReader
from pinnace.eventsources.http.bodies import (
    body_id,
    check_endpoint,
    check_events,
    same_secret,
    valid_json,
    with_headers,
)
from pinnace.eventsources.messages import check_required
from pinnace.eventsources.spec import EventSpec

TOKEN_HEADER = "X-Gitlab-Token"
#: Newer GitLabs name each delivery, and repeat the name with it.
_DELIVERY_HEADER, _EVENT_HEADER = "Idempotency-Key", "X-Gitlab-Event-UUID"


def check(spec: EventSpec) -> None:
    """Refuse what upstream's validation refuses; raises Invalid."""
    check_endpoint(spec)
    check_events(spec)
    check_required(
        spec,
        {"gitlabBaseURL": "GitLab's address", "accessToken": "a secret: {name, key}"},
    )


def receive(spec: EventSpec, delivery: Delivery, secret: SecretReader) -> Emission:
    """Turn a delivery into an event; raises Rejected."""
    if spec.at("secretToken"):
        wanted = secret("secretToken")
        if wanted and not same_secret(delivery.header(TOKEN_HEADER), wanted):
            raise Rejected(401, "token mismatch")
    dedupe = body_id(delivery, _EVENT_HEADER, first=_DELIVERY_HEADER)
    return with_headers(spec, delivery, valid_json(delivery.body), dedupe=dedupe)
