"""The shape of all providers' hooks: which is ours, is it as declared, what is it made of."""

from typing import Any

import pytest

from pinnace.eventsources.hooks import bitbucket, bitbucketserver, gerrit, github, gitlab, stripe
from pinnace.eventsources.hooks.client import Api, Call
from pinnace.eventsources.hooks.shape import Hook, Hooks, Kept, find, hook_url, is_current
from pinnace.objects.errors import Invalid
from tests.unit.eventsources.specs import spec

AT = {"name": "s", "key": "k"}
WEBHOOK = {"url": "https://example.org", "endpoint": "/push"}
OURS = "https://example.org/push"
HERE = Hook(id="1", url=OURS, events=frozenset({"push"}))
ELSEWHERE = Hook(id="2", url="https://example.com", events=frozenset({"push"}))


@pytest.mark.parametrize(
    ("there", "kept", "found"),
    [
        ([], None, None),
        ([ELSEWHERE], None, None),
        ([ELSEWHERE, HERE], None, HERE),
        ([ELSEWHERE, HERE], "2", ELSEWHERE),  # ours, whose URL was another
        ([HERE], "9", HERE),
        ([ELSEWHERE], "9", None),
    ],
)
def test_which_hook_is_ours(there: list[Hook], kept: str | None, found: Hook | None) -> None:
    assert find(there, OURS, Kept(id=kept, print="") if kept else None) == found


def hooks(**body: Any) -> Hooks:
    call = Call(method="GET", path="x")
    return Hooks(
        api=Api(name="x", base="https://api.example.org", secrets=("hush",)), places=(),
        body={"secret": "hush", **body}, url=OURS, events=frozenset({"push"}),
        list=lambda at: call, create=lambda at: call, update=lambda at, id_: call,
        delete=lambda at, id_: call, read=lambda answer: (),
    )  # fmt: skip


def test_a_hook_is_current_only_as_it_was_made_and_is_now() -> None:
    kept = Kept(id="1", print=hooks().print)
    assert is_current(HERE, hooks(), kept)
    assert not is_current(HERE, hooks(active=True), kept)  # declared otherwise
    assert not is_current(HERE, hooks(), None)  # its secret may be another
    assert not is_current(Hook(id="1", url=OURS, events=frozenset({"x"})), hooks(), kept)
    assert not is_current(Hook(id="1", url="x", events=HERE.events), hooks(), kept)
    assert is_current(Hook(id="1", url=OURS), hooks(), kept)  # a provider that doesn't tell


def test_secrets_never_show() -> None:
    assert "hush" not in repr(hooks()) + repr(Kept(id="1", print="", secret="hush"))


@pytest.mark.parametrize(
    ("url", "endpoint", "formatted"),
    [
        ("https://a.b/", "/push", "https://a.b/push"),
        ("https://a.b", "push", "https://a.b/push"),
        ("https://a.b//", "/", "https://a.b/"),
    ],
)
def test_the_url_of_a_hook(url: str, endpoint: str, formatted: str) -> None:
    assert hook_url(spec("x", webhook={"url": url, "endpoint": endpoint})) == formatted


@pytest.mark.parametrize(
    ("module", "fields"),
    [
        (github, {"apiToken": AT}),
        (github, {"githubApp": {"privateKey": AT}}),
        (gitlab, {"accessToken": AT}),
        (bitbucket, {"auth": {"oauthToken": AT}}),
        (bitbucket, {"auth": {"basic": {"username": AT, "password": AT}}}),
        (bitbucketserver, {"accessToken": AT, "projects": ["ML"]}),
        (bitbucketserver, {"accessToken": AT, "projectKey": "ML", "repositorySlug": "digits"}),
        (gerrit, {"auth": {"username": AT}}),
        (stripe, {"createWebhook": True, "apiKey": AT}),
    ],
)
def test_hooks_are_made_only_with_credentials_and_a_url(
    module: Any, fields: dict[str, Any]
) -> None:
    assert module.wanted(spec("x", webhook=WEBHOOK, **fields))
    assert not module.wanted(spec("x", webhook=WEBHOOK))
    if module is not stripe:  # which says that the URL is missing
        assert not module.wanted(spec("x", webhook={"endpoint": "/push"}, **fields))


def test_places() -> None:
    several = [{"owner": "me", "names": ["a", "b/c"]}, {"owner": "us", "names": []}]
    assert list(github.places(spec("x", repositories=several))) == ["repos/me/a", "repos/me/b%2Fc"]
    assert list(github.places(spec("x", organizations=["us"]))) == ["orgs/us"]
    assert list(github.places(spec("x", owner="me", repository="a"))) == ["repos/me/a"]
    assert list(gitlab.places(spec("x", projectID="3"))) == ["projects/3"]
    assert list(gitlab.places(spec("x", projects=["a/b"], groups=["g"]))) == [
        "groups/g", "projects/a%2Fb",
    ]  # fmt: skip
    assert list(bitbucket.places(spec("x", owner="me", repositorySlug="a"))) == [
        "repositories/me/a"
    ]


def test_what_hooks_are_made_of() -> None:
    bare = github.body_of(spec("x", webhook=WEBHOOK, events=["push"]), "")
    assert bare == {
        "name": "web", "active": False, "events": ["push"],
        "config": {"url": OURS, "insecure_ssl": "0"},
    }  # fmt: skip
    made = gitlab.body_of(spec("x", webhook=WEBHOOK, events=["ReleasesEvents"]), "")
    assert made["releases_events"] is True and made["push_events"] is False
    assert "token" not in made
    with pytest.raises(Invalid, match="EnableSSLVerification"):
        gitlab.body_of(spec("x", webhook=WEBHOOK, events=["EnableSSLVerification"]), "")
    assert gerrit.body_of(spec("x", webhook=WEBHOOK, sslVerify=False)) == {"url": OURS}
