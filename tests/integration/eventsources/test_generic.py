"""The generic source against a gRPC server of upstream's protocol."""

from typing import Any

from tests.eventually import eventually
from tests.integration.eventsources.conftest import Plane, event_source, secret
from tests.integration.eventsources.eventing import Eventing, serving


def source(port: int, **more: Any) -> Any:
    spec = {"url": f"127.0.0.1:{port}", "config": "key: value\n", "insecure": True, **more}
    return event_source("generic", {"generic": {"example": spec}})


def test_events_of_a_stream_with_a_token(plane: Plane, port: int) -> None:
    handler = Eventing(token="tok")
    with serving(handler, port):
        plane.store.create(source(port, jsonBody=True, metadata={"a": "b"}))
        problem = f"gRPC server at 127.0.0.1:{port}: UNAUTHENTICATED: no such token"
        eventually(lambda: problem in plane.condition("generic").get("message", ""))
        plane.store.create(secret("generic", token="tok\n"))
        auth = {"authSecret": {"name": "generic", "key": "token"}}
        plane.replace("generic", lambda _: source(port, jsonBody=True, metadata={"a": "b"}, **auth))
        plane.listening("generic")
        for payload in (b'{"n": 1}', b"no json", b""):
            handler.events.put(payload)
        handler.events.put(b'{"n": 2}')
        eventually(lambda: len(plane.events()) == 2)
    assert [data["body"] for data in plane.data()] == [{"n": 1}, {"n": 2}]
    assert plane.data()[0]["metadata"] == {"a": "b"}
    assert plane.events()[0].type == "generic"
    assert len(plane.journal.rejections()) == 2
    (request,) = handler.requests
    assert (request.name, request.config) == ("example", b"key: value\n")


def test_a_stream_that_ends_and_a_server_that_restarts(plane: Plane, port: int) -> None:
    handler = Eventing()
    plane.store.create(source(port))
    eventually(lambda: ": no connection" in plane.condition("generic").get("message", ""))
    with serving(handler, port):
        plane.listening("generic")
        handler.events.put(b"\x00\xff")
        handler.events.put(None)
        handler.events.put(b"after")
        eventually(lambda: len(plane.events()) == 2)
    eventually(lambda: plane.condition("generic")["status"] == "False")
    handler = Eventing()
    with serving(handler, port):
        handler.events.put(b"x" * 1_000_000)
        eventually(lambda: len(plane.events()) == 3)
    assert [data["body"][:8] for data in plane.data()] == ["AP8=", "YWZ0ZXI=", "eHh4eHh4"]


def test_tls_is_the_default(plane: Plane, port: int) -> None:
    with serving(Eventing(), port):
        plane.store.create(source(port, insecure=False))
        eventually(lambda: "insecure is not set" in plane.condition("generic").get("message", ""))
