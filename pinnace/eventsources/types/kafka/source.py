"""Consuming a topic: offsets move on only when the events are on disk.

A group's offsets are committed to the broker after that; a single partition's offset is kept in
the journal's own file, together with the event (upstream starts at the newest record each time and
loses what came while it was away).
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from confluent_kafka import OFFSET_INVALID, Consumer, KafkaError, KafkaException, TopicPartition
from confluent_kafka import Message as Record

from pinnace.brokers import kafka
from pinnace.eventsources.emission import Checkpoint, Items, ListenContext
from pinnace.eventsources.messages import BATCH, CONNECT_SECONDS, drained, place, reach, split_url
from pinnace.eventsources.tls import tls_of
from pinnace.eventsources.types.kafka.options import addresses, options
from pinnace.eventsources.types.kafka.payload import payload
from pinnace.objects.errors import Transient

#: Errors after which the client is of no more use until something changes.
_GRAVE = (
    KafkaError._ALL_BROKERS_DOWN, KafkaError._AUTHENTICATION, KafkaError._SSL,
)  # fmt: skip

logger = logging.getLogger(__name__)


class _Client:
    """A consumer, and what went wrong in its own threads."""

    def __init__(self, context: ListenContext) -> None:
        spec = context.spec
        real = []
        for address in addresses(spec):
            _, name, number = split_url(spec, address, {"kafka": kafka.PORT})
            host, port = reach(context, name, number)
            real.append(f"{host}:{port}")
        self.where = place("Kafka", ",".join(addresses(spec)), ",".join(real))
        self.problem = ""
        settings = options(spec, context.secret, tls_of(spec, context.secret))
        settings |= {"bootstrap.servers": ",".join(real), "error_cb": self._on_error}
        self.consumer = Consumer(settings, logger=logger)

    def _on_error(self, error: KafkaError) -> None:
        if error.fatal() or error.code() in _GRAVE:
            self.problem = self.problem or str(error.str())

    def poll(self, wait: float) -> Record | None:
        """Return the next record, None when there is none in time; raises KafkaException."""
        found = self.consumer.poll(wait)
        if found is None:
            if self.problem:
                raise Transient(f"{self.where}: {self.problem}")
            return None
        if error := found.error():
            raise KafkaException(error)
        return found


@contextmanager
def _client(context: ListenContext) -> Iterator[_Client]:
    client = _Client(context)
    try:
        yield client
    except KafkaException as error:
        # what the client's own threads met says more than "timed out"
        said = client.problem or str(error.args[0].str())
        raise Transient(f"{client.where}: {said}") from error
    finally:
        client.consumer.close()


def listen(context: ListenContext) -> Items:
    """Yield an event for each record of the topic."""
    topic = str(context.spec.at("topic"))
    with _client(context) as client:
        partitions = _partitions(client, topic)
        if context.spec.at("consumerGroup"):
            yield from _group(context, client, topic)
        else:
            number = int(str(context.spec.at("partition")))
            if number not in partitions:
                raise Transient(
                    f"{client.where}: topic {topic!r} has no partition {number}, only "
                    f"{', '.join(map(str, sorted(partitions)))}"
                )
            yield from _partition(context, client, TopicPartition(topic, number))


def _partitions(client: _Client, topic: str) -> set[int]:
    """Return the partitions of a topic; raises KafkaException when nobody can be asked."""
    found = client.consumer.list_topics(topic, timeout=CONNECT_SECONDS).topics[topic]
    if found.error:
        raise Transient(f"{client.where}: topic {topic!r}: {found.error.str()}")
    return set(found.partitions)


def _group(context: ListenContext, client: _Client, topic: str) -> Items:
    oldest = bool(context.spec.at("consumerGroup.oldest"))

    def assigned(consumer: Consumer, partitions: list[TopicPartition]) -> None:
        _anchor(consumer, partitions, oldest=oldest)
        context.listening()

    client.consumer.subscribe([topic], on_assign=assigned)
    for records in _batches(context, client):
        yield tuple(payload(context.spec, record, None) for record in records)
        _commit(client, records)


def _anchor(consumer: Consumer, partitions: list[TopicPartition], *, oldest: bool) -> None:
    """Commit where a new group starts, so that a stop before its first record skips none."""
    unknown = [
        one
        for one in consumer.committed(partitions, timeout=CONNECT_SECONDS)
        if one.offset == OFFSET_INVALID
    ]
    for one in unknown:
        first, end = consumer.get_watermark_offsets(one, timeout=CONNECT_SECONDS)
        one.offset = first if oldest else end
    if unknown:
        consumer.commit(offsets=unknown, asynchronous=False)


def _commit(client: _Client, records: list[Record]) -> None:
    """Tell the broker; if that fails, the records come again and are known by their offsets."""
    ends = {record.partition(): record for record in records}
    offsets = [
        TopicPartition(str(one.topic()), number or 0, (one.offset() or 0) + 1)
        for number, one in ends.items()
    ]
    try:
        client.consumer.commit(offsets=offsets, asynchronous=False)
    except KafkaException as error:
        logger.info("%s: offsets were not committed: %s", client.where, error)


def _partition(context: ListenContext, client: _Client, one: TopicPartition) -> Items:
    key = f"{context.spec.at('url')} {one.topic}/{one.partition}"
    known = context.checkpoint(key)
    if known is None:
        _, one.offset = client.consumer.get_watermark_offsets(one, timeout=CONNECT_SECONDS)
        yield Checkpoint(commit=context.save(key, str(one.offset)))
    else:
        one.offset = int(known)
    client.consumer.assign([one])
    context.listening()
    for records in _batches(context, client):
        yield tuple(
            payload(context.spec, record, context.save(key, str((record.offset() or 0) + 1)))
            for record in records
        )


def _batches(context: ListenContext, client: _Client) -> Iterator[list[Record]]:
    """Yield records, at most ``limitEventsPerSecond`` of them in a second."""
    limit = int(context.spec.at("limitEventsPerSecond") or 0)
    while not context.stopping.is_set():
        records = drained(client.poll, min(BATCH, limit) if limit else BATCH)
        if records:
            yield records
            if limit:
                context.pause(len(records) / limit)
