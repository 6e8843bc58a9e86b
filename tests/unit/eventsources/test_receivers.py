"""What webhook and github make of a request: tables written from the reference (1.3, 1.4)."""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from pinnace.eventsources.emission import Delivery, Emission, Ignored, Rejected
from pinnace.eventsources.http.headers import MASKED, authorise, canonical, header_map
from pinnace.eventsources.types import github, webhook
from tests.unit.eventsources.specs import spec

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
FORM = "application/x-www-form-urlencoded"


def delivery(
    body: bytes = b"{}", method: str = "POST", query: str = "", **headers: str
) -> Delivery:
    pairs = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Delivery(method=method, query=query, headers=pairs, body=body, remote="", at=NOON)


def no_secret(field: str) -> str:
    raise AssertionError(f"{field} was read")


def emitted(found: Emission | Ignored) -> Any:
    assert isinstance(found, Emission)
    return json.loads(found.data)


@pytest.mark.parametrize(
    ("name", "go"),
    [
        ("x-github-event", "X-Github-Event"),
        ("X-GitHub-Delivery", "X-Github-Delivery"),
        ("content-type", "Content-Type"),
        ("ETAG", "Etag"),
        ("x_y", "X_y"),
        ("bad name", "bad name"),
        ("", ""),
    ],
)
def test_canonical_header_names(name: str, go: str) -> None:
    assert canonical(name) == go


def test_header_map_as_go_shows_it() -> None:
    sent = [("Host", "x"), ("a", "1"), ("A", "2"), ("authorization", "Bearer hush"),
            ("Transfer-Encoding", "chunked")]  # fmt: skip
    assert header_map(sent) == {"A": ["1", "2"], "Authorization": [MASKED]}


@pytest.mark.parametrize(
    "header", ["", "hush", "bearer hush", "Bearer ", "Bearer  hush", "Basic x"]
)
def test_a_wrong_token_is_401(header: str) -> None:
    with pytest.raises(Rejected) as caught:
        authorise(header, "hush")
    assert caught.value.status == 401


def test_the_right_token_passes() -> None:
    authorise("Bearer hush", "hush")


@pytest.mark.parametrize(
    ("method", "request_", "body"),
    [
        ("POST", delivery(b'{"a": [1, 2.50]}'), {"a": [1, 2.5]}),
        ("POST", delivery(b'"text"', content_type="text/plain"), "text"),
        ("POST", delivery(b"a=1&b=2&a=3", content_type=FORM), {"a": ["1", "3"], "b": ["2"]}),
        ("POST", delivery(b"c=", content_type=FORM), {"c": [""]}),
        ("GET", delivery(b"", "GET", "a=1&a=2&b=x%20y"), {"a": ["1", "2"], "b": ["x y"]}),
        ("GET", delivery(b"ignored", "GET"), {}),
        (None, delivery(b"null"), None),
    ],
)  # fmt: skip
def test_webhook_bodies(method: str | None, request_: Delivery, body: Any) -> None:
    fields = {"method": method} if method else {}
    data = emitted(webhook.receive(spec("webhook", **fields), request_, no_secret))
    assert data["body"] == body
    assert list(data) == ["header", "body"]


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (delivery(method="GET"), "http method does not match"),
        (delivery(method="PUT"), "http method does not match"),
        (delivery(b""), "not valid JSON"),
        (delivery(b"plain text"), "not valid JSON"),
        (delivery(b"a=1", content_type=f"{FORM}; charset=utf-8"), "not valid JSON"),  # exactly
        (delivery(b"[1,"), "not valid JSON"),
        (delivery(b"NaN"), "not valid JSON"),
        (delivery(b"\xff"), "not valid JSON"),
        (delivery(b"[" * 5000), "not valid JSON"),
    ],
)
def test_webhook_refusals_are_400(request_: Delivery, reason: str) -> None:
    with pytest.raises(Rejected, match=reason) as caught:
        webhook.receive(spec("webhook", method="POST"), request_, no_secret)
    assert caught.value.status == 400


def test_numbers_keep_their_digits_and_metadata_is_copied() -> None:
    body = b'{"id": 123456789012345678901234567890, "rate": 1.10}'
    found = webhook.receive(spec("webhook", metadata={"k": "v"}), delivery(body), no_secret)
    assert isinstance(found, Emission)
    assert b"123456789012345678901234567890" in found.data and b"1.10" in found.data
    assert emitted(found)["metadata"] == {"k": "v"}


