"""kafka triggers against librdkafka's own cluster."""

from collections.abc import Iterator

import pytest
from confluent_kafka import Consumer, TopicPartition

from tests import kafka_cluster
from tests.eventually import eventually
from tests.integration.eventsources.conftest import secret
from tests.integration.sensors.notifying import PAYLOAD, fire, trigger
from tests.integration.sensors.scene import Scene


@pytest.fixture(scope="module")
def kafka() -> Iterator[str]:
    with kafka_cluster.running() as (address, _):
        yield address


def test_kafka_produces_a_record_with_all_its_parts(scene: Scene, kafka: str) -> None:
    scene.store.create(secret("kafka", token="t0k3n"))
    reference = {"secretKeyRef": {"name": "kafka", "key": "token"}}
    action = {
        "url": kafka, "topic": "none", "payload": PAYLOAD, "partitioningKey": "k",
        "headers": {"a": "b"}, "secureHeaders": [{"name": "x", "valueFrom": reference}],
        "compress": True, "requiredAcks": 1, "version": "2.5.0",
        "parameters": [{"src": {"dependencyName": "call", "value": "made"}, "dest": "topic"}],
    }  # fmt: skip
    firing = fire(scene, trigger("kafka", action))
    assert firing.message.startswith("produced made/")
    partition = int(firing.message.split("/")[1])
    consumer = Consumer({"bootstrap.servers": kafka, "group.id": "g"})
    consumer.assign([TopicPartition("made", partition, 0)])
    record = eventually(lambda: consumer.poll(1.0))
    consumer.close()
    assert (record.key(), record.value()) == (b"k", b'{"number":"7"}')
    assert record.headers() == [("a", b"b"), ("x", b"t0k3n")]
