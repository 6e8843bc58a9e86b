"""Producing the record of a ``kafka`` trigger.

Upstream hands it to a background producer and calls that a success; here the trigger has fired when
the brokers have acknowledged the record.
"""

import logging
from typing import Any

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from pinnace.brokers import kafka
from pinnace.objects.errors import Permanent, Transient
from pinnace.sensors.actions import KafkaAction
from pinnace.sensors.effects.edge import ANSWER_SECONDS, CONNECT_SECONDS, Edge, Occasion

logger = logging.getLogger(__name__)


class _Kept:
    """A producer whose connections are kept between records."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self.producer = Producer(settings, logger=logger)

    def close(self) -> None:
        self.producer.flush(CONNECT_SECONDS)


def perform(action: KafkaAction, edge: Edge, occasion: Occasion) -> str:
    """Produce and wait for the acknowledgement; raises Transient or Permanent."""
    settings = _settings(action, edge, occasion)
    headers = dict(action.headers)
    for name, reference in action.secure_headers:
        headers[name] = edge.secret(reference, occasion)
    reports: list[tuple[KafkaError | None, Message]] = []
    try:
        key = ("kafka", *sorted(settings.items()))
        producer = edge.kept(key, lambda: _Kept(settings)).producer
        producer.produce(
            action.topic, action.body, key=action.key, headers=list(headers.items()),
            on_delivery=lambda error, message: reports.append((error, message)),
        )  # fmt: skip
        producer.flush(ANSWER_SECONDS)
    except (KafkaException, BufferError) as error:
        raise Transient(f"Kafka at {action.brokers}: {error}") from error
    if not reports:
        raise Transient(f"Kafka at {action.brokers}: no answer within {ANSWER_SECONDS:.0f} s")
    problem, message = reports[0]
    if problem is not None:
        raise Transient(f"Kafka at {action.brokers}: topic {action.topic}: {problem.str()}")
    return f"produced {action.topic}/{message.partition()}/{message.offset()}"


def _settings(action: KafkaAction, edge: Edge, occasion: Occasion) -> dict[str, Any]:
    real = []
    for broker in action.brokers.split(","):
        asked = broker.strip() if ":" in broker else f"{broker.strip()}:{kafka.PORT}"
        host, port = edge.address(asked, occasion)
        real.append(f"{host}:{port}")
    if not real:
        raise Permanent("a kafka trigger needs the address of a broker")
    tls = edge.tls(action.tls, occasion) if action.tls else None
    return {
        "bootstrap.servers": ",".join(real),
        "message.timeout.ms": int(ANSWER_SECONDS * 1000),
        **action.options,
        **kafka.security(tls, _sasl(action, edge, occasion)),
    }


def _sasl(action: KafkaAction, edge: Edge, occasion: Occasion) -> kafka.Sasl | None:
    if not action.mechanism:
        return None
    return kafka.Sasl(
        mechanism=action.mechanism,
        user=edge.secret(action.username, occasion),
        password=edge.secret(action.password, occasion),
    )
