"""A gRPC server of upstream's ``Eventing.StartEventSource``, with real protobuf messages."""

import queue
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import grpc
import pytest

# it comes with the trainer's TensorFlow
descriptor_pb2 = pytest.importorskip("google.protobuf.descriptor_pb2")
pool_module = pytest.importorskip("google.protobuf.descriptor_pool")
factory = pytest.importorskip("google.protobuf.message_factory")


def messages() -> tuple[Any, Any]:
    """Return the classes of pkg/eventsources/sources/generic/generic.proto."""
    file = descriptor_pb2.FileDescriptorProto(
        name="generic.proto", package="generic", syntax="proto3"
    )
    kinds = descriptor_pb2.FieldDescriptorProto
    for name, second in (("EventSource", "config"), ("Event", "payload")):
        message = file.message_type.add(name=name)
        message.field.add(name="name", number=1, type=kinds.TYPE_STRING, label=1)
        message.field.add(name=second, number=2, type=kinds.TYPE_BYTES, label=1)
    pool = pool_module.DescriptorPool()
    pool.Add(file)
    return (
        factory.GetMessageClass(pool.FindMessageTypeByName("generic.EventSource")),
        factory.GetMessageClass(pool.FindMessageTypeByName("generic.Event")),
    )


EventSource, Event = messages()


class Eventing(grpc.GenericRpcHandler):
    """Sends what the test puts into ``events``; None ends the stream."""

    def __init__(self, token: str = "") -> None:
        self.token = token
        self.requests: list[Any] = []
        self.events: queue.Queue[bytes | None] = queue.Queue()

    def service(self, details: Any) -> Any:
        if details.method != "/generic.Eventing/StartEventSource":
            return None
        return grpc.unary_stream_rpc_method_handler(
            self._start,
            request_deserializer=EventSource.FromString,
            response_serializer=Event.SerializeToString,
        )

    def _start(self, request: Any, context: grpc.ServicerContext) -> Iterator[Any]:
        headers = {str(key): value for key, value in context.invocation_metadata()}
        if self.token and headers.get("authorization") != f"Bearer {self.token}":
            context.abort(grpc.StatusCode.UNAUTHENTICATED, "no such token")
        self.requests.append(request)
        while context.is_active():
            try:
                payload = self.events.get(timeout=0.05)
            except queue.Empty:
                continue
            if payload is None:
                return
            yield Event(name=request.name, payload=payload)


@contextmanager
def serving(handler: Eventing, port: int) -> Iterator[None]:
    server = grpc.server(ThreadPoolExecutor(4))
    server.add_generic_rpc_handlers((handler,))
    assert server.add_insecure_port(f"127.0.0.1:{port}") == port
    server.start()
    try:
        yield
    finally:
        server.stop(0.2).wait()
