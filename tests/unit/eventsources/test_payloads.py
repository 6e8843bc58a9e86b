"""The data of each listening type against tables of argo-events' event-data.go."""

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest
from confluent_kafka import TIMESTAMP_CREATE_TIME, TIMESTAMP_NOT_AVAILABLE
from paho.mqtt.client import MQTTMessage

from pinnace.eventsources.emission import Emission, ListenContext, Refusal
from pinnace.eventsources.spec import EventSpec
from pinnace.eventsources.tls import Tls
from pinnace.eventsources.types import amqp, mqtt, nats, sqs
from pinnace.eventsources.types.file.ops import Notice, Op
from pinnace.eventsources.types.generic import wire
from pinnace.eventsources.types.kafka import options
from pinnace.eventsources.types.kafka import payload as kafka
from pinnace.eventsources.types.redis import pubsub, stream
from pinnace.eventsources.types.resource import source as resource
from pinnace.eventsources.types.resource.filters import InformerEvent
from pinnace.eventsources.types.sftp import Change, changes, host_key, interval, private_key
from pinnace.eventsources.types.sftp import remarks as sftp_remarks
from pinnace.objects.errors import Invalid
from tests.unit.eventsources.specs import spec

BODY = b'{"n": 1}'
ENCODED = "eyJuIjogMX0="

#: The JSON names of upstream's structs, in their order; ``metadata`` and ``header`` omit empty.
FIELDS = {
    "amqp": "contentType contentEncoding deliveryMode priority correlationId replyTo expiration "
    "messageId timestamp type appId exchange routingKey body metadata",
    "generic": "body metadata",
    "kafka": "topic key partition body timestamp headers metadata",
    "mqtt": "topic messageId body metadata",
    "nats": "subject body header metadata",
    "redis": "channel pattern body metadata",
    "redisStream": "stream message_id values metadata",
    "resource": "type body oldBody group version resource metadata",
    "sqs": "messageId messageAttributes body metadata",
}


def of_nats(event: EventSpec, body: bytes) -> Any:
    found = SimpleNamespace(subject="s", data=body, headers={"A": "b"})
    return nats.payload(event, cast(Any, found))


def of_mqtt(event: EventSpec, body: bytes) -> Any:
    found = MQTTMessage(mid=7, topic=b"t")
    found.payload = body
    return mqtt.payload(event, found)


def of_amqp(event: EventSpec, body: bytes) -> Any:
    names = ("content_type content_encoding delivery_mode priority correlation_id reply_to "
             "expiration message_id timestamp type app_id")  # fmt: skip
    properties = SimpleNamespace(**dict.fromkeys(names.split()))
    delivery = SimpleNamespace(exchange="e", routing_key="r")
    return amqp.payload(event, amqp.Message(delivery, properties, body))


def record(value: bytes | None, stamp: Any = (TIMESTAMP_CREATE_TIME, 1_500)) -> Any:
    parts = {"topic": "t", "partition": 3, "offset": 9, "key": None, "headers": None,
             "value": value, "timestamp": stamp}  # fmt: skip
    return SimpleNamespace(**{name: lambda part=part: part for name, part in parts.items()})


def of_kafka(event: EventSpec, body: bytes) -> Any:
    return kafka.payload(event, record(body), None)


def of_sqs(event: EventSpec, body: bytes) -> Any:
    return sqs.payload(event, {"MessageId": "m", "Body": body.decode()})


def of_redis(event: EventSpec, body: bytes) -> Any:
    return pubsub.payload(event, {"channel": b"c", "pattern": None, "data": body})


def of_stream(event: EventSpec, body: bytes) -> Any:
    context = SimpleNamespace(spec=event, save=lambda key, value: None)
    return stream.payload(cast(ListenContext, context), "s", "1-0", {b"k": body})


def of_resource(event: EventSpec, body: bytes) -> Any:
    told = InformerEvent(type="UPDATE", obj={}, raw=body, old=b"{}")
    return Emission(data=resource.payload(event, told))


