"""EventSource type ``github``: GitHub's webhook deliveries, signature checked. Pure.

Mirrors argo-events pkg/eventsources/sources/github/start.go and go-github's ``ValidatePayload``.
Without an API token it is a plain receiver, as upstream.
"""

import hashlib
import hmac
from collections.abc import Callable
from email.message import Message
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
    if not isinstance(spec.fields.get("webhook"), dict):
        raise spec.invalid("webhook", expected="endpoint, port and method", found=None)
    several = spec.fields.get("repositories") or spec.fields.get("owner")
    if bool(several) == bool(spec.fields.get("organizations")):
        raise spec.invalid(
            "repositories",
            expected="exactly one of repositories and organizations",
            found="both" if several else "neither",
        )
    if not isinstance(spec.fields.get("events"), list):
        raise spec.invalid("events", expected='a list such as [push] or ["*"]', found=None)


def remarks(spec: EventSpec) -> str:
    """Say what of the spec has no effect here."""
    makes_hooks = spec.fields.get("apiToken") or spec.fields.get("githubApp")
    if makes_hooks and spec.at("webhook.url"):
        return (
            "the hook is not created at GitHub from here: create it there by hand, with the URL "
            f"{spec.at('webhook.url')}{spec.at('webhook.endpoint') or ''}"
        )
    return ""


def receive(spec: EventSpec, delivery: Delivery, secret: SecretReader) -> Emission | Ignored:
    """Turn a delivery into an event; raises Rejected."""
    payload = _payload(delivery, secret("webhookSecret") if spec.at("webhookSecret") else "")
    event = delivery.header(EVENT_HEADER)
    wanted = spec.fields.get("events") or [_EVERYTHING]
    if _EVERYTHING not in wanted and event not in wanted:
        return Ignored(reason=f"event {event!r} is not in the event source's events {wanted}")
    body = _object(payload)
    body[EVENT_HEADER] = event
    body[DELIVERY_HEADER] = delivery_id = delivery.header(DELIVERY_HEADER)
    fields = {"headers": header_map(delivery.headers), "body": raw(to_json(body, sort=True))}
    data = to_json(with_metadata(fields, spec.fields.get("metadata")))
    return Emission(data=data, dedupe=delivery_id or None)


def _payload(delivery: Delivery, secret: str) -> bytes:
    content_type = _media_type(delivery.header("Content-Type"))
    signature = next((s for s in map(delivery.header, SIGNATURE_HEADERS) if s), "")
    if secret or signature:
        validate_signature(signature, delivery.body, secret)
    match content_type:
        case "application/json":
            return delivery.body
        case "application/x-www-form-urlencoded":
            form = parse_qs(delivery.body.decode("utf-8", "replace"), keep_blank_values=True)
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
    wanted = hmac.new(secret.encode(), body, hash_function).hexdigest()
    if not hmac.compare_digest(wanted.encode(), digest.lower().encode()):
        raise Rejected(401, "payload signature check failed")


def _media_type(content_type: str) -> str:
    message = Message()
    message["Content-Type"] = content_type or "unknown/unknown"
    return message.get_content_type()


def _object(payload: bytes) -> dict[str, object]:
    try:
        body = orjson.loads(payload)
    except orjson.JSONDecodeError as error:
        raise Rejected(400, f"the payload is not valid JSON: {error}") from error
    if not isinstance(body, dict):
        raise Rejected(400, "the payload is not a JSON object")
    return body
