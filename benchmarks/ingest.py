"""Durable ingest through a webhook EventSource, beside a server that stores nothing.

How to read it: the first baseline is the same HTTP server with a Starlette application that reads
the body and answers 200; a ratio of 0.5 means that checking and building the event and having it
on disk costs as much as HTTP does. The second is writing and syncing the same bytes to a file, one
delivery after another. "CPU" is processor time of the serving process for each delivery: the figure
to compare on a machine that does other things, too.
"""

import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import process_time

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from benchmarks.load import KILOBYTE, drive
from benchmarks.report import figure, rate, title
from benchmarks.scene import Bus, bus
from benchmarks.waiting import create_and_await
from pinnace.eventsources.http.server import Server
from pinnace.objects.kinds import ENDPOINTS, EVENT_SOURCES
from pinnace.objects.meta import condition
from pinnace.objects.types import Object

_CONNECTIONS = (1, 16, 256)
_SIZES = (KILOBYTE, 100 * KILOBYTE)
_SECONDS = 1.5
_ROUNDS = 2  # the servers take turns, so that both meet the machine's good and bad moments


@dataclass(frozen=True, kw_only=True)
class _Found:
    rate: float
    p50: float
    p99: float
    cpu: float  # microseconds for each delivery


def measure() -> None:
    """Measure and print."""
    with _plain_server() as plain, bus() as scene, webhook(scene) as hook:
        for size in _SIZES:
            title(f"events: durable ingest through a webhook, bodies of {size // KILOBYTE} kB")
            synced = _synced_appends(size)
            figure("baseline: append + fsync, one after another", synced, "/s")
            for connections in _CONNECTIONS:
                least, found = _in_turns((plain, hook), connections, size)
                _show(connections, least, found, synced)


def _show(connections: int, least: _Found, found: _Found, synced: float) -> None:
    many = f"{connections} connection{'s' if connections > 1 else ''}"
    figure(f"baseline: 200 at once, {many}", least.rate, "/s")
    figure(f"durable, {many}", found.rate, "/s", ratio=found.rate / least.rate, to="plain 200")
    figure(f"durable, {many}", found.rate, "/s", ratio=found.rate / synced, to="append + fsync")
    figure(f"durable, {many}: p50", found.p50, "ms", ratio=found.p50 / least.p50, to="plain 200")
    figure(f"durable, {many}: p99", found.p99, "ms", ratio=found.p99 / least.p99, to="plain 200")
    figure(f"durable, {many}: CPU", found.cpu, "µs", ratio=found.cpu / least.cpu, to="plain 200")


def _in_turns(urls: tuple[str, str], connections: int, size: int) -> tuple[_Found, _Found]:
    rounds = [[_driven(url, connections, size) for url in urls] for _ in range(_ROUNDS)]
    first, second = (_mean([each[n] for each in rounds]) for n in range(2))
    return first, second


def _driven(url: str, connections: int, size: int) -> _Found:
    begun = process_time()
    load = drive(url, connections, _SECONDS, size)
    cpu = 1e6 * (process_time() - begun) / (load.rate * (_SECONDS + 0.3))  # 0.3: it warms up
    return _Found(rate=load.rate, p50=load.p50, p99=load.p99, cpu=cpu)


def _mean(found: list[_Found]) -> _Found:
    count = len(found)
    return _Found(
        rate=sum(each.rate for each in found) / count,
        p50=sum(each.p50 for each in found) / count,
        p99=sum(each.p99 for each in found) / count,
        cpu=sum(each.cpu for each in found) / count,
    )


def _synced_appends(size: int) -> float:
    data = b"x" * size
    with tempfile.TemporaryDirectory(prefix="pinnace-bench-") as folder:
        file = os.open(f"{folder}/log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

        def append() -> int:
            os.write(file, data)
            os.fdatasync(file)
            return 1

        try:
            return rate(append, _SECONDS)
        finally:
            os.close(file)


@contextmanager
def _plain_server() -> Iterator[str]:
    async def answer(request: Request) -> PlainTextResponse:
        await request.body()
        return PlainTextResponse("success")

    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    listening.listen(1024)
    port = listening.getsockname()[1]
    app = Starlette(routes=[Route("/x", answer, methods=["POST"])])
    server = Server(app, listening, name="plain")
    server.start()
    try:
        yield f"http://127.0.0.1:{port}/x"
    finally:
        server.stop()


@contextmanager
def webhook(scene: Bus) -> Iterator[str]:
    """Run a webhook EventSource ``calls``; yields its URL."""
    call = {"port": str(_free_port()), "endpoint": "/x", "method": "POST", "url": ""}
    metadata = {"name": "calls", "namespace": "default"}
    source = {"apiVersion": "argoproj.io/v1alpha1", "kind": "EventSource", "metadata": metadata,
              "spec": {"webhook": {"call": call}}}  # fmt: skip
    create_and_await(scene.store, EVENT_SOURCES, [source], is_deployed)
    endpoints = scene.store.get(ENDPOINTS, "default", "calls-eventsource-svc")
    yield f"http://127.0.0.1:{endpoints['subsets'][0]['ports'][0]['port']}/x"


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def is_deployed(obj: Object) -> bool:
    """Tell whether an EventSource or Sensor runs."""
    return (condition(obj, "Deployed") or {}).get("status") == "True"
