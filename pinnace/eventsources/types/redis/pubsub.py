"""EventSource type ``redis``: messages published to channels.

Mirrors argo-events pkg/eventsources/sources/redis/start.go. What is published while nobody listens
is gone: Redis keeps nothing of it.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any, cast

from redis.client import PubSub, Redis

from pinnace.eventsources.emission import (
    Emission,
    Items,
    ListenContext,
    Refusal,
    to_json,
    with_metadata,
)
from pinnace.eventsources.messages import drained, message
from pinnace.eventsources.spec import EventSpec
from pinnace.eventsources.types.redis import client
from pinnace.eventsources.types.redis.client import text


def check(spec: EventSpec) -> None:
    """Refuse what upstream's validation refuses; raises Invalid."""
    client.check(spec, "channels")
    if spec.at("password") and not spec.at("namespace"):
        raise spec.invalid("namespace", expected="the namespace of the password's secret",
                           found=None)  # fmt: skip


def listen(context: ListenContext) -> Items:
    """Yield an event for each message on the channels."""
    channels = [str(channel) for channel in context.spec.at("channels")]
    with client.connected(context) as redis, _pubsub(redis) as pubsub:
        pubsub.subscribe(*channels)
        confirmed = 0
        while not context.stopping.is_set():
            found = drained(partial(_next, pubsub))
            confirmed += sum(one["type"] == "subscribe" for one in found)
            if confirmed == len(set(channels)):
                context.listening()
                confirmed = -1
            yield tuple(payload(context.spec, one) for one in found if one["type"] == "message")


def _pubsub(redis: Redis) -> PubSub:
    return cast(PubSub, redis.pubsub())  # type: ignore[no-untyped-call]  # it has no annotations


def _next(pubsub: PubSub, wait: float) -> Any:
    return pubsub.get_message(timeout=wait)


def payload(spec: EventSpec, found: Mapping[str, Any]) -> Emission | Refusal:
    """Return the event of a message; without ``jsonBody`` the body is a plain string."""
    fields = {"channel": text(found["channel"]), "pattern": text(found["pattern"])}
    if spec.at("jsonBody"):
        return message(spec, fields, found["data"])
    fields["body"] = text(found["data"])
    return Emission(data=to_json(with_metadata(fields, spec.at("metadata"))))
