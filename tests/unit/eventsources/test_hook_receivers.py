"""What the providers' types make of a request: tables from upstream's sources and Go structs."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from pinnace.eventsources.emission import Delivery, Emission, Ignored, Received, Rejected
from pinnace.eventsources.http.bodies import signature_of
from pinnace.eventsources.http.go import Pointer, shaped
from pinnace.eventsources.spec import EventSpec
from pinnace.eventsources.types import (
    bitbucket,
    bitbucketserver,
    gerrit,
    github,
    gitlab,
    slack,
    stripe,
)
from pinnace.objects.errors import Invalid
from tests.unit.eventsources.specs import spec

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
STAMP = str(int(NOW.timestamp()))
SELECTOR = {"name": "s", "key": "k"}
FORM = "application/x-www-form-urlencoded"


def delivery(body: bytes | dict[str, Any] = b"{}", **headers: str) -> Delivery:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    pairs = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Delivery(method="POST", query="", headers=pairs, body=text, remote="", at=NOW)


def hush(field: str) -> str:
    return "hush"


def unknown(field: str) -> str:
    """No signing secret is known."""
    return ""


def data(found: Received) -> Any:
    assert isinstance(found, Emission)
    return json.loads(found.data)


def dedupe(found: Received) -> str | None:
    assert isinstance(found, Emission)
    return found.dedupe


def rejected(status: int, call: Any, *arguments: Any) -> str:
    with pytest.raises(Rejected) as caught:
        call(*arguments)
    assert caught.value.status == status
    assert "hush" not in caught.value.reason_text
    return caught.value.reason_text


@pytest.mark.parametrize("module", [gitlab, bitbucket, gerrit])
def test_headers_body_and_metadata(module: Any) -> None:
    found = module.receive(spec("x", metadata={"a": "b"}), delivery(b'{"n": 1.10}', X_A="1"), hush)
    assert data(found) == {"headers": {"X-A": ["1"]}, "body": {"n": 1.1}, "metadata": {"a": "b"}}
    assert b'{"n": 1.10}' in found.data  # as it was sent
    assert "metadata" not in data(module.receive(spec("x"), delivery(), hush))
    rejected(400, module.receive, spec("x"), delivery(b"no json"), hush)
    rejected(400, module.receive, spec("x"), delivery(b""), hush)


@pytest.mark.parametrize(
    ("module", "header"),
    [
        (gitlab, "X_Gitlab_Event_UUID"),
        (gitlab, "Idempotency_Key"),
        (bitbucket, "X_Request_UUID"),
        (bitbucketserver, "X_Request_Id"),
    ],
)
def test_a_delivery_is_known_again_by_its_id_and_content(module: Any, header: str) -> None:
    def key(body: bytes, **headers: str) -> str | None:
        if hasattr(module, "ask"):
            return dedupe(module.ask(Here(), delivery(body, **headers)))
        return dedupe(module.receive(spec("x"), delivery(body, **headers), hush))

    first = key(b"{}", **{header: "1"})
    assert first and first == key(b"{}", **{header: "1"})
    assert len({first, key(b"{}", **{header: "2"}), key(b"[]", **{header: "1"})}) == 3
    assert key(b"{}") is None


# ------------------------------------------------------------------------------------ gitlab


@pytest.mark.parametrize("token", ["", "other", "hush ", "hüsh"])
def test_gitlab_token(token: str) -> None:
    guarded = spec("gitlab", secretToken=SELECTOR)
    rejected(401, gitlab.receive, guarded, delivery(X_Gitlab_Token=token), hush)
    assert data(gitlab.receive(guarded, delivery(X_Gitlab_Token="hush"), hush))
    assert data(gitlab.receive(spec("gitlab"), delivery(X_Gitlab_Token=token), hush))


# --------------------------------------------------------------------------- bitbucket server


class Here:
    """An outside that only has secrets."""

    def __init__(self, **fields: Any) -> None:
        self.spec: EventSpec = spec("bitbucketserver", **fields)

    def secret(self, field: str) -> str:
        return "hush"

    def resolve(self, address: str) -> str:
        raise AssertionError(address)


def change(name: str, hash_: str = "1") -> dict[str, Any]:
    ref = {"id": f"refs/tags/{name}", "displayId": name, "type": "TAG"}
    return {"ref": ref, "refId": ref["id"], "fromHash": "0", "toHash": hash_, "type": "ADD"}


PUSH = {
    "eventKey": "repo:refs_changed",
    "date": "2026-03-01T12:00:00+0000",
    "actor": {"name": "me", "id": 1, "unknown": 1},
    "repository": {"slug": "digits", "id": 84, "project": {"key": "ML", "owner": {"x": 1}}},
    "changes": [change("a"), change("b")],
    "toCommit": {"id": "1"},
}


def test_bitbucketserver_signature() -> None:
    guarded = Here(webhookSecret=SELECTOR)
    for wrong in ("", "sha256=", "x", "sha256=" + signature_of(b"{}", "other"),
                  signature_of(b"{}", "hush")):  # fmt: skip
        rejected(401, bitbucketserver.ask, guarded, delivery(X_Hub_Signature=wrong))
    right = delivery(X_Hub_Signature="sha256=" + signature_of(b"{}", "hush"))
    assert data(bitbucketserver.ask(guarded, right))["body"] == {}


def test_bitbucketserver_whole_push_is_as_sent() -> None:
    found = bitbucketserver.ask(Here(), delivery(PUSH, X_Event_Key="repo:refs_changed"))
    assert data(found)["body"] == PUSH


def test_bitbucketserver_one_event_per_change_has_the_fields_of_gos_struct() -> None:
    sent = delivery(PUSH, X_Event_Key="repo:refs_changed", X_Request_Id="r1")
    found = bitbucketserver.ask(Here(oneEventPerChange=True), sent)
    assert isinstance(found, tuple)
    assert [data(one)["body"]["changes"] for one in found] == [[change("a")], [change("b")]]
    assert len({dedupe(one) for one in found}) == 2
    body = data(found[0])["body"]
    assert "toCommit" not in body and "unknown" not in body["actor"]
    assert body["actor"] == {
        "name": "me", "emailAddress": "", "id": 1, "displayName": "", "active": False,
        "slug": "", "type": "", "links": {"self": None},
    }  # fmt: skip
    assert list(body) == ["eventKey", "date", "actor", "repository", "changes"]


def test_bitbucketserver_other_events_are_never_split() -> None:
    found = bitbucketserver.ask(
        Here(oneEventPerChange=True), delivery({"test": True}, X_Event_Key="diagnostics:ping")
    )
    assert data(found)["body"] == {"test": True}


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


# --------------------------------------------------------------------------------- Go structs


@pytest.mark.parametrize(
    ("shape", "value", "go"),
    [
        ({"a": str, "b": int, "c": bool, "d": object}, {"z": 1},
         {"a": "", "b": 0, "c": False, "d": None}),
        ({"a": [str]}, {"a": ["x"]}, {"a": ["x"]}),
        ({"a": [str]}, {"a": None}, {"a": None}),
        ({"a": {"b": str}}, {"a": None}, {"a": {"b": ""}}),
        ({"a": Pointer({"b": str})}, {}, {"a": None}),
        ({"a": Pointer({"b": str})}, {"a": {}}, {"a": {"b": ""}}),
    ],
)  # fmt: skip
def test_shapes(shape: Any, value: Any, go: Any) -> None:
    assert shaped(shape, value) == go


@pytest.mark.parametrize(
    ("shape", "value"),
    [({"a": int}, {"a": True}), ({"a": int}, {"a": 1.5}), ({"a": [str]}, {"a": "x"}),
     ({"a": str}, []), ({"a": {"b": str}}, {"a": "x"})],
)  # fmt: skip
def test_wrong_types_are_400(shape: Any, value: Any) -> None:
    rejected(400, shaped, shape, value)


# ---------------------------------------------------------------------------------- validation

HOOK = {"webhook": {"endpoint": "/push", "port": "12000"}}
GITLAB = {**HOOK, "events": ["PushEvents"], "gitlabBaseURL": "x", "accessToken": SELECTOR}
GERRIT = {**HOOK, "events": [], "gerritBaseURL": "x", "projects": ["p"], "auth": {}}
GITHUB = {**HOOK, "events": ["push"], "organizations": ["o"]}


@pytest.mark.parametrize(
    ("module", "fields", "field"),
    [
        (gitlab, GITLAB | {"webhook": None}, "webhook"),
        (gitlab, GITLAB | {"events": None}, "events"),
        (gitlab, GITLAB | {"accessToken": None}, "accessToken"),
        (bitbucket, {**HOOK, "owner": "me"}, "repositories"),
        (bitbucketserver, HOOK, "bitbucketserverBaseURL"),
        (bitbucketserver, {**HOOK, "bitbucketserverBaseURL": "x", "checkInterval": "often"},
         "checkInterval"),
        (gerrit, GERRIT | {"projects": []}, "projects"),
        (slack, {**HOOK, "token": SELECTOR}, "signingSecret"),
        (stripe, {**HOOK, "createWebhook": True}, "apiKey"),
        (github, GITHUB | {"contentType": "xml"}, "contentType"),
        (github, GITHUB | {"githubBaseURL": "https://git.example.org"}, "githubBaseURL"),
        (github, GITHUB | {"owner": "me", "repository": "r"}, "repositories"),
        (github, HOOK | {"events": ["push"], "owner": "me"}, "repositories"),
    ],
)  # fmt: skip
def test_what_upstream_refuses_is_refused(module: Any, fields: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        module.check(spec("type", **fields))
    assert f"spec.type.event.{field}" in str(caught.value)


def test_deprecated_fields_are_read() -> None:
    github.check(spec("github", **HOOK, events=["push"], owner="me", repository="digits"))
    bitbucket.check(spec("bitbucket", **HOOK, owner="me", repositorySlug="digits"))
