"""EventSource type ``redisStream``: entries of streams, read through a consumer group.

Mirrors argo-events pkg/eventsources/sources/redis_stream/start.go. An entry is acknowledged once
its event is on disk. The id of the newest entry is kept with the event, so that no entry is missed
when the server lost its consumer group (a restart without a save).
"""

from typing import Any

from redis import Redis
from redis.exceptions import ResponseError

from pinnace.eventsources.emission import (
    Checkpoint,
    Emission,
    Items,
    ListenContext,
    to_json,
    with_metadata,
)
from pinnace.eventsources.messages import IDLE_SECONDS
from pinnace.eventsources.spec import EventSpec
from pinnace.eventsources.types.redis import client
from pinnace.eventsources.types.redis.client import text
from pinnace.objects.errors import Transient

_GROUP = "argo-events-cg"
_CONSUMER = "argo-events-worker"
_COUNT = 10
_BLOCK_MILLISECONDS = int(IDLE_SECONDS * 1000)
_PENDING, _NEW = "0-0", ">"
#: Where a group starts: behind what is there, or (a stream that came later) at its first entry.
_END, _START = "$", "0-0"


def check(spec: EventSpec) -> None:
    """Refuse what upstream's validation refuses; raises Invalid."""
    client.check(spec, "streams")


def listen(context: ListenContext) -> Items:
    """Yield an event for each entry: first those read and not acknowledged, then new ones."""
    spec = context.spec
    streams = {str(stream): _PENDING for stream in spec.at("streams")}
    group = str(spec.at("consumerGroup") or _GROUP)
    with client.connected(context) as redis:
        for stream in streams:
            yield from _group(context, redis, stream, group)
        count = int(spec.at("maxMsgCountPerRead") or _COUNT)
        context.listening()
        while not context.stopping.is_set():
            places: Any = dict(streams)
            answer: Any = redis.xreadgroup(
                group, _CONSUMER, places, count=count, block=_BLOCK_MILLISECONDS
            )
            for name, entries in answer or ():
                stream = text(name)
                yield tuple(
                    payload(context, stream, text(id_), values)
                    for id_, values in entries
                    if values is not None  # deleted since it was read
                )
                if entries:
                    redis.xack(stream, group, *(id_ for id_, _ in entries))
                elif streams[stream] == _PENDING:
                    streams[stream] = _NEW


def _group(context: ListenContext, redis: Redis, stream: str, group: str) -> Items:
    """Make sure that the stream has the group, from where this event source left it."""
    key = _key(context, stream)
    known = context.checkpoint(key)
    try:
        redis.xgroup_create(stream, group, id=known or _END)
    except ResponseError as error:
        if str(error).startswith("BUSYGROUP"):
            return
        if redis.exists(stream):
            raise
        if known is None:  # so that the entry that makes the stream is not missed
            yield Checkpoint(commit=context.save(key, _START))
        raise Transient(f"stream {stream!r} is not there yet") from error


def _key(context: ListenContext, stream: str) -> str:
    return f"{context.spec.at('hostAddress')} {stream} {context.spec.at('consumerGroup') or _GROUP}"


def payload(context: ListenContext, stream: str, id_: str, values: dict[bytes, bytes]) -> Emission:
    """Return the event of one entry."""
    spec: EventSpec = context.spec
    fields = {
        "stream": stream,
        "message_id": id_,
        "values": {text(key): text(value) for key, value in values.items()},
    }
    return Emission(
        data=to_json(with_metadata(fields, spec.at("metadata"))),
        dedupe=f"{spec.at('hostAddress')} {stream} {id_}",
        commit=context.save(_key(context, stream), id_),
    )
