"""The sns source against moto's server, and its certificates against one on loopback."""

from collections.abc import Iterator
from typing import Any

import boto3
import httpx
import pytest
from moto.server import ThreadedMotoServer

from pinnace.objects.kinds import EVENT_SOURCES
from pinnace.objects.meta import Key
from pinnace.objects.types import Object
from tests.brokers import free_port
from tests.eventually import eventually
from tests.http_server import Handler, serving
from tests.integration.eventsources.conftest import Plane, event_source, secret
from tests.unit.eventsources.test_sns import MESSAGE, certificate, key, signed

__all__ = ["certificate", "key"]  # fixtures
REGION = "eu-central-1"


class Aws:
    def __init__(self) -> None:
        self.url = f"http://127.0.0.1:{(port := free_port())}"
        self.server = ThreadedMotoServer("127.0.0.1", port, verbose=False)
        self.server.start()
        self.client: Any = boto3.client(
            "sns", endpoint_url=self.url, region_name=REGION,
            aws_access_key_id="id", aws_secret_access_key="key",
        )  # fmt: skip

    def subscribed(self, topic: str) -> list[str]:
        found = self.client.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
        return [each["Endpoint"] for each in found]


@pytest.fixture(scope="module")
def aws() -> Iterator[Aws]:
    server = Aws()
    yield server
    server.server.stop()


def source(endpoint: str, topic: str, port: int, **more: Any) -> Object:
    webhook = {"endpoint": "/sns", "port": str(port), "url": f"http://127.0.0.1:{port}"}
    fields = {
        "webhook": webhook, "topicArn": topic, "region": REGION, "endpoint": endpoint,
        "accessKey": {"name": "aws", "key": "id"}, "secretKey": {"name": "aws", "key": "key"},
        **more,
    }  # fmt: skip
    return event_source("sns", {"sns": {"example": fields}})


@pytest.fixture
def plane(plane: Plane) -> Plane:
    plane.store.create(secret("aws", id="id", key="key"))
    return plane


def test_a_topic_is_subscribed_delivers_and_is_left(plane: Plane, aws: Aws, port: int) -> None:
    topic = aws.client.create_topic(Name="digits")["TopicArn"]
    plane.run(source(aws.url, topic, port))
    assert aws.subscribed(topic) == [f"http://127.0.0.1:{port}/sns"]
    plane.restart()
    plane.listening("sns")
    assert len(aws.subscribed(topic)) == 1
    sent = aws.client.publish(TopicArn=topic, Message="hello")["MessageId"]
    eventually(plane.events)
    (data,) = plane.data()
    assert list(data) == ["header", "body"]
    assert (data["body"]["Message"], data["body"]["MessageId"]) == ("hello", sent)
    url = plane.url("sns", "/sns")
    again = httpx.post(url, json=data["body"])
    assert again.headers["X-Pinnace-Outcome"] == "duplicate"
    confirmation = {"Type": "SubscriptionConfirmation", "TopicArn": topic, "Token": "t",
                    "SubscribeURL": "http://127.0.0.1:1/never-called"}  # fmt: skip
    confirmed = httpx.post(url, json=confirmation)
    assert (confirmed.status_code, confirmed.headers["X-Pinnace-Outcome"]) == (200, "ignored")
    assert httpx.post(url, json={**confirmation, "TopicArn": "arn:other"}).status_code == 400
    plane.store.delete(Key(EVENT_SOURCES, "default", "sns"))
    eventually(lambda: aws.subscribed(topic) == [])


def test_a_topic_that_is_not_there_is_told(plane: Plane, aws: Aws, port: int) -> None:
    topic = f"arn:aws:sns:{REGION}:123456789012:nowhere"
    plane.store.create(source(aws.url, topic, port))
    assert "nowhere" in plane.failing("sns")


@pytest.fixture
def host(certificate: bytes) -> Iterator[str]:
    """Serves the certificate, and answers a redirect to it elsewhere."""

    class Certificate(Handler):
        def do_GET(self) -> None:
            right = self.path == "/right.pem"
            content = certificate if right else b""
            self.reply(200 if right else 302, content, Location="/right.pem")

    with serving(Certificate) as port:
        yield f"http://127.0.0.1:{port}"


def test_signatures_are_validated(plane: Plane, host: str, port: int, key: Any) -> None:
    topic = MESSAGE["TopicArn"]
    spec = source(host, topic, port, validateSignature=True)
    del spec["spec"]["sns"]["example"]["webhook"]["url"]  # subscribed by hand
    plane.run(spec)
    url = plane.url("sns", "/sns")
    good = signed({**MESSAGE, "SigningCertURL": f"{host}/right.pem"}, key)
    forged = {**good, "Message": "other"}
    elsewhere = {**good, "SigningCertURL": "http://127.0.0.1:1/x.pem"}
    redirected = {**good, "SigningCertURL": f"{host}/moved.pem"}
    answers = [httpx.post(url, json=m).status_code for m in (forged, elsewhere, redirected, good)]
    assert answers == [401, 401, 503, 200]
    assert len(plane.events()) == 1
