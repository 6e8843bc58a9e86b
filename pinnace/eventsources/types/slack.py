"""EventSource type ``slack``: events, interactions and slash commands, signature checked. Pure.

Mirrors argo-events pkg/eventsources/sources/slack/start.go and slack-go's ``SecretsVerifier``. The
data has no envelope: the inner event as ``{"type", "Data"}``, the interaction, or the command.
"""

from typing import Any

from pinnace.eventsources.emission import (
    Delivery,
    Emission,
    Ignored,
    Rejected,
    SecretReader,
    to_json,
)
from pinnace.eventsources.http.bodies import (
    FORM,
    check_endpoint,
    form_of,
    is_recent,
    parsed_object,
    same_secret,
    signature_of,
)
from pinnace.eventsources.messages import check_required
from pinnace.eventsources.spec import EventSpec

SIGNATURE_HEADER = "X-Slack-Signature"
TIMESTAMP_HEADER = "X-Slack-Request-Timestamp"
_COMMAND = (
    "token", "team_id", "team_domain", "enterprise_id", "enterprise_name", "is_enterprise_install",
    "channel_id", "channel_name", "user_id", "user_name", "command", "text", "response_url",
    "trigger_id", "api_app_id",
)  # fmt: skip
_LEFT_OUT_WHEN_EMPTY = ("enterprise_id", "enterprise_name")


def check(spec: EventSpec) -> None:
    """Refuse what upstream's validation refuses; raises Invalid."""
    check_endpoint(spec)
    check_required(spec, {name: "a secret: {name, key}" for name in ("token", "signingSecret")})


def receive(spec: EventSpec, delivery: Delivery, secret: SecretReader) -> Emission | Ignored:
    """Turn a request into an event, or answer Slack's challenge; raises Rejected."""
    _verify(delivery, secret("signingSecret"))
    if delivery.header("Content-Type") == FORM:
        return _from_form(form_of(delivery.body.decode("utf-8", "replace")))
    return _from_event(parsed_object(delivery.body), secret("token"))


def _verify(delivery: Delivery, secret: str) -> None:
    if not secret:
        return  # as upstream: an empty secret checks nothing
    signature, sent = delivery.header(SIGNATURE_HEADER), delivery.header(TIMESTAMP_HEADER)
    if not signature or not sent:
        raise Rejected(401, f"missing headers: {SIGNATURE_HEADER} and {TIMESTAMP_HEADER}")
    if not is_recent(sent, delivery.at):
        raise Rejected(401, "timestamp is too old or not a time: the request may be a replay")
    wanted = "v0=" + signature_of(f"v0:{sent}:".encode() + delivery.body, secret)
    if not same_secret(signature, wanted):
        raise Rejected(401, "signature validation failed")


def _from_form(form: dict[str, list[str]]) -> Emission:
    values = {name: found[0] for name, found in form.items()}
    if values.get("payload"):
        return Emission(data=to_json(parsed_object(values["payload"])))
    if values.get("command"):
        return Emission(data=to_json(command(values)))
    raise Rejected(400, "could not determine slack type from form parameters")


def command(form: dict[str, str]) -> dict[str, Any]:
    """Return a slash command with the fields of slack-go's struct."""
    fields: dict[str, Any] = {name: form.get(name, "") for name in _COMMAND}
    fields["is_enterprise_install"] = fields["is_enterprise_install"] == "true"
    return {k: v for k, v in fields.items() if v or k not in _LEFT_OUT_WHEN_EMPTY}


def _from_event(body: dict[str, Any], token: str) -> Emission | Ignored:
    if not same_secret(str(body.get("token") or ""), token):
        raise Rejected(401, "invalid verification token")
    match body.get("type"):
        case "url_verification":
            return Ignored(reason="url_verification", answer=str(body.get("challenge") or ""))
        case "event_callback":
            inner = body.get("event")
            if not isinstance(inner, dict) or not isinstance(inner.get("type"), str):
                raise Rejected(400, "the event_callback has no event with a type")
            data = {"type": inner["type"], "Data": inner}
            return Emission(data=to_json(data), dedupe=str(body.get("event_id") or "") or None)
        case other:
            return Ignored(reason=f"a request of type {other!r} is not an event")
