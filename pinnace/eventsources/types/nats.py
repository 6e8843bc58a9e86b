"""EventSource type ``nats``: messages on a subject of core NATS.

Mirrors argo-events pkg/eventsources/sources/nats/start.go. Core NATS keeps nothing for who is away.
"""

import asyncio
from contextlib import suppress
from typing import Any

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import Error as NatsError
from nats.errors import TimeoutError as NothingYet
from nkeys import ErrInvalidSeed

from pinnace.brokers.nats import PORTS, authentication, connect
from pinnace.eventsources.emission import Emission, Items, ListenContext, Refusal
from pinnace.eventsources.messages import (
    BATCH,
    CONNECT_SECONDS,
    IDLE_SECONDS,
    check_auth,
    check_required,
    credentials,
    message,
    place,
    reach,
    split_url,
    telling,
)
from pinnace.eventsources.spec import EventSpec
from pinnace.eventsources.tls import tls_of
from pinnace.objects.errors import Transient

_CLOSE_SECONDS = 1.0
_KINDS = ("token", "nkey", "credential")  # of secrets, beside basic


def check(spec: EventSpec) -> None:
    """Refuse what upstream's validation refuses; raises Invalid."""
    check_required(spec, {"url": "nats://host:4222", "subject": "a subject"})
    for url in _urls(spec):
        split_url(spec, url, PORTS)
    check_auth(spec, "auth.basic")
    if spec.at("queue") == "":
        raise spec.invalid("queue", expected="the name of a queue group, or no queue", found='""')


def _urls(spec: EventSpec) -> list[str]:
    return [url.strip() for url in str(spec.at("url")).split(",")]


def listen(context: ListenContext) -> Items:
    """Yield an event for each message on the subject."""
    spec = context.spec
    where = place("NATS", ", ".join("{1}:{2}".format(*split_url(spec, u, PORTS))
                                    for u in _urls(spec)))  # fmt: skip
    with (
        telling(where, NatsError, ErrInvalidSeed, OSError, asyncio.TimeoutError),
        asyncio.Runner() as loop,
    ):
        client = Client()
        try:
            found = loop.run(_subscribe(client, context))
            context.listening()
            while not context.stopping.is_set():
                yield tuple(payload(spec, one) for one in loop.run(_messages(found)))
                if not client.is_connected:
                    raise Transient(f"{where}: the connection was closed")
        finally:
            loop.run(_close(client))


async def _subscribe(client: Client, context: ListenContext) -> Subscription:
    spec = context.spec
    servers = [_server(context, url) for url in _urls(spec)]
    # a lost connection is told; serve() tries again
    await connect(client, servers, CONNECT_SECONDS, **_options(context))
    subscription = await client.subscribe(str(spec.at("subject")), str(spec.at("queue") or ""))
    await client.flush()
    return subscription


async def _close(client: Client) -> None:
    """Close; a connection that failed in its TLS handshake would never be closed."""
    with suppress(asyncio.TimeoutError):
        await asyncio.wait_for(client.close(), _CLOSE_SECONDS)


def _server(context: ListenContext, url: str) -> str:
    scheme, host, port = split_url(context.spec, url, PORTS)
    real_host, real_port = reach(context, host, port)
    user = url.partition("://")[2].rpartition("@")[0]
    return f"{scheme}://{user}@{real_host}:{real_port}" if user else (
        f"{scheme}://{real_host}:{real_port}"
    )  # fmt: skip


def _options(context: ListenContext) -> dict[str, Any]:
    """Return TLS and the first of basic, token, nkey and credential, as upstream."""
    options: dict[str, Any] = {}
    if tls := tls_of(context.spec, context.secret):
        _, host, _ = split_url(context.spec, _urls(context.spec)[0], PORTS)
        options |= {"tls": tls.context(), "tls_hostname": host}
    if basic := credentials(context, "auth.basic"):
        return options | authentication("basic", basic)
    kind = next((kind for kind in _KINDS if context.spec.at(f"auth.{kind}")), None)
    if kind is None:
        return options
    return options | authentication(kind, [context.secret(f"auth.{kind}")])


async def _messages(subscription: Subscription) -> list[Msg]:
    """Return the messages that are there: wait for the first, take what has come with it."""
    try:
        found = [await subscription.next_msg(timeout=IDLE_SECONDS)]
    except NothingYet:
        return []
    while subscription.pending_msgs and len(found) < BATCH:
        found.append(await subscription.next_msg(timeout=IDLE_SECONDS))
    return found


def payload(spec: EventSpec, found: Msg) -> Emission | Refusal:
    """Return the event of a message; ``header`` is left out when there is none."""
    fields: dict[str, Any] = {"subject": found.subject}
    if found.headers:
        fields["header"] = {name: [value] for name, value in found.headers.items()}
    return message(spec, fields, found.data)
