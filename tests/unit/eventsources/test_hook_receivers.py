"""What the providers' types make of a request: tables from upstream's sources and Go structs."""

from typing import Any

import pytest

from pinnace.eventsources.http.go import Pointer, shaped
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
from tests.unit.eventsources.deliveries import (
    SELECTOR,
    Here,
    data,
    dedupe,
    delivery,
    hush,
    rejected,
)
from tests.unit.eventsources.specs import spec


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
