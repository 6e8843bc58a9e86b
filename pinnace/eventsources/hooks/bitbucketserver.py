"""Hooks, projects and pull requests of Bitbucket Server.

Mirrors argo-events pkg/eventsources/sources/bitbucketserver/start.go.
"""

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

from pinnace.eventsources.emission import Outside
from pinnace.eventsources.hooks.client import Api, Call, send
from pinnace.eventsources.hooks.shape import Hook, Hooks, HttpProvider, Provider, hook_url
from pinnace.eventsources.spec import EventSpec
from pinnace.eventsources.tls import tls_of
from pinnace.languages import durations

_PAGE = "500"


def wanted(spec: EventSpec) -> bool:
    """Tell whether hooks are to be made."""
    places = spec.at("projects") or list(_declared(spec))
    return bool(spec.at("accessToken") and spec.at("webhook.url") and places)


def removes(spec: EventSpec) -> bool:
    """Tell whether hooks go with the event."""
    return bool(spec.at("deleteHookOnFinish"))


def provider(outside: Outside) -> Provider:
    """Return what makes the hooks of an event; raises Invalid, Transient."""
    spec = outside.spec
    secret = outside.secret("webhookSecret") if spec.at("webhookSecret") else ""
    api = _api(outside, secret)
    projects = [place for key in spec.at("projects") or () for place in _of(outside, api, key)]
    body = {
        "name": "Argo Events", "url": hook_url(spec), "active": True,
        "events": list(spec.at("events") or ()),
    } | ({"configuration": {"secret": secret}} if secret else {})  # fmt: skip
    return HttpProvider(
        Hooks(
            api=api,
            places=tuple(dict.fromkeys([*_declared(spec), *projects])),
            body=body,
            url=hook_url(spec),
            events=frozenset(spec.at("events") or ()),
            list=lambda at: Call(method="GET", path=f"{at}/webhooks", query={"limit": _PAGE}),
            create=lambda at: Call(method="POST", path=f"{at}/webhooks", body=body),
            update=lambda at, id_: Call(method="PUT", path=f"{at}/webhooks/{id_}", body=body),
            delete=lambda at, id_: Call(method="DELETE", path=f"{at}/webhooks/{id_}"),
            read=_read,
            interval=durations.parse(str(spec.at("checkInterval") or "60s")).seconds,
        ),
        outside,
    )


def has_open_pull_request(outside: Outside, where: tuple[str, str], commit: str) -> bool:
    """Tell whether a commit belongs to an open pull request; raises Transient."""
    path = f"{_place(*where)}/commits/{quote(commit, safe='')}/pull-requests"
    found = _pages(outside, _api(outside), path)
    return any(str(each.get("state")).upper() == "OPEN" for each in found)


def _api(outside: Outside, *secrets: str) -> Api:
    token = outside.secret("accessToken")
    return Api(
        name="Bitbucket Server",
        base=str(outside.spec.at("bitbucketserverBaseURL")),
        headers={"Authorization": f"Bearer {token}"},
        tls=tls_of(outside.spec, outside.secret),
        secrets=(token, *secrets),
    )


def _declared(spec: EventSpec) -> Iterator[str]:
    several = spec.at("repositories")
    for one in several or [spec.fields]:
        if one.get("projectKey") and one.get("repositorySlug"):
            yield _place(one["projectKey"], one["repositorySlug"])


def _place(project: str, slug: str) -> str:
    return f"api/1.0/projects/{quote(str(project), safe='')}/repos/{quote(str(slug), safe='')}"


def _of(outside: Outside, api: Api, project: str) -> Iterator[str]:
    """Return the repositories of a project."""
    path = f"api/1.0/projects/{quote(str(project), safe='')}/repos"
    for one in _pages(outside, api, path):
        yield _place(one["project"]["key"], one["slug"])


def _pages(outside: Outside, api: Api, path: str) -> Iterator[dict[str, Any]]:
    start = 0
    while True:
        query = {"limit": _PAGE, "start": str(start)}
        page = send(api, Call(method="GET", path=path, query=query), outside)
        yield from page["values"]
        following = page.get("nextPageStart")
        if page.get("isLastPage", True) or not isinstance(following, int) or following <= start:
            return
        start = following


def _read(answer: Any) -> Iterable[Hook]:
    for one in answer["values"]:
        events = frozenset(one.get("events") or ())
        yield Hook(id=str(one["id"]), url=str(one.get("url")), events=events)
