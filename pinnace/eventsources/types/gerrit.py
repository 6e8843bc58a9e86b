"""EventSource type ``gerrit``: posts of Gerrit's webhooks plugin, which signs nothing. Pure.

Mirrors argo-events pkg/eventsources/sources/gerrit/start.go.
"""

from pinnace.eventsources.emission import Delivery, Emission, SecretReader
from pinnace.eventsources.http.bodies import check_endpoint, check_events, valid_json, with_headers
from pinnace.eventsources.messages import check_required
from pinnace.eventsources.spec import EventSpec


def check(spec: EventSpec) -> None:
    """Refuse what upstream's validation refuses; raises Invalid."""
    check_endpoint(spec)
    check_events(spec)
    check_required(
        spec,
        {
            "projects": "a list of projects",
            "gerritBaseURL": "Gerrit's address",
            "auth": "username and password",
        },
    )


def receive(spec: EventSpec, delivery: Delivery, secret: SecretReader) -> Emission:
    """Turn a delivery into an event; raises Rejected."""
    del secret
    return with_headers(spec, delivery, valid_json(delivery.body))
