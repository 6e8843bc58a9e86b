"""The amqp source against a real RabbitMQ (its start takes seconds: one for all tests)."""

from collections.abc import Iterator
from typing import Any

import pika
import pytest

from tests import brokers
from tests.eventually import eventually
from tests.integration.eventsources.conftest import Plane, event_source, secret

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[brokers.Server]:
    with brokers.rabbitmq(tmp_path_factory.mktemp("rabbitmq")) as running:
        yield running


def source(server: brokers.Server, exchange: str, **more: Any) -> Any:
    spec = {
        "url": f"amqp://{server.address}/",
        "exchangeName": exchange,
        "exchangeType": "topic",
        "routingKey": "hello.#",
        **more,
    }
    return event_source("amqp", {"amqp": {"example": spec}})


def durable(name: str, **more: Any) -> Any:
    return {
        "exchangeDeclare": {"durable": True},
        "queueDeclare": {"name": name, "durable": True, "arguments": "x-max-length: 1000"},
        "consume": {"autoAck": False},
        **more,
    }


def send(server: brokers.Server, exchange: str, *bodies: bytes, **properties: Any) -> None:
    with pika.BlockingConnection(pika.URLParameters(f"amqp://{server.address}/")) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        for body in bodies:
            channel.basic_publish(exchange, "hello.world", body, pika.BasicProperties(**properties))


def waiting(server: brokers.Server, queue: str) -> int:
    """Return how many messages the queue holds, unacknowledged ones too, once nobody consumes."""
    with pika.BlockingConnection(pika.URLParameters(f"amqp://{server.address}/")) as connection:
        answer = connection.channel().queue_declare(queue, passive=True)
        return int(answer.method.message_count)


def test_a_message_with_all_its_properties(plane: Plane, server: brokers.Server) -> None:
    plane.run(source(server, "e1", metadata={"a": "b"}))
    send(
        server, "e1", b"\x00hello", content_type="text/plain", content_encoding="utf-8",
        delivery_mode=2, priority=3, correlation_id="c", reply_to="r", expiration="60000",
        message_id="m", timestamp=1_700_000_000, type="t", app_id="app",
    )  # fmt: skip
    send(server, "e1", b"")
    eventually(lambda: len(plane.events()) == 2)
    assert plane.data()[0] == {
        "contentType": "text/plain", "contentEncoding": "utf-8", "deliveryMode": 2, "priority": 3,
        "correlationId": "c", "replyTo": "r", "expiration": "60000", "messageId": "m",
        "timestamp": "2023-11-14 22:13:20 +0000 UTC", "type": "t", "appId": "app",
        "exchange": "e1", "routingKey": "hello.world", "body": "AGhlbGxv",
        "metadata": {"a": "b"},
    }  # fmt: skip
    assert plane.data()[1]["timestamp"] == "0001-01-01 00:00:00 +0000 UTC"
    assert plane.events()[0].type == "amqp"


def test_a_durable_queue_keeps_what_comes_while_away(plane: Plane, server: brokers.Server) -> None:
    plane.run(source(server, "e2", jsonBody=True, **durable("q2")))
    plane.stop()
    send(server, "e2", *[b'{"n": %d}' % n for n in range(150)], b"no json")
    plane.start()
    eventually(lambda: len(plane.events()) == 150)
    assert [data["body"]["n"] for data in plane.data()] == list(range(150))
    eventually(plane.journal.rejections)
    plane.controller.stop()
    assert waiting(server, "q2") == 0  # the one that is no JSON is acknowledged too


def test_one_message_id_delivered_twice_is_one_event(plane: Plane, server: brokers.Server) -> None:
    plane.run(source(server, "e3", **durable("q3")))
    send(server, "e3", b"x", b"x", b"other", message_id="same")
    send(server, "e3", b"last")
    eventually(lambda: len(plane.events()) == 3)
    assert [data["body"] for data in plane.data()] == ["eA==", "b3RoZXI=", "bGFzdA=="]


def test_wrong_declarations_and_credentials_are_told(plane: Plane, server: brokers.Server) -> None:
    plane.run(source(server, "e4"))
    plane.replace("amqp", lambda old: {**old, **source(server, "e4", exchangeType="fanout")})
    eventually(lambda: "PRECONDITION_FAILED" in plane.condition("amqp").get("message", ""))
    plane.store.create(secret("amqp", url=f"amqp://guest:wrong@{server.address}/", user="guest"))
    selector = {"urlSecret": {"name": "amqp", "key": "url"}, "url": ""}
    plane.replace("amqp", lambda old: {**old, **source(server, "e4", **selector)})
    eventually(lambda: "ACCESS_REFUSED" in plane.condition("amqp").get("message", ""))
    assert "wrong" not in plane.condition("amqp")["message"]
    auth = {name: {"name": "amqp", "key": "user"} for name in ("username", "password")}
    plane.replace("amqp", lambda old: {**old, **source(server, "e4", auth=auth, **selector)})
    plane.listening("amqp")


def test_a_broker_that_restarts_loses_nothing(plane: Plane, server: brokers.Server) -> None:
    plane.run(source(server, "e5", **durable("q5")))
    plane.stop()
    send(server, "e5", *[b"%d" % n for n in range(20)], delivery_mode=2)
    server.stop()
    plane.start()
    message = plane.failing("amqp")
    assert f"AMQP broker at {server.address}: " in message
    server.start()
    eventually(lambda: len(plane.events()) == 20, timeout=30)
    send(server, "e5", b"after", delivery_mode=2)
    eventually(lambda: len(plane.events()) == 21)
