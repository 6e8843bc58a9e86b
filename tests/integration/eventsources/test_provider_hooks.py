"""Hooks at the providers: created, kept, updated and removed, against a fake API on loopback."""

import base64
import json
import logging
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from pinnace.eventsources.backoff import Backoff
from pinnace.eventsources.http.bodies import signature_of
from pinnace.objects.clock import SYSTEM_CLOCK
from pinnace.objects.kinds import EVENT_SOURCES, SECRETS
from pinnace.objects.meta import Key
from pinnace.objects.types import Object
from tests.eventually import eventually
from tests.integration.eventsources.conftest import Plane, event_source, secret
from tests.integration.eventsources.provider_api import TOKEN, ProviderApi, serving

SECRET = {"name": "provider", "key": "secret"}
TOKEN_AT = {"name": "provider", "key": "token"}
URL = "https://hooks.example.org/push"


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[ProviderApi]:
    pace = Backoff(duration=0.05, factor=1.0, jitter=0.0, steps=1)
    monkeypatch.setattr("pinnace.eventsources.hooks.keep.PACE", pace)
    monkeypatch.setattr("pinnace.eventsources.controller.PACE", pace)
    with serving() as running:
        monkeypatch.setenv("BITBUCKET_API_BASE_URL", f"{running.url}/2.0")
        monkeypatch.setattr("pinnace.eventsources.hooks.stripe.BASE", f"{running.url}/v1")
        yield running


@pytest.fixture
def plane(plane: Plane, api: ProviderApi) -> Plane:
    plane.store.create(secret("provider", secret="hush-secret", token=TOKEN))
    return plane


def source(type_: str, port: int, **fields: Any) -> Object:
    webhook = {"endpoint": "/push", "port": str(port), "url": "https://hooks.example.org/"}
    event = {"webhook": webhook, "deleteHookOnFinish": True, **fields}
    return event_source("hooked", {type_: {"event": event}})


def github(api: ProviderApi, port: int, **more: Any) -> Object:
    fields = {
        "repositories": [{"owner": "me", "names": ["digits", "letters"]}],
        "events": ["push"],
        "active": True,
        "contentType": "json",
        "apiToken": TOKEN_AT,
        "webhookSecret": SECRET,
        "githubBaseURL": api.url,
        "githubUploadURL": api.url,
    }
    return source("github", port, **{**fields, **more})


def change(plane: Plane, **fields: Any) -> None:
    """Change fields of the github event."""

    def edit(obj: Object) -> Object:
        obj["spec"]["github"]["event"].update(fields)
        return obj

    plane.replace("hooked", edit)


def delete(plane: Plane) -> None:
    plane.store.delete(Key(EVENT_SOURCES, "default", "hooked"))


def rows(plane: Plane) -> list[Any]:
    return list(plane.controller._book.records())


DIGITS, LETTERS = "/repos/me/digits/hooks", "/repos/me/letters/hooks"


def test_github_hooks_live_and_go_with_the_event_source(
    plane: Plane, api: ProviderApi, port: int
) -> None:
    plane.run(github(api, port))
    (hook,) = api.at(DIGITS)
    config = {"url": URL, "insecure_ssl": "0", "content_type": "json", "secret": "hush-secret"}
    made = {"name": "web", "active": True, "events": ["push"], "config": config}
    assert {k: v for k, v in hook.items() if k != "id"} == made
    assert len(api.at(LETTERS)) == 1
    assert {headers["Authorization"] for _, _, headers, _ in api.requests} == {f"Bearer {TOKEN}"}
    asked = len(api.requests)
    plane.restart()
    plane.listening("hooked")
    assert api.calls()[asked:] == [f"GET {DIGITS}", f"GET {LETTERS}"]  # found, and left alone
    change(plane, events=["push", "release"], insecure=True)
    eventually(lambda: api.at(LETTERS)[0]["events"] == ["push", "release"])
    assert [hook["id"] for hook in api.at(DIGITS)] == [hook["id"]]
    assert api.at(DIGITS)[0]["config"]["insecure_ssl"] == "1"
    change(plane, repositories=[{"owner": "me", "names": ["digits"]}])
    eventually(lambda: api.at(LETTERS) == [])
    delete(plane)
    eventually(lambda: api.at(DIGITS) == [])
    eventually(lambda: rows(plane) == [])


