"""The sqs source against moto's server."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from tests.brokers import free_port
from tests.eventually import eventually
from tests.integration.eventsources.conftest import Plane, event_source, secret

REGION = "eu-central-1"
KEYS: Any = {"aws_access_key_id": "id", "aws_secret_access_key": "key", "region_name": REGION}


class Aws:
    """The server, which keeps its queues when it is stopped and started."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.client = boto3.client("sqs", endpoint_url=self.url, **KEYS)
        self.start()

    def start(self) -> None:
        self.server = ThreadedMotoServer("127.0.0.1", self.port, verbose=False)
        self.server.start()

    def queue(self, name: str, **attributes: str) -> str:
        return self.client.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]

    def waiting(self, queue: str) -> int:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.client.get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]
        return sum(map(int, found.values()))


@pytest.fixture(scope="module")
def aws() -> Iterator[Aws]:
    server = Aws()
    yield server
    server.server.stop()


def source(aws: Aws, queue: str, **more: Any) -> Any:
    spec = {
        "region": REGION,
        "queue": queue,
        "waitTimeSeconds": 1,
        "endpoint": aws.url,
        "accessKey": {"name": "aws", "key": "id"},
        "secretKey": {"name": "aws", "key": "key"},
        **more,
    }
    return event_source("sqs", {"sqs": {"example": spec}})


@pytest.fixture
def plane(plane: Plane) -> Plane:
    plane.store.create(secret("aws", id="id", key="key"))
    return plane


def test_messages_are_deleted_once_they_are_events(plane: Plane, aws: Aws) -> None:
    queue = aws.queue("q1")
    plane.run(source(aws, "q1", metadata={"a": "b"}))
    attributes = {
        "s": {"DataType": "String", "StringValue": "x"},
        "b": {"DataType": "Binary", "BinaryValue": b"\x00"},
    }
    first = aws.client.send_message(QueueUrl=queue, MessageBody="hello",
                                    MessageAttributes=attributes)  # fmt: skip
    aws.client.send_message(QueueUrl=queue, MessageBody="plain")
    eventually(lambda: len(plane.events()) == 2)
    nothing = {"BinaryListValues": None, "StringListValues": None}
    assert plane.data()[0] == {
        "messageId": first["MessageId"],
        "messageAttributes": {
            "s": {**nothing, "DataType": "String", "StringValue": "x", "BinaryValue": None},
            "b": {**nothing, "DataType": "Binary", "StringValue": None, "BinaryValue": "AA=="},
        },
        "body": "aGVsbG8=",
        "metadata": {"a": "b"},
    }
    assert plane.data()[1]["messageAttributes"] is None
    assert plane.events()[0].type == "sqs"
    eventually(lambda: aws.waiting(queue) == 0)


def test_what_was_sent_while_away_comes_and_what_is_no_json_is_recorded(
    plane: Plane, aws: Aws
) -> None:
    queue = aws.queue("q2")
    plane.run(source(aws, "q2", jsonBody=True))
    plane.stop()
    for n in range(25):
        aws.client.send_message(QueueUrl=queue, MessageBody=f'{{"n": {n}}}')
    aws.client.send_message(QueueUrl=queue, MessageBody="no json")
    plane.start()
    eventually(lambda: len(plane.events()) == 25)
    assert sorted(data["body"]["n"] for data in plane.data()) == list(range(25))
    eventually(lambda: aws.waiting(queue) == 0)
    assert len(plane.journal.rejections()) == 1


def test_with_dlq_what_is_no_json_is_left_to_the_queue(plane: Plane, aws: Aws) -> None:
    queue = aws.queue("q3")
    plane.run(source(aws, "q3", jsonBody=True, dlq=True))
    aws.client.send_message(QueueUrl=queue, MessageBody="no json")
    aws.client.send_message(QueueUrl=queue, MessageBody="{}")
    eventually(plane.events)
    eventually(lambda: aws.waiting(queue) == 1)


def test_a_missing_queue_and_a_server_that_restarts_are_told(plane: Plane, aws: Aws) -> None:
    plane.store.create(source(aws, "q5"))
    eventually(lambda: "does not exist" in plane.condition("sqs").get("message", ""))
    queue = aws.queue("q5")
    plane.listening("sqs")
    aws.server.stop()
    message = plane.failing("sqs")
    assert f"queue q5 at {aws.url}: " in message
    aws.start()
    aws.client.send_message(QueueUrl=queue, MessageBody="x")
    eventually(plane.events)