#: type, how its event is made, data without jsonBody (but for body and metadata), body with it.
TABLE: list[tuple[str, Callable[[EventSpec, bytes], Any], dict[str, Any], Any]] = [
    ("nats", of_nats, {"subject": "s", "header": {"A": ["b"]}}, ENCODED),
    ("mqtt", of_mqtt, {"topic": "t", "messageId": 7}, ENCODED),
    ("amqp", of_amqp, {
        "contentType": "", "contentEncoding": "", "deliveryMode": 0, "priority": 0,
        "correlationId": "", "replyTo": "", "expiration": "", "messageId": "",
        "timestamp": "0001-01-01 00:00:00 +0000 UTC", "type": "", "appId": "", "exchange": "e",
        "routingKey": "r"}, ENCODED),
    ("kafka", of_kafka, {
        "topic": "t", "key": "", "partition": 3, "timestamp": "1970-01-01 00:00:01.5 +0000 UTC",
        "headers": {}}, ENCODED),
    ("sqs", of_sqs, {"messageId": "m", "messageAttributes": None}, ENCODED),
    ("redis", of_redis, {"channel": "c", "pattern": ""}, '{"n": 1}'),  # a plain string
]  # fmt: skip


@pytest.mark.parametrize(("type_", "make", "fields", "encoded"), TABLE, ids=[t[0] for t in TABLE])
def test_messages(type_: str, make: Any, fields: dict[str, Any], encoded: str) -> None:
    plain = json.loads(make(spec(type_, metadata={"m": "n"}), BODY).data)
    assert plain == {**fields, "body": encoded, "metadata": {"m": "n"}}
    assert set(plain) == set(FIELDS[type_].split())
    parsed = json.loads(make(spec(type_, jsonBody=True, metadata={}), BODY).data)
    assert parsed == {**fields, "body": {"n": 1}}
    refused = make(spec(type_, jsonBody=True), b"no json")
    assert isinstance(refused, Refusal)


def test_stream_entries_and_objects() -> None:
    entry = json.loads(of_stream(spec("redisStream", metadata={"m": "n"}), b"v").data)
    assert entry == {"stream": "s", "message_id": "1-0", "values": {"k": "v"},
                     "metadata": {"m": "n"}}  # fmt: skip
    assert set(entry) == set(FIELDS["redisStream"].split())
    event = spec("resource", version="v1", resource="pods", metadata={"m": "n"})
    told = json.loads(of_resource(event, b'{"kind": "Pod"}').data)
    assert told == {"type": "UPDATE", "body": {"kind": "Pod"}, "oldBody": {}, "group": "",
                    "version": "v1", "resource": "pods", "metadata": {"m": "n"}}  # fmt: skip
    assert set(told) == set(FIELDS["resource"].split())


@pytest.mark.parametrize(
    ("emission", "key"),
    [
        (of_kafka(spec("kafka"), b"x"), "t/3/9 1500"),
        (of_sqs(spec("sqs"), b"x"), "m"),
        (of_stream(spec("redisStream", hostAddress="h:1"), b"x"), "h:1 s 1-0"),
        (of_amqp(spec("amqp"), b"x"), None),  # without an id nothing tells two apart
        (of_nats(spec("nats"), b"x"), None),
    ],
)
def test_what_makes_a_delivery_the_same_as_another(emission: Any, key: str | None) -> None:
    assert emission.dedupe == key


def test_kafka_tombstones_and_records_without_time() -> None:
    for fields in ({}, {"jsonBody": True}):
        found = kafka.payload(
            spec("kafka", **fields), record(None, (TIMESTAMP_NOT_AVAILABLE, 0)), None
        )
        data = json.loads(cast(Emission, found).data)
        assert data["body"] is None
        assert data["timestamp"] == "0001-01-01 00:00:00 +0000 UTC"


# --------------------------------------------------------------------------------- kafka's options


def kafka_spec(**more: Any) -> EventSpec:
    return spec("kafka", **{"url": "a:1,b", "topic": "t", "partition": "0", **more})


def secret(name: str) -> str:
    return f"<{name}>"


def test_sasl_and_tls_become_librdkafkas_options() -> None:
    selector = {"name": "k", "key": "k"}
    sasl = {"mechanism": "SCRAM-SHA-512", "userSecret": selector, "passwordSecret": selector}
    event = kafka_spec(sasl=sasl, tls={"caCertSecret": selector})
    options.check(event)
    found = options.options(event, secret, Tls(authority="PEM"))
    assert found["security.protocol"] == "SASL_SSL"
    assert (found["sasl.mechanisms"], found["sasl.username"], found["sasl.password"]) == (
        "SCRAM-SHA-512", "<sasl.userSecret>", "<sasl.passwordSecret>",
    )  # fmt: skip
    assert found["ssl.ca.pem"] == "PEM" and "ssl.key.pem" not in found
    assert found["enable.ssl.certificate.verification"] is True
    plain = options.options(kafka_spec(), secret, None)
    assert (plain["security.protocol"], plain["enable.auto.commit"]) == ("PLAINTEXT", False)
    blind = options.options(kafka_spec(), secret, Tls(verify=False))
    assert blind["ssl.endpoint.identification.algorithm"] == "none"