def test_a_delivery_that_is_named_is_deduplicated() -> None:
    named = webhook.receive(spec("webhook"), delivery(X_Pinnace_Delivery="d-1"), no_secret)
    plain = webhook.receive(spec("webhook"), delivery(), no_secret)
    assert isinstance(named, Emission) and named.dedupe == "d-1"
    assert isinstance(plain, Emission) and plain.dedupe is None


# ------------------------------------------------------------------------------------- github

#: The example of GitHub's own documentation ("Validating webhook deliveries").
DOCUMENTED = (
    "It's a Secret to Everybody",
    b"Hello, World!",
    "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
)


def signature(body: bytes, key: str, algorithm: str = "sha256") -> str:
    return f"{algorithm}={hmac.new(key.encode(), body, algorithm).hexdigest()}"


def test_githubs_own_example_of_a_signature() -> None:
    secret, body, signed = DOCUMENTED
    github.validate_signature(signed, body, secret)


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha512"])
def test_algorithms_of_go_github(algorithm: str) -> None:
    github.validate_signature(signature(b"{}", "hush", algorithm), b"{}", "hush")


@pytest.mark.parametrize(
    "signed",
    [
        "",
        "sha256=",
        "sha256",
        "md5=" + hashlib.md5(b"").hexdigest(),
        signature(b"{}", "other"),
        signature(b"{} ", "hush"),
        signature(b"{}", "hush").removeprefix("sha256="),
        signature(b"{}", "hush")[:-1],
        "sha256=" + "zz" * 32,
        "sha256=ü",
    ],
)
def test_wrong_signatures_are_401(signed: str) -> None:
    with pytest.raises(Rejected) as caught:
        github.validate_signature(signed, b"{}", "hush")
    assert caught.value.status == 401


def push(body: bytes = b'{"ref": "refs/heads/main"}', **headers: str) -> Delivery:
    defaults = {
        "Content-Type": "application/json",
        "X-GitHub-Event": "push",
        "X-GitHub-Delivery": "d-1",
    }
    merged = {**defaults, **{k.replace("_", "-"): v for k, v in headers.items()}}
    return Delivery(
        method="POST", query="", headers=tuple(merged.items()), body=body, remote="", at=NOON
    )


def test_github_payload_has_two_keys_added() -> None:
    found = github.receive(spec("github", events=["push"], metadata={"a": "b"}), push(), no_secret)
    data = emitted(found)
    assert list(data) == ["headers", "body", "metadata"]
    assert data["body"] == {
        "ref": "refs/heads/main", "X-GitHub-Event": "push", "X-GitHub-Delivery": "d-1",
    }  # fmt: skip
    assert data["headers"]["X-Github-Event"] == ["push"]
    assert isinstance(found, Emission) and found.dedupe == "d-1"


def test_github_form_content() -> None:
    body = b"payload=%7B%22ref%22%3A%22x%22%7D"
    signed = push(body, Content_Type=FORM, X_Hub_Signature_256=signature(body, "hush"))
    found = github.receive(
        spec("github", events=["*"], webhookSecret={"name": "s", "key": "k"}),
        signed,
        lambda field: "hush",
    )
    assert emitted(found)["body"]["ref"] == "x"


@pytest.mark.parametrize(
    ("events", "event", "taken"),
    [
        (["push"], "push", True),
        (["push"], "ping", False),
        (["push", "release"], "release", True),
        (["*"], "anything", True),
        ([], "anything", True),
    ],
)
def test_only_the_events_that_were_asked_for(events: list[str], event: str, taken: bool) -> None:
    found = github.receive(spec("github", events=events), push(X_GitHub_Event=event), no_secret)
    assert isinstance(found, Emission) is taken


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (push(b"[1]"), 400),
        (push(b"{"), 400),
        (push(Content_Type="text/plain"), 400),
        (push(Content_Type=""), 400),
        # a signature that nobody expected is checked all the same, as go-github does
        (push(X_Hub_Signature_256=signature(b"{}", "hush")), 401),
    ],
)
def test_github_refusals(request_: Delivery, status: int) -> None:
    with pytest.raises(Rejected) as caught:
        github.receive(spec("github", events=["push"]), request_, no_secret)
    assert caught.value.status == status