def test_a_hook_with_our_url_is_taken_over(plane: Plane, api: ProviderApi, port: int) -> None:
    mine = {"id": 1, "events": ["issues"], "config": {"url": URL}}
    other = {"id": 2, "events": ["push"], "config": {"url": "https://elsewhere.example.org"}}
    api.hooks[DIGITS] = {"1": dict(mine), "2": dict(other)}
    plane.run(github(api, port, repositories=[{"owner": "me", "names": ["digits"]}]))
    assert api.hooks[DIGITS]["1"]["events"] == ["push"] and api.hooks[DIGITS]["2"] == other
    assert api.calls("POST") == []
    delete(plane)
    eventually(lambda: list(api.hooks[DIGITS]) == ["2"])


def test_a_failing_provider_is_told_without_secrets_and_tried_again(
    plane: Plane, api: ProviderApi, port: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    api.failures = [401] * 40
    plane.store.create(github(api, port))
    message = plane.failing("hooked")
    assert f"GitHub: GET {DIGITS[1:]}: answered 401" in message
    answer = httpx.post(plane.url("hooked", "/push"), json={})
    assert answer.status_code == 401  # requests are received all the same
    api.failures.clear()
    plane.listening("hooked")
    assert len(api.at(DIGITS)) == 1
    api.failures = [500, 502]
    delete(plane)
    eventually(lambda: api.at(DIGITS) == [] and api.at(LETTERS) == [])
    told = [json.dumps(note) for note in plane.notes()] + [caplog.text, message]
    for hidden in (TOKEN, "hush-secret"):
        assert not any(hidden in text for text in told)


def test_one_repository_that_fails_does_not_hold_up_the_others(
    plane: Plane, api: ProviderApi, port: int
) -> None:
    gone = [{"owner": "me", "names": ["digits", "a b/c?"]}, {"owner": "us", "names": ["letters"]}]
    api.documents["/repos/me/a%20b%2Fc%3F/hooks"] = "not a list"
    plane.store.create(github(api, port, repositories=gone))
    assert "is the base URL right?" in plane.failing("hooked")
    assert len(api.at(DIGITS)) == 1
    assert len(api.at("/repos/us/letters/hooks")) == 1


def test_what_was_deleted_as_pinnace_died_is_removed_at_the_next_start(
    plane: Plane, api: ProviderApi, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    plane.run(github(api, port))
    plane.controller._sweeper.stop()  # killed between the deletion and the removal
    delete(plane)
    assert len(api.at(DIGITS)) == 1
    plane.restart()
    eventually(lambda: api.at(DIGITS) == [] and rows(plane) == [])


def test_without_delete_on_finish_or_with_a_vanished_secret_hooks_stay(
    plane: Plane, api: ProviderApi, port: int, caplog: pytest.LogCaptureFixture
) -> None:
    plane.run(github(api, port, deleteHookOnFinish=False))
    delete(plane)
    eventually(lambda: rows(plane) == [])
    assert len(api.at(DIGITS)) == 1
    plane.run(github(api, port))
    plane.store.delete(Key(SECRETS, "default", "provider"))
    delete(plane)
    eventually(lambda: rows(plane) == [])
    assert "remove them by hand" in caplog.text


def test_a_github_app_signs_in_with_its_key(plane: Plane, api: ProviderApi, port: int) -> None:
    key = rsa.generate_private_key(65537, 2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    ).decode()
    plane.store.create(secret("app", key=pem))
    api.documents["/app/installations/7/access_tokens"] = {"token": "installed"}
    app = {"privateKey": {"name": "app", "key": "key"}, "appID": 5, "installationID": 7}
    plane.run(github(api, port, apiToken=None, githubApp=app))
    proof, *others = [headers["Authorization"] for _, _, headers, _ in api.requests]
    assert set(others) == {"Bearer installed"}
    text, _, signature = proof.removeprefix("Bearer ").rpartition(".")
    signed = base64.urlsafe_b64decode(signature + "==")
    key.public_key().verify(signed, text.encode(), padding.PKCS1v15(), hashes.SHA256())
    claims = json.loads(base64.urlsafe_b64decode(text.split(".")[1] + "=="))
    assert claims["iss"] == "5" and 0 < claims["exp"] - claims["iat"] <= 600


BASIC = {"username": SECRET, "password": TOKEN_AT}
#: Type → its fields, where its hooks stand, and what one is made of.
OTHERS: dict[str, tuple[Object, list[str], Object]] = {
    "gitlab": (
        {"projects": ["me/digits", "3"], "groups": ["us"], "events": ["PushEvents", "EmojiEvents"],
         "accessToken": TOKEN_AT, "secretToken": SECRET, "gitlabBaseURL": "",
         "enableSSLVerification": True},
        ["/api/v4/groups/us/hooks", "/api/v4/projects/me%2Fdigits/hooks",
         "/api/v4/projects/3/hooks"],
        {"url": URL, "enable_ssl_verification": True, "token": "hush-secret", "push_events": True,
         "emoji_events": True, "issues_events": False, "merge_requests_events": False,
         "tag_push_events": False, "note_events": False, "job_events": False,
         "pipeline_events": False, "wiki_page_events": False, "confidential_note_events": False,
         "confidential_issues_events": False},
    ),
    "bitbucket": (
        {"repositories": [{"owner": "me", "repositorySlug": "digits"}], "events": ["repo:push"],
         "auth": {"basic": BASIC}},
        ["/2.0/repositories/me/digits/hooks"],
        {"description": "webhook managed by Argo-Events", "url": URL, "active": True,
         "events": ["repo:push"]},
    ),
    "bitbucketserver": (
        {"repositories": [{"projectKey": "ML", "repositorySlug": "digits"}], "projects": ["NLP"],
         "events": ["repo:refs_changed"], "accessToken": TOKEN_AT, "webhookSecret": SECRET,
         "bitbucketserverBaseURL": "/rest", "checkInterval": "30s"},
        ["/rest/api/1.0/projects/ML/repos/digits/webhooks",
         "/rest/api/1.0/projects/NLP/repos/letters/webhooks"],
        {"name": "Argo Events", "url": URL, "active": True, "events": ["repo:refs_changed"],
         "configuration": {"secret": "hush-secret"}},
    ),
    "gerrit": (
        {"projects": ["me/digits"], "hookName": "argo", "events": ["patchset-created"],
         "auth": BASIC, "gerritBaseURL": "/", "maxTries": 3},
        ["/a/config/server/webhooks~projects/me%2Fdigits/remotes"],
        {"url": URL, "events": ["patchset-created"], "maxTries": 3},
    ),
}  # fmt: skip


@pytest.mark.parametrize("type_", sorted(OTHERS))
def test_hooks_of_the_other_providers(
    plane: Plane, api: ProviderApi, port: int, type_: str
) -> None:
    fields, places, made = OTHERS[type_]
    at = next((name for name in fields if name.endswith("BaseURL")), "")
    based = {**fields, **({at: api.url + fields[at]} if at else {})}
    letters = {"slug": "letters", "project": {"key": "NLP"}}
    api.documents["/rest/api/1.0/projects/NLP/repos"] = {"values": [letters], "isLastPage": True}
    plane.run(source(type_, port, **based))
    for place in places:
        (hook,) = api.at(place)
        assert {k: v for k, v in hook.items() if k not in ("id", "uuid")} == made
    asked = len(api.requests)
    plane.restart()
    plane.listening("hooked")
    assert all(call.startswith("GET") for call in api.calls()[asked:])

    def moved(obj: Object) -> Object:
        obj["spec"][type_]["event"]["webhook"]["url"] = "https://moved.example.org"
        return obj

    plane.replace("hooked", moved)
    eventually(
        lambda: (
            [hook["url"] for place in places for hook in api.at(place)]
            == ["https://moved.example.org/push"] * len(places)
        )
    )
    delete(plane)
    eventually(lambda: not any(api.at(place) for place in places))


def test_an_unknown_gitlab_event_is_named(plane: Plane, api: ProviderApi, port: int) -> None:
    fields = {**OTHERS["gitlab"][0], "gitlabBaseURL": api.url, "events": ["PushEvent"]}
    plane.store.create(source("gitlab", port, **fields))
    assert "found PushEvent" in plane.failing("hooked")


def test_stripes_endpoint_is_made_once_and_its_secret_guards_the_deliveries(
    plane: Plane, api: ProviderApi, port: int
) -> None:
    fields = {"createWebhook": True, "apiKey": TOKEN_AT, "eventFilter": ["charge.succeeded"]}
    plane.run(source("stripe", port, **fields))
    plane.restart()
    plane.listening("hooked")
    assert api.calls("POST") == ["POST /v1/webhook_endpoints"]
    (endpoint,) = api.at("/v1/webhook_endpoints")
    assert endpoint["url"] == URL and endpoint["enabled_events[0]"] == "charge.succeeded"
    body = b'{"id": "evt_1", "type": "charge.succeeded"}'

    def post(key: str, age: int = 0) -> int:
        stamp = str(int(SYSTEM_CLOCK.now().timestamp()) - age)
        signature = signature_of(f"{stamp}.".encode() + body, key)
        headers = {"Stripe-Signature": f"t={stamp},v0=x,v1=00,v1={signature}"}
        return httpx.post(plane.url("hooked", "/push"), content=body, headers=headers).status_code

    assert [post("other"), post("whsec_1", age=1000), post("whsec_1")] == [401, 401, 200]
    assert httpx.post(plane.url("hooked", "/push"), content=body).status_code == 401
    assert len(plane.events()) == 1
    delete(plane)
    eventually(lambda: rows(plane) == [])
    assert len(api.at("/v1/webhook_endpoints")) == 1  # as upstream


def test_a_hook_that_somebody_removed_or_changed_is_made_again(
    plane: Plane, api: ProviderApi, port: int
) -> None:
    fields = OTHERS["bitbucketserver"][0] | {
        "bitbucketserverBaseURL": f"{api.url}/rest", "projects": [], "checkInterval": "50ms",
    }  # fmt: skip
    plane.run(source("bitbucketserver", port, **fields))
    place = "/rest/api/1.0/projects/ML/repos/digits/webhooks"
    (hook,) = api.at(place)
    hook["events"] = ["pr:opened"]
    eventually(lambda: api.at(place)[0]["events"] == ["repo:refs_changed"])
    api.hooks[place].clear()
    eventually(lambda: api.at(place))


def test_bitbucket_server_skips_branches_with_an_open_pull_request(
    plane: Plane, api: ProviderApi, port: int
) -> None:
    fields = OTHERS["bitbucketserver"][0] | {
        "bitbucketserverBaseURL": f"{api.url}/rest", "webhookSecret": None, "projects": [],
        "skipBranchRefsChangedOnOpenPR": True,
    }  # fmt: skip
    plane.run(source("bitbucketserver", port, **fields))
    commit = "/rest/api/1.0/projects/ML/repos/digits/commits/{}/pull-requests"
    for hash_, state in (("1", "OPEN"), ("2", "MERGED")):
        api.documents[commit.format(hash_)] = {"values": [{"state": state}], "isLastPage": True}

    def push(*hashes: str, kind: str = "BRANCH") -> str:
        changes = [{"ref": {"type": kind}, "toHash": h, "type": "UPDATE"} for h in hashes]
        repository = {"slug": "digits", "project": {"key": "ML"}}
        answer = httpx.post(
            plane.url("hooked", "/push"),
            json={"repository": repository, "changes": changes},
            headers={"X-Event-Key": "repo:refs_changed"},
        )
        return answer.headers.get("X-Pinnace-Outcome") or str(answer.status_code)

    assert push("1") == "ignored"
    assert push("1", kind="TAG") == "published"
    assert push("2") == push("1", "2") == "published"
    api.failures = [500]
    assert push("1") == "503"  # the server can't tell: it is to come again
