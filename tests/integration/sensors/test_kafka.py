"""kafka triggers against librdkafka's own cluster."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from confluent_kafka import Consumer, TopicPartition

from tests.eventually import eventually
from tests.integration.eventsources.conftest import secret
from tests.integration.sensors.notifying import PAYLOAD, fire, trigger
from tests.integration.sensors.scene import Scene


@pytest.fixture(scope="module")
def kafka() -> Iterator[str]:
    command = [sys.executable, "-m", "tests.integration.eventsources.kafka_cluster"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout
        yield process.stdout.readline().strip()
        process.kill()


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
