"""awsLambda triggers against a server that answers as Amazon's API does."""

from collections.abc import Iterator
from typing import ClassVar

import pytest

from tests.http_server import Handler, serving
from tests.integration.eventsources.conftest import secret
from tests.integration.sensors.notifying import PAYLOAD, trigger
from tests.integration.sensors.scene import Scene, sensor


class Lambda(Handler):
    """Invokes nothing; a function whose name says so fails."""

    received: ClassVar[list[tuple[str, str, bytes]]] = []

    def do_POST(self) -> None:
        kind = self.headers["X-Amz-Invocation-Type"]
        self.received.append((self.path, kind, self.body()))
        assert "Credential=id/" in self.headers["Authorization"]
        failed = {"X_Amz_Function_Error": "Unhandled"} if "fails" in self.path else {}
        self.reply(202 if kind == "Event" else 200, b"{}", **failed)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, str, bytes]]]:
    """Yield what the functions were sent: path, kind of invocation and payload."""
    Lambda.received.clear()
    with serving(Lambda) as port:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}")
        yield Lambda.received


def test_lambda_invokes_a_function(scene: Scene, aws: list[tuple[str, str, bytes]]) -> None:
    scene.store.create(secret("aws", id="id", key="key"))
    action = {
        "functionName": "hello", "region": "us-east-1", "payload": PAYLOAD,
        "invocationType": "Event", "accessKey": {"name": "aws", "key": "id"},
        "secretKey": {"name": "aws", "key": "key"},
    }  # fmt: skip
    strict = {"policy": {"status": {"allow": [200]}}}
    fails = {**action, "functionName": "fails", "invocationType": ""}
    for number, (spec, more) in enumerate([(action, {}), (action, strict), (fails, {})]):
        scene.add(sensor(f"s{number}", triggers=[trigger("awsLambda", spec, **more)]))
    rows = {row.sensor: row for row in scene.settled(scene.post("7"), count=3)}
    assert ("/2015-03-31/functions/hello/invocations", "Event", b'{"number":"7"}') in aws
    assert rows["s0"].message == "function hello: status 202"
    assert rows["s1"].message.endswith("http response status 202 is not allowed")
    assert rows["s2"].message == "function fails: Unhandled: {}"
