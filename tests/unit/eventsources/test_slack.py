"""Slack's deliveries: signature, time window, events, interactions."""

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest

from pinnace.eventsources.emission import Delivery, Ignored
from pinnace.eventsources.http.bodies import signature_of
from pinnace.eventsources.types import slack
from tests.unit.eventsources.deliveries import (
    FORM,
    NOW,
    STAMP,
    data,
    dedupe,
    delivery,
    hush,
    rejected,
)
from tests.unit.eventsources.specs import spec

# ------------------------------------------------------------------------------------- slack


def signed(body: bytes, content_type: str = "application/json", **changed: str) -> Delivery:
    stamp = changed.get("stamp", STAMP)
    signature = "v0=" + signature_of(f"v0:{stamp}:".encode() + body, "hush")
    return delivery(
        body,
        Content_Type=content_type,
        X_Slack_Request_Timestamp=stamp,
        X_Slack_Signature=changed.get("signature", signature),
    )


def test_slacks_own_example_of_a_signature() -> None:
    """The one of "Verifying requests from Slack" in Slack's documentation."""
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&"
        b"channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&"
        b"command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands"
        b"%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015"
        b".47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    sent = Delivery(
        method="POST", query="", body=body, remote="",
        at=datetime.fromtimestamp(1531420618, UTC),
        headers=(
            ("Content-Type", FORM), ("X-Slack-Request-Timestamp", "1531420618"),
            ("X-Slack-Signature",
             "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"),
        ),
    )  # fmt: skip
    found = slack.receive(spec("slack"), sent, lambda field: "8f742231b10e8888abcd99yyyzzz85a5")
    assert data(found) == {
        "token": "xyzz0WbapA4vBCDEFasx0q6G", "team_id": "T1DC2JH3J", "team_domain": "testteamnow",
        "is_enterprise_install": False, "channel_id": "G8PSS9T3V", "channel_name": "foobar",
        "user_id": "U2CERLKJA", "user_name": "roadrunner", "command": "/webhook-collect",
        "text": "", "api_app_id": "",
        "response_url":
            "https://hooks.slack.com/commands/T1DC2JH3J/397700885554/96rGlfmibIGlgcZRskXaIFfN",
        "trigger_id": "398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c",
    }  # fmt: skip


def stamp(seconds: int) -> str:
    return str(int((NOW + timedelta(seconds=seconds)).timestamp()))


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_slack_window(seconds: int) -> None:
    body = b'{"token": "hush", "type": "url_verification", "challenge": "c"}'
    found = slack.receive(spec("slack"), signed(body, stamp=stamp(seconds)), hush)
    assert isinstance(found, Ignored) and found.answer == "c"


@pytest.mark.parametrize(
    "request_",
    [
        delivery(b"{}"),
        signed(b"{}", signature=""),
        signed(b"{}", signature="v0=" + "0" * 64),
        signed(b"{}", stamp=stamp(-301)),
        signed(b"{}", stamp=stamp(301)),
        signed(b"{}", stamp="-5"),
        signed(b"{}", stamp="١٢٣"),
        signed(b"{}", stamp="9" * 400),
        signed(b"{}", signature="v0=ü"),
        signed(b'{"token": "other", "type": "event_callback"}'),
        signed(b'{"type": "event_callback"}'),
    ],
)
def test_slack_refusals_are_401(request_: Delivery) -> None:
    rejected(401, slack.receive, spec("slack"), request_, hush)


def test_slack_event_is_the_inner_one() -> None:
    inner = {"type": "app_mention", "user": "U1", "text": "train"}
    body = {"token": "hush", "type": "event_callback", "event_id": "Ev1", "event": inner}
    found = slack.receive(
        spec("slack", metadata={"a": "b"}), signed(json.dumps(body).encode()), hush
    )
    assert data(found) == {"type": "app_mention", "Data": inner}  # no metadata, as upstream
    assert dedupe(found) == "Ev1"


def test_slack_interaction_and_other_requests() -> None:
    payload = {"type": "block_actions", "trigger_id": "1", "actions": []}
    body = urlencode({"payload": json.dumps(payload)}).encode()
    assert data(slack.receive(spec("slack"), signed(body, FORM), hush)) == payload
    limited = signed(b'{"token": "hush", "type": "app_rate_limited"}')
    assert isinstance(slack.receive(spec("slack"), limited, hush), Ignored)
    for wrong in (b"x=1", b"payload=no+json", b"payload=[1]"):
        rejected(400, slack.receive, spec("slack"), signed(wrong, FORM), hush)
    for wrong in (b"[]", b"{", b'{"token": "hush", "type": "event_callback", "event": {}}'):
        rejected(400, slack.receive, spec("slack"), signed(wrong), hush)
