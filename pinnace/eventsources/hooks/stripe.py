"""The webhook endpoint at Stripe (``createWebhook``).

Mirrors argo-events pkg/eventsources/sources/stripe/start.go, which makes a further one at each
start; here there is one. As upstream it is never removed. Stripe gives its signing secret with it.
"""

from collections.abc import Iterable
from typing import Any

from pinnace.eventsources.emission import Outside
from pinnace.eventsources.hooks.client import Api, Call
from pinnace.eventsources.hooks.shape import Hook, Hooks, HttpProvider, Provider, hook_url
from pinnace.eventsources.spec import EventSpec

BASE = "https://api.stripe.com/v1"
_EVERYTHING = "*"


def wanted(spec: EventSpec) -> bool:
    """Tell whether an endpoint is to be made."""
    return bool(spec.at("createWebhook") and spec.at("apiKey"))


def removes(spec: EventSpec) -> bool:
    """Tell whether the endpoint goes with the event."""
    del spec
    return False


def provider(outside: Outside) -> Provider:
    """Return what makes the endpoint of an event; raises Invalid."""
    spec = outside.spec
    if not spec.at("webhook.url"):
        raise spec.invalid("webhook.url", expected="the URL that Stripe posts to", found=None)
    key = outside.secret("apiKey")
    events = list(spec.at("eventFilter") or (_EVERYTHING,))
    body = {"url": hook_url(spec)} | {f"enabled_events[{n}]": e for n, e in enumerate(events)}
    return HttpProvider(
        Hooks(
            api=Api(name="Stripe", base=BASE, headers={"Authorization": f"Bearer {key}"},
                    secrets=(key,)),
            places=("webhook_endpoints",),
            body=body,
            url=hook_url(spec),
            events=frozenset(events),
            list=lambda at: Call(method="GET", path=at, query={"limit": "100"}),
            create=lambda at: Call(method="POST", path=at, body=body, form=True),
            update=lambda at, id_: Call(method="POST", path=f"{at}/{id_}", body=body, form=True),
            delete=lambda at, id_: Call(method="DELETE", path=f"{at}/{id_}"),
            read=_read,
            given=lambda answer: str(answer.get("secret") or ""),
        ),
        outside,
    )  # fmt: skip


def _read(answer: Any) -> Iterable[Hook]:
    for one in answer["data"]:
        events = frozenset(one.get("enabled_events") or ())
        yield Hook(id=str(one["id"]), url=str(one.get("url")), events=events)
