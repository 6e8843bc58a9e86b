"""EventSource type ``bitbucket``: webhooks of Bitbucket Cloud. Pure.

Mirrors argo-events pkg/eventsources/sources/bitbucket/start.go, which checks no signature;
``webhook.authSecret`` guards the endpoint where the hook's URL can't be kept secret.
"""

from pinnace.eventsources.emission import Delivery, Emission, SecretReader
from pinnace.eventsources.http.bodies import body_id, check_endpoint, valid_json, with_headers
from pinnace.eventsources.spec import EventSpec


def check(spec: EventSpec) -> None:
    """Refuse what upstream's validation refuses; raises Invalid."""
    check_endpoint(spec)
    if not spec.at("repositories") and not (spec.at("owner") and spec.at("repositorySlug")):
        raise spec.invalid(
            "repositories", expected="a list of owner and repositorySlug", found=None
        )


def receive(spec: EventSpec, delivery: Delivery, secret: SecretReader) -> Emission:
    """Turn a delivery into an event; raises Rejected."""
    del secret
    # X-Hook-UUID is the hook's and the same in all its deliveries
    dedupe = body_id(delivery, "X-Request-UUID")
    return with_headers(spec, delivery, valid_json(delivery.body), dedupe=dedupe)
