"""Hooks of projects at Gerrit, through its webhooks plugin.

Mirrors argo-events pkg/eventsources/sources/gerrit/hook_util.go. A hook's name is its id.
"""

from collections.abc import Iterable
from functools import partial
from typing import Any
from urllib.parse import quote

from pinnace.eventsources.emission import Outside
from pinnace.eventsources.hooks.client import Api, Call
from pinnace.eventsources.hooks.shape import Hook, Hooks, HttpProvider, Provider, hook_url
from pinnace.eventsources.spec import EventSpec


def wanted(spec: EventSpec) -> bool:
    """Tell whether hooks are to be made (upstream's NeedToCreateHooks)."""
    return bool(spec.at("auth") and spec.at("webhook.url"))


def removes(spec: EventSpec) -> bool:
    """Tell whether hooks go with the event."""
    return bool(spec.at("deleteHookOnFinish"))


def provider(outside: Outside) -> Provider:
    """Return what makes the hooks of an event; raises Invalid."""
    spec = outside.spec
    name = str(spec.at("hookName") or "")
    if not name:
        raise spec.invalid("hookName", expected="a name for the hook", found=None)
    user, password = (outside.secret(f"auth.{key}") for key in ("username", "password"))
    body = body_of(spec)
    return HttpProvider(
        Hooks(
            # requests below /a/ are those that sign in
            api=Api(name="Gerrit", base=f"{str(spec.at('gerritBaseURL')).rstrip('/')}/a",
                    basic=(user, password)),
            places=tuple(f"config/server/webhooks~projects/{quote(str(project), safe='')}/remotes"
                         for project in spec.at("projects")),
            body=body,
            url=hook_url(spec),
            events=frozenset(spec.at("events") or ()),
            list=lambda at: Call(method="GET", path=f"{at}/"),
            create=lambda at: Call(method="PUT", path=_one(at, name), body=body),
            update=lambda at, id_: Call(method="PUT", path=_one(at, id_), body=body),
            delete=lambda at, id_: Call(method="DELETE", path=_one(at, id_)),
            read=partial(_read, name),
            made=lambda answer: name,
        ),
        outside,
    )  # fmt: skip


def body_of(spec: EventSpec) -> dict[str, Any]:
    """Return what a hook is made of; what is empty is left to Gerrit's own configuration."""
    fields = {
        "url": hook_url(spec),
        "events": list(spec.at("events") or ()),
        "maxTries": spec.at("maxTries"),
        "sslVerify": spec.at("sslVerify"),
    }
    return {key: value for key, value in fields.items() if value}


def _one(place: str, name: str) -> str:
    return f"{place}/{quote(name, safe='')}/"


def _read(name: str, answer: Any) -> Iterable[Hook]:
    one = (answer or {}).get(name)
    if one:
        yield Hook(id=name, url=str(one.get("url")), events=frozenset(one.get("events") or ()))
