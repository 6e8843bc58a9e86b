"""``kafka``: produce a record (upstream: triggers/kafka)."""

from collections.abc import Collection

from pinnace.brokers.kafka import MECHANISMS
from pinnace.sensors.actions import Action, KafkaAction
from pinnace.sensors.reading import Node
from pinnace.sensors.triggers.kind import (
    Context,
    TriggerKind,
    applied,
    check_payload,
    payload,
    required_secret,
    secret,
    secure_headers,
    tls_references,
)

_NO_URL, _NO_TOPIC = "broker url must not be empty", "topic must not be empty"
_ACKS = (None, -1, 0, 1)


def _check(node: Node, dependencies: Collection[str] | None) -> None:
    node["url"].required(_NO_URL)
    node["topic"].required(_NO_TOPIC)
    check_payload(node, dependencies)
    secure_headers(node)
    tls_references(node)
    if node["schemaRegistry"].given:
        raise node["schemaRegistry"].refuse(
            "Avro can't be written here: there is no schema registry to test against",
            expected="no schemaRegistry", fix="run this Sensor on a cluster, or send JSON",
        )  # fmt: skip
    if (acks := node["requiredAcks"].integer()) not in _ACKS:
        raise node["requiredAcks"].refuse("", expected="-1, 0 or 1", found=str(acks))
    sasl = node["sasl"]
    sasl["mechanism"].choice(("", *MECHANISMS), "SASL mechanism {} can't be used here")
    if sasl.given:
        required_secret(sasl["userSecret"], "user secret can't be empty")
        required_secret(sasl["passwordSecret"], "password secret can't be empty")


def _prepare(node: Node, context: Context) -> Action:
    node = applied(node, context)
    sasl = node["sasl"]
    return KafkaAction(
        brokers=node["url"].required(_NO_URL),
        topic=node["topic"].required(_NO_TOPIC),
        body=payload(node, context),
        key=node["partitioningKey"].text() if node["partitioningKey"].given else None,
        headers={name: str(value) for name, value in node["headers"].mapping().items()},
        secure_headers=secure_headers(node),
        options=_options(node),
        mechanism=(sasl["mechanism"].text() or "PLAIN") if sasl.given else "",
        username=secret(sasl["userSecret"]),
        password=secret(sasl["passwordSecret"]),
        tls=tls_references(node),
    )


def _options(node: Node) -> dict[str, str]:
    """Return librdkafka's options; upstream's default is to wait for all replicas."""
    acks = node["requiredAcks"].integer() or -1  # 0 means nothing given, as in Go
    options = {"acks": "all" if acks == -1 else str(acks)}
    if node["compress"].flag():
        options["compression.type"] = "snappy"
    return options


KIND = TriggerKind(check=_check, prepare=_prepare)
