"""Hooks of repositories at Bitbucket Cloud.

Mirrors argo-events pkg/eventsources/sources/bitbucket/start.go, which deletes and creates anew
where a hook with our URL is there; here it is updated. ``BITBUCKET_API_BASE_URL`` is the variable
of upstream's client library.
"""

import os
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

from pinnace.eventsources.emission import Outside
from pinnace.eventsources.hooks.client import Api, Call
from pinnace.eventsources.hooks.shape import Hook, Hooks, HttpProvider, Provider, hook_url
from pinnace.eventsources.spec import EventSpec

BASE = "https://api.bitbucket.org/2.0"


def wanted(spec: EventSpec) -> bool:
    """Tell whether hooks are to be made (upstream's ShouldCreateWebhooks)."""
    basic = spec.at("auth.basic.username") and spec.at("auth.basic.password")
    return bool((basic or spec.at("auth.oauthToken")) and spec.at("webhook.url"))


def removes(spec: EventSpec) -> bool:
    """Tell whether hooks go with the event."""
    return bool(spec.at("deleteHookOnFinish"))


def provider(outside: Outside) -> Provider:
    """Return what makes the hooks of an event; raises Invalid."""
    spec = outside.spec
    events = list(spec.at("events") or ())
    if not events:
        raise spec.invalid("events", expected="the events that the hook is for", found="none")
    body = {
        "description": "webhook managed by Argo-Events", "url": hook_url(spec), "active": True,
        "events": events,
    }  # fmt: skip
    return HttpProvider(
        Hooks(
            api=_api(outside),
            places=tuple(places(spec)),
            body=body,
            url=hook_url(spec),
            events=frozenset(events),
            list=lambda at: Call(method="GET", path=f"{at}/hooks", query={"pagelen": "100"}),
            create=lambda at: Call(method="POST", path=f"{at}/hooks", body=body),
            update=lambda at, id_: Call(method="PUT", path=_one(at, id_), body=body),
            delete=lambda at, id_: Call(method="DELETE", path=_one(at, id_)),
            read=_read,
            made=lambda answer: str(answer["uuid"]),
        ),
        outside,
    )


def places(spec: EventSpec) -> Iterator[str]:
    """Return where hooks are wanted."""
    for one in spec.at("repositories") or [spec.fields]:
        owner, slug = (quote(str(one.get(k)), safe="") for k in ("owner", "repositorySlug"))
        yield f"repositories/{owner}/{slug}"


def _one(place: str, id_: str) -> str:
    return f"{place}/hooks/{quote(id_, safe='')}"


def _api(outside: Outside) -> Api:
    base = os.environ.get("BITBUCKET_API_BASE_URL") or BASE
    if outside.spec.at("auth.basic"):
        user, password = (outside.secret(f"auth.basic.{k}") for k in ("username", "password"))
        return Api(name="Bitbucket", base=base, basic=(user, password))
    token = outside.secret("auth.oauthToken")
    headers = {"Authorization": f"Bearer {token}"}
    return Api(name="Bitbucket", base=base, headers=headers, secrets=(token,))


def _read(answer: Any) -> Iterable[Hook]:
    for one in answer["values"]:
        events = frozenset(one.get("events") or ())
        yield Hook(id=str(one["uuid"]), url=str(one.get("url")), events=events)
