"""Hooks at GitLab, Bitbucket, Bitbucket Server and Gerrit, against a fake API on loopback."""

import httpx
import pytest

from pinnace.objects.types import Object
from tests.eventually import eventually
from tests.integration.eventsources.conftest import Plane
from tests.integration.eventsources.hooks.provider_api import ProviderApi
from tests.integration.eventsources.hooks.scene import SECRET, TOKEN_AT, URL, delete, source

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
