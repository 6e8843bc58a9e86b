"""GitHub's hooks: created, kept, updated and removed, against a fake API on loopback."""

import base64
import json
import logging
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from pinnace.objects.kinds import SECRETS
from pinnace.objects.meta import Key
from pinnace.objects.types import Object
from tests.eventually import eventually
from tests.integration.eventsources.conftest import Plane, secret
from tests.integration.eventsources.hooks.provider_api import TOKEN, ProviderApi
from tests.integration.eventsources.hooks.scene import SECRET, TOKEN_AT, URL, delete, rows, source


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
    api.failures = [401] * 10_000
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
