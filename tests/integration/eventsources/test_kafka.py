"""The kafka source against librdkafka's mock cluster (see tests/kafka_cluster.py)."""

from collections.abc import Iterator
from typing import Any

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition

from pinnace.objects.kinds import ENDPOINTS
from pinnace.objects.meta import Key
from pinnace.store.services import service_objects
from tests import kafka_cluster
from tests.eventually import eventually
from tests.integration.eventsources.conftest import Plane, event_source

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def brokers() -> Iterator[str]:
    with kafka_cluster.running() as (address, _):
        yield address


def send(brokers: str, topic: str, *values: bytes | None, **more: Any) -> None:
    producer = Producer({"bootstrap.servers": brokers})
    for value in values:
        producer.produce(topic, value, **{"partition": 0, **more})
    assert producer.flush(10) == 0


def source(url: str, topic: str, **more: Any) -> Any:
    return event_source("kafka", {"kafka": {"example": {"url": url, "topic": topic, **more}}})


#: Shorter than the default, because the mock lets a member in when the last one's session is over.
SESSION = "consumer: {group: {session: {timeout: 5000000000}, Heartbeat: {Interval: 500000000}}}"


def group(name: str, **more: Any) -> Any:
    return {"consumerGroup": {"groupName": name, **more}, "config": SESSION}


def committed(brokers: str, name: str, topic: str) -> int:
    consumer = Consumer({"bootstrap.servers": brokers, "group.id": name})
    (found,) = consumer.committed([TopicPartition(topic, 0)], timeout=5)
    consumer.close()
    return found.offset


def test_a_record_with_all_its_parts(plane: Plane, brokers: str) -> None:
    send(brokers, "t1", b"before")
    plane.run(source(brokers, "t1", metadata={"a": "b"}, **group("g1", oldest=True)))
    stamp = 1_700_000_000_123
    headers = [("h", b"1"), ("h", b"2"), ("other", None)]
    send(brokers, "t1", b"\x00\xff", key=b"k", headers=headers, timestamp=stamp)
    send(brokers, "t1", None, timestamp=stamp)
    eventually(lambda: len(plane.events()) == 3)
    before, first, tombstone = plane.data()
    assert before["body"] == "YmVmb3Jl"
    assert first == {
        "topic": "t1", "key": "k", "partition": 0, "body": "AP8=",
        "timestamp": "2023-11-14 22:13:20.123 +0000 UTC", "headers": {"h": "2", "other": ""},
        "metadata": {"a": "b"},
    }  # fmt: skip
    assert (tombstone["key"], tombstone["body"], tombstone["headers"]) == ("", None, {})
    assert plane.events()[0].type == "kafka"


def test_offsets_are_committed_and_nothing_is_missed_while_away(plane: Plane, brokers: str) -> None:
    send(brokers, "t2", b"0")
    plane.run(source(brokers, "t2", jsonBody=True, **group("g2")))
    plane.stop()  # before there was anything to commit
    send(brokers, "t2", *[b"%d" % n for n in range(1, 51)], b"no json", b"51")
    plane.start()
    eventually(lambda: len(plane.events()) == 51)
    assert [data["body"] for data in plane.data()] == list(range(1, 52))
    assert len(plane.journal.rejections()) == 1
    eventually(lambda: committed(brokers, "g2", "t2") == 53)


def test_one_partition_goes_on_where_it_was(plane: Plane, brokers: str) -> None:
    send(brokers, "t4", b"before")
    plane.run(source(brokers, "t4", partition="0", limitEventsPerSecond=1000))
    send(brokers, "t4", b"1")
    send(brokers, "t4", b"elsewhere", partition=1)
    eventually(plane.events)
    plane.stop()
    send(brokers, "t4", b"2")
    plane.start()
    eventually(lambda: len(plane.events()) == 2)
    assert [data["body"] for data in plane.data()] == ["MQ==", "Mg=="]
    plane.replace("kafka", lambda old: {**old, **source(brokers, "t4", partition="99")})
    eventually(lambda: "has no partition 99, only 0, 1" in plane.condition("kafka")["message"])


def test_a_cluster_that_dies_is_told_and_another_takes_its_place(
    plane: Plane, brokers: str
) -> None:
    def endpoints(address: str) -> Any:
        return service_objects("kafka", "default", {"k": (9092, int(address.split(":")[1]))})

    with kafka_cluster.running() as (address, process):
        for obj in endpoints(address):
            plane.store.create(obj)
        send(address, "t5", b"x")
        plane.run(source("kafka:9092", "t5", partition="0"))
        process.kill()
        message = plane.failing("kafka")
        assert f"Kafka at kafka:9092 ({address}): " in message
    send(brokers, "t5", b"y")  # a cluster without what the other had: offset 1 is new in it
    new = endpoints(brokers)[1]
    plane.store.modify(
        Key(ENDPOINTS, "default", "kafka"), lambda old: {**old, "subsets": new["subsets"]}
    )
    plane.listening("kafka")
    send(brokers, "t5", b"z")
    eventually(lambda: [data["body"] for data in plane.data()] == ["eg=="])


def test_missing_credentials_are_told(plane: Plane, brokers: str) -> None:
    sasl = {name: {"name": "kafka", "key": "none"} for name in ("userSecret", "passwordSecret")}
    plane.store.create(source(brokers, "t6", sasl=sasl, **group("g6")))
    eventually(lambda: "kafka.example.sasl.userSecret" in plane.condition("kafka")["message"])
