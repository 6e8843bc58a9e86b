"""EventSource type ``github``: GitHub's webhook deliveries, signature checked. Pure.

Mirrors argo-events pkg/eventsources/sources/github/start.go and go-github's ``ValidatePayload``.
Without an API token it is a plain receiver, as upstream; hooks are made in ``hooks.github``.
"""

import hashlib
from collections.abc import Callable
from email.message import Message

from pinnace.eventsources.emission import (
    Delivery,
    Emission,
    Ignored,
    Rejected,
    SecretReader,
    to_json,
)
from pinnace.eventsources.http import bodies
from pinnace.eventsources.http.bodies import (
    check_endpoint,
    form_of,
    parsed_object,
    same_secret,
    signature_of,
    with_headers,
)
from pinnace.eventsources.spec import EventSpec

EVENT_HEADER = "X-GitHub-Event"
DELIVERY_HEADER = "X-GitHub-Delivery"
SIGNATURE_HEADERS = ("X-Hub-Signature-256", "X-Hub-Signature")
_HASHES: dict[str, Callable[..., "hashlib._Hash"]] = {
    "sha1": hashlib.sha1,
    "sha256": hashlib.sha256,
    "sha512": hashlib.sha512,
}
_EVERYTHING = "*"


def check(spec: EventSpec) -> None:
    """Refuse what upstream's validation refuses; raises Invalid."""
    check_endpoint(spec)
    several = spec.fields.get("repositories") or (spec.at("owner") and spec.at("repository"))
    if bool(several) == bool(spec.fields.get("organizations")):
        raise spec.invalid(
            "repositories",
            expected="exactly one of repositories and organizations",
            found="both" if several else "neither",
        )
    if not isinstance(spec.fields.get("events"), list):
        raise spec.invalid("events", expected='a list such as [push] or ["*"]', found=None)
    content_type = spec.at("contentType")
    if content_type and content_type not in ("json", "form"):
        raise spec.invalid("contentType", expected="json or form", found=content_type)
    if bool(spec.at("githubBaseURL")) != bool(spec.at("githubUploadURL")):
        raise spec.invalid(
            "githubBaseURL", expected="githubBaseURL and githubUploadURL, or neither",
            found="one of them", fix="or requests would go to the public GitHub by accident",
        )  # fmt: skip


def receive(spec: EventSpec, delivery: Delivery, secret: SecretReader) -> Emission | Ignored:
    """Turn a delivery into an event; raises Rejected."""
    payload = _payload(delivery, secret("webhookSecret") if spec.at("webhookSecret") else "")
    event = delivery.header(EVENT_HEADER)
    wanted = spec.fields.get("events") or [_EVERYTHING]
    if _EVERYTHING not in wanted and event not in wanted:
        return Ignored(reason=f"event {event!r} is not in the event source's events {wanted}")
    body = parsed_object(payload)
    body[EVENT_HEADER] = event
    body[DELIVERY_HEADER] = delivery_id = delivery.header(DELIVERY_HEADER)
    return with_headers(spec, delivery, to_json(body, sort=True), dedupe=delivery_id)


def _payload(delivery: Delivery, secret: str) -> bytes:
    content_type = _media_type(delivery.header("Content-Type"))
    signature = next((s for s in map(delivery.header, SIGNATURE_HEADERS) if s), "")
    if secret or signature:
        validate_signature(signature, delivery.body, secret)
    match content_type:
        case "application/json":
            return delivery.body
        case bodies.FORM:
            form = form_of(delivery.body.decode("utf-8", "replace"))
            return form.get("payload", [""])[0].encode()
        case _:
            raise Rejected(400, f"webhook request has unsupported Content-Type {content_type!r}")


def validate_signature(signature: str, body: bytes, secret: str) -> None:
    """Check ``<algorithm>=<HMAC of the raw body>`` in constant time; raises Rejected, 401."""
    if not signature:
        raise Rejected(401, "missing signature")
    algorithm, _, digest = signature.partition("=")
    hash_function = _HASHES.get(algorithm)
    if hash_function is None or not digest:
        raise Rejected(401, f"error parsing signature {signature[:80]!r}")
    if not same_secret(digest.lower(), signature_of(body, secret, hash_function)):
        raise Rejected(401, "payload signature check failed")


def _media_type(content_type: str) -> str:
    message = Message()
    message["Content-Type"] = content_type or "unknown/unknown"
    return message.get_content_type()
