"""EventSource type ``amqp``: messages of a queue that is bound to an exchange (RabbitMQ).

Mirrors argo-events pkg/eventsources/sources/amqp/start.go. There ``autoAck`` loses what the program
dies on, and without it nothing is ever acknowledged; here a message is acknowledged once its event
is on disk, whatever ``autoAck`` says.
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, NamedTuple

import pika
import yaml
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import AMQPError

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
    telling,
)
from pinnace.eventsources.spec import EventSpec
from pinnace.eventsources.tls import tls_of
from pinnace.languages import gotime
from pinnace.objects.errors import Transient

_HEARTBEAT_SECONDS = 10
#: Go's zero time: what upstream prints for a message without a timestamp.
_NEVER = datetime(1, 1, 1, tzinfo=UTC)


class Message(NamedTuple):
    """One delivery of the broker."""

    delivery: Any
    properties: Any
    body: bytes


def check(spec: EventSpec) -> None:
    """Refuse what upstream's validation refuses; raises Invalid."""
    if bool(spec.at("url")) == bool(spec.at("urlSecret")):
        found = "both" if spec.at("url") else "neither"
        raise spec.invalid("url", expected="either url or urlSecret", found=found)
    check_required(spec, {"routingKey": "a routing key", "exchangeType": "a type such as topic"})
    check_auth(spec)
    _arguments(spec)


def _arguments(spec: EventSpec) -> dict[str, Any] | None:
    """Return ``queueDeclare.arguments``, a table in YAML."""
    text = str(spec.at("queueDeclare.arguments") or "")
    try:
        table = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise spec.invalid("queueDeclare.arguments", expected="YAML", found=str(error)) from error
    if table is not None and not isinstance(table, dict):
        raise spec.invalid("queueDeclare.arguments", expected="a table in YAML", found=text)
    return table


def listen(context: ListenContext) -> Items:
    """Yield an event for each message of the queue."""
    inbox: list[Message] = []
    with _channel(context) as channel:
        channel.basic_qos(prefetch_count=BATCH)
        channel.basic_consume(
            declare(context.spec, channel),
            lambda _, delivery, properties, body: inbox.append(Message(delivery, properties, body)),
            exclusive=bool(context.spec.at("consume.exclusive")),
            consumer_tag=str(context.spec.at("consume.consumerTag") or "") or None,
        )
        context.listening()
        while not context.stopping.is_set():
            channel.connection.process_data_events(IDLE_SECONDS)
            if not channel.consumer_tags:
                raise Transient("the broker cancelled the consumer: its queue is gone")
            found = tuple(inbox)
            inbox.clear()
            yield tuple(payload(context.spec, one) for one in found)
            if found:
                channel.basic_ack(found[-1].delivery.delivery_tag, multiple=True)


@contextmanager
def _channel(context: ListenContext) -> Iterator[BlockingChannel]:
    parameters = _parameters(context)
    declared = f"{parameters.host}:{parameters.port}"
    parameters.host, parameters.port = reach(context, parameters.host, parameters.port)
    where = place("AMQP broker", declared, f"{parameters.host}:{parameters.port}")
    with telling(where, AMQPError, OSError):
        connection = pika.BlockingConnection(parameters)
        try:
            yield connection.channel()
        finally:
            if connection.is_open:
                connection.close()


def _parameters(context: ListenContext) -> pika.URLParameters:
    spec = context.spec
    url = context.secret("urlSecret") if spec.at("urlSecret") else str(spec.at("url"))
    try:
        parameters = pika.URLParameters(url)
    except (ValueError, TypeError) as error:
        raise spec.invalid("url", expected="amqp://host:5672/vhost", found="none") from error
    if auth := credentials(context):
        parameters.credentials = pika.PlainCredentials(*auth)
    if tls := tls_of(spec, context.secret):
        parameters.ssl_options = pika.SSLOptions(tls.context(), parameters.host)
    parameters.heartbeat = _HEARTBEAT_SECONDS
    parameters.connection_attempts = 1  # serve() tries again
    parameters.socket_timeout = parameters.stack_timeout = CONNECT_SECONDS
    return parameters


def declare(spec: EventSpec, channel: BlockingChannel) -> str:
    """Declare exchange, queue and binding with upstream's defaults; return the queue's name."""
    exchange = spec.at("exchangeDeclare") or {"durable": True}
    queue = spec.at("queueDeclare") or {"exclusive": True}
    name = str(spec.at("exchangeName") or "")
    channel.exchange_declare(
        name, str(spec.at("exchangeType")), **_flags(exchange, "durable", "autoDelete", "internal")
    )
    answer = channel.queue_declare(
        str(queue.get("name") or ""), **_flags(queue, "durable", "autoDelete", "exclusive"),
        arguments=_arguments(spec),
    )  # fmt: skip
    channel.queue_bind(answer.method.queue, name, str(spec.at("routingKey")))
    return str(answer.method.queue)


def _flags(declared: Mapping[str, Any], *names: str) -> dict[str, bool]:
    """Return boolean fields under pika's names (``autoDelete``: ``auto_delete``)."""
    return {name.replace("D", "_d"): bool(declared.get(name)) for name in names}


def payload(spec: EventSpec, found: Message) -> Emission | Refusal:
    """Return the event of one message."""
    properties = found.properties
    stamp = properties.timestamp
    fields = {
        "contentType": properties.content_type or "",
        "contentEncoding": properties.content_encoding or "",
        "deliveryMode": properties.delivery_mode or 0,
        "priority": properties.priority or 0,
        "correlationId": properties.correlation_id or "",
        "replyTo": properties.reply_to or "",
        "expiration": properties.expiration or "",
        "messageId": properties.message_id or "",
        "timestamp": gotime.go_string(datetime.fromtimestamp(stamp, UTC) if stamp else _NEVER),
        "type": properties.type or "",
        "appId": properties.app_id or "",
        "exchange": found.delivery.exchange,
        "routingKey": found.delivery.routing_key,
    }
    return message(spec, fields, found.body, dedupe=_dedupe(found))


def _dedupe(found: Message) -> str | None:
    """Return what makes a delivery the same as another: its id, if it has one, and its content."""
    id_ = found.properties.message_id
    if not id_:
        return None
    digest = hashlib.sha256(found.body).hexdigest()
    return f"{found.delivery.exchange}/{found.delivery.routing_key}/{id_}/{digest}"