def test_saramas_options_are_translated_or_named() -> None:
    config = "consumer:\n  fetch: {min: 5}\n  Group: {Session: {Timeout: 6000000000}}\nnet: {x: 1}"
    event = kafka_spec(config=config)
    found = options.options(event, secret, None)
    assert (found["fetch.min.bytes"], found["session.timeout.ms"]) == (5, 6000)
    assert options.remarks(event) == "config: net.x have no effect here (options of Go's client)"


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"url": ""}, "url"),
        ({"url": "ftp://x"}, "url"),
        ({"topic": ""}, "topic"),
        ({"partition": ""}, "consumerGroup"),
        ({"partition": "first"}, "partition"),
        ({"consumerGroup": {"oldest": True}}, "consumerGroup.groupName"),
        ({"sasl": {"mechanism": "GSSAPI"}}, "sasl.mechanism"),
        ({"sasl": {"userSecret": {"name": "a", "key": "b"}}}, "sasl.passwordSecret"),
        ({"schemaRegistry": {"url": "x"}}, "schemaRegistry"),
        ({"awsMskIamAuth": {"region": "x"}}, "awsMskIamAuth"),
        ({"config": "["}, "config"),
        ({"config": "[1]"}, "config"),
    ],
)
def test_wrong_kafka_specs(more: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid, match=rf"spec\.kafka\.event\.{field}: expected"):
        options.check(kafka_spec(**more))


# -------------------------------------------------------------------------------- gRPC's messages


@pytest.mark.parametrize("size", [0, 1, 127, 128, 300, 100_000])
def test_protobuf_messages_and_back(size: int) -> None:
    content = b"x" * size
    assert wire.decode(wire.encode("naïve", content)) == ("naïve", content)


def test_unknown_fields_are_skipped() -> None:
    unknown = b"\x18\x96\x01" + b"\x21" + bytes(8) + b"\x2d" + bytes(4) + b"\x32\x02hi"
    assert wire.decode(unknown + wire.encode("n", b"c") + unknown) == ("n", b"c")


@pytest.mark.parametrize("data", [b"\x12", b"\x12\x05abc", b"\x80" * 11, b"\x0b", b"\x21\x00"])
def test_what_is_no_protobuf_message(data: bytes) -> None:
    with pytest.raises(ValueError, match="not a protobuf message"):
        wire.decode(data)


# ------------------------------------------------------------------------------------------- SFTP


def test_differences_on_an_sftp_server() -> None:
    before = {"same": "1 1", "gone": "1 1", "changed": "1 1"}
    after = {"same": "1 1", "changed": "2 1", "new": "5 5"}
    assert list(changes(before, after)) == [
        Change(notice=Notice(name="gone", op=Op.REMOVE), mark=None),
        Change(notice=Notice(name="changed", op=Op.CREATE), mark="2 1"),
        Change(notice=Notice(name="new", op=Op.CREATE), mark="5 5"),
    ]


@pytest.mark.parametrize(("text", "seconds"), [("", 10), ("250ms", 0.25), ("1m", 60)])
def test_poll_intervals(text: str, seconds: float) -> None:
    assert interval(spec("sftp", pollIntervalDuration=text)) == seconds


@pytest.mark.parametrize("text", ["0s", "-1s", "soon"])
def test_poll_intervals_that_are_none(text: str) -> None:
    with pytest.raises(Invalid, match="pollIntervalDuration"):
        interval(spec("sftp", pollIntervalDuration=text))


def test_keys_that_cannot_be_read_are_not_shown() -> None:
    for read in (private_key, host_key):
        with pytest.raises(Invalid, match="sshKeySecret") as caught:
            read(spec("sftp"), "-----BEGIN OPENSSH PRIVATE KEY-----\ndeadbeef\n")
        assert "deadbeef" not in str(caught.value)


def test_operations_that_never_happen_are_remarked() -> None:
    assert "never happens" in sftp_remarks(spec("sftp", eventType="WRITE"))
    assert not sftp_remarks(spec("sftp", eventType="CREATE"))
