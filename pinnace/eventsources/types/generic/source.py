"""The stream of a ``generic`` event: asked for again whenever it ends."""

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import monotonic
from typing import Any

import grpc

from pinnace.eventsources.emission import Items, ListenContext
from pinnace.eventsources.messages import (
    BATCH,
    CONNECT_SECONDS,
    IDLE_SECONDS,
    check_required,
    drained,
    message,
    place,
)
from pinnace.eventsources.spec import EventSpec
from pinnace.eventsources.types.generic import wire
from pinnace.objects.errors import Transient

_OPTIONS = [
    # an idle connection is tried this often, so that a server that vanished is noticed
    ("grpc.keepalive_time_ms", 30_000),
    # else a new channel waits as long as the last one to that address would
    ("grpc.use_local_subchannel_pool", 1),
]


def check(spec: EventSpec) -> None:
    """Refuse what upstream's validation refuses; raises Invalid."""
    check_required(spec, {"url": "host:port of a gRPC server", "config": "a text for the server"})


class _Stream:
    """One call, read by a thread of its own, because gRPC waits without looking for a stop."""

    def __init__(self, call: Any) -> None:
        self._call = call
        self._inbox: queue.Queue[bytes | Exception] = queue.Queue(BATCH)
        self._thread = threading.Thread(target=self._read, name="grpc-stream", daemon=True)
        self._thread.start()

    def _read(self) -> None:
        try:
            for event in self._call:
                self._inbox.put(wire.decode(event)[1])
        except grpc.RpcError as error:
            self._inbox.put(error)
        except ValueError as error:
            self._inbox.put(error)
        else:
            self._inbox.put(Transient("the server ended the stream"))

    def get(self, wait: float) -> bytes | Exception | None:
        """Return the next payload, or how the stream ended, or None when there is nothing."""
        try:
            return self._inbox.get(block=wait > 0, timeout=wait or None)
        except queue.Empty:
            return None

    def close(self) -> None:
        """Cancel the call; the reader may be waiting for room in the inbox."""
        self._call.cancel()
        while self._thread.is_alive():
            self.get(0)
            self._thread.join(0.01)


def listen(context: ListenContext) -> Items:
    """Yield an event for each that the server sends; the protocol knows no acknowledgement."""
    spec = context.spec
    declared = str(spec.at("url"))
    address = context.resolve(declared)
    where = place("gRPC server", declared, address)
    with _stream(context, address, where) as stream:
        found = drained(stream.get)  # a refusal comes at once
        if not any(isinstance(one, Exception) for one in found):
            context.listening()
        while True:
            payloads = [one for one in found if isinstance(one, bytes)]
            yield tuple(message(spec, {}, payload) for payload in payloads)
            for problem in found:
                if isinstance(problem, Exception):
                    raise Transient(f"{where}: {_reason(problem)}") from problem
            if context.stopping.is_set():
                return
            found = drained(stream.get)


@contextmanager
def _stream(context: ListenContext, address: str, where: str) -> Iterator[_Stream]:
    spec = context.spec
    with _channel(address, secure=not spec.at("insecure")) as channel:
        _wait(context, channel, where)
        start = channel.unary_stream(
            wire.METHOD, request_serializer=None, response_deserializer=None
        )
        request = wire.encode(spec.event, str(spec.at("config")).encode())
        stream = _Stream(start(request, metadata=_metadata(context)))
        try:
            yield stream
        finally:
            stream.close()


def _channel(address: str, *, secure: bool) -> grpc.Channel:
    if secure:
        return grpc.secure_channel(address, grpc.ssl_channel_credentials(), _OPTIONS)
    return grpc.insecure_channel(address, _OPTIONS)


def _wait(context: ListenContext, channel: grpc.Channel, where: str) -> None:
    """Wait for the connection; raises Transient when it fails or does not come in time."""
    states: queue.SimpleQueue[grpc.ChannelConnectivity] = queue.SimpleQueue()
    channel.subscribe(states.put, try_to_connect=True)
    deadline = monotonic() + CONNECT_SECONDS
    problem = f"no connection within {CONNECT_SECONDS:.0f} s"
    try:
        while monotonic() < deadline and not context.stopping.is_set():
            with suppress(queue.Empty):
                state = states.get(timeout=IDLE_SECONDS)
                if state == grpc.ChannelConnectivity.READY:
                    return
                if state == grpc.ChannelConnectivity.TRANSIENT_FAILURE:
                    problem = "no connection"
                    break
    finally:
        channel.unsubscribe(states.put)
    hint = "" if context.spec.at("insecure") else " (with TLS: insecure is not set)"
    raise Transient(f"{where}: {problem}{hint}")


def _metadata(context: ListenContext) -> tuple[tuple[str, str], ...]:
    if not context.spec.at("authSecret"):
        return ()
    return (("authorization", f"Bearer {context.secret('authSecret')}"),)


def _reason(problem: Exception) -> str:
    if isinstance(problem, grpc.RpcError) and isinstance(problem, grpc.Call):
        return f"{problem.code().name}: {problem.details()}"
    return str(problem)
