"""From an HTTP delivery to a Workflow: durable ingest, latency, and many Sensors.

How to read it: the baseline of "ingest" is the same uvicorn server with a Starlette application
that reads the body, answers 200 and stores nothing; a ratio of 0.5 means that building the event
and having it on disk costs as much as HTTP does. "on disk → visible" is the time from an event's
commit to its Workflows at a watcher of the store, idle; the baseline is creating them directly.
"N sensors": each event concerns 3 of them, so rate and latency must not fall as N grows.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from time import perf_counter
from uuid import uuid4

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from benchmarks.load import drive
from benchmarks.report import figure, median, percentile, quiet_end, title
from benchmarks.scene import Bus, bus, temporary_store
from benchmarks.waiting import create_and_await
from pinnace.bus import Event
from pinnace.eventsources.http.server import Server
from pinnace.objects.kinds import ENDPOINTS, EVENT_SOURCES, SENSORS, WORKFLOWS
from pinnace.objects.meta import condition
from pinnace.objects.types import Object
from pinnace.store import Store, Subscription

_API = "argoproj.io/v1alpha1"
_CONNECTIONS = (1, 16, 64)
_SECONDS = 3.0
_SENSORS = (3, 100, 1_000)
_CONCERNED = 3
_ONE_BY_ONE = 200
_BURST = 500


def main() -> None:
    """Measure and print."""
    _ingest()
    _latency()
    _many_sensors()


# -- ingest ---------------------------------------------------------------------------------------


def _ingest() -> None:
    title("events: durable ingest through a webhook EventSource, 500-byte bodies")
    with _plain_server() as plain, bus() as scene, _webhook(scene) as hook:
        for connections in _CONNECTIONS:
            least = drive(plain, connections, _SECONDS)
            found = drive(hook, connections, _SECONDS)
            figure(f"baseline: 200 at once, {connections} connections", least.rate, "/s")
            text = f"durable, {connections} connections"
            figure(text, found.rate, "/s", ratio=found.rate / least.rate, to="plain 200")
            figure(f"durable, {connections} connections: p50", found.p50, "ms")
            figure(f"durable, {connections} connections: p99", found.p99, "ms")


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
def _webhook(scene: Bus) -> Iterator[str]:
    call = {"port": str(_free_port()), "endpoint": "/x", "method": "POST", "url": ""}
    metadata = {"name": "hooks", "namespace": "default"}
    source = {"apiVersion": _API, "kind": "EventSource", "metadata": metadata,
              "spec": {"webhook": {"call": call}}}  # fmt: skip
    create_and_await(scene.store, EVENT_SOURCES, [source], _is_deployed)
    endpoints = scene.store.get(ENDPOINTS, "default", "hooks-eventsource-svc")
    yield f"http://127.0.0.1:{endpoints['subsets'][0]['ports'][0]['port']}/x"


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def _is_deployed(obj: Object) -> bool:
    return (condition(obj, "Deployed") or {}).get("status") == "True"


# -- from the journal to a Workflow ---------------------------------------------------------------


def _workflow() -> Object:
    parameters = [{"name": "number", "value": ""}]
    return {"apiVersion": _API, "kind": "Workflow", "metadata": {"generateName": "w-"},
            "spec": {"arguments": {"parameters": parameters}}}  # fmt: skip


def _sensor(number: int) -> Object:
    subject = f"call-{number // _CONCERNED}"
    parameter = {
        "src": {"dependencyName": "call", "dataKey": "body.number"},
        "dest": "spec.arguments.parameters.0.value",
    }
    action = {"operation": "submit", "source": {"resource": _workflow()}, "parameters": [parameter]}
    return {
        "apiVersion": _API, "kind": "Sensor",
        "metadata": {"name": f"s-{number}", "namespace": "default"},
        "spec": {
            "dependencies": [{"name": "call", "eventSourceName": "hooks", "eventName": subject}],
            "triggers": [{"template": {"name": "train", "argoWorkflow": action}}],
        },
    }  # fmt: skip


def _event(group: int) -> Event:
    return Event(
        id=uuid4().hex, source="hooks", type="webhook", subject=f"call-{group}",
        time=datetime.now(UTC), data=b'{"body": {"number": 7}}',
    )  # fmt: skip


class _Arrivals:
    """When Workflows came to a watcher's eyes, seen on a thread of its own."""

    def __init__(self, store: Store) -> None:
        self._seen: Subscription = store.watch(WORKFLOWS)
        self._ready = threading.Condition()
        self._times: list[float] = []
        threading.Thread(target=self._follow, daemon=True).start()

    def _follow(self) -> None:
        for change in self._seen:
            if change.type == "ADDED":
                with self._ready:
                    self._times.append(perf_counter())
                    self._ready.notify_all()

    def take(self, wanted: int) -> list[float]:
        """Wait for so many arrivals and return when they were."""
        with self._ready:
            if not self._ready.wait_for(lambda: len(self._times) >= wanted, timeout=60):
                raise SystemExit(f"{len(self._times)} of {wanted} Workflows came within 60 s")
            taken, self._times = self._times, []
            return taken

    def close(self) -> None:
        self._seen.close()


def _one_by_one(scene: Bus, arrivals: _Arrivals, groups: int) -> list[float]:
    """Return the seconds from each event's commit to the last of its Workflows."""
    found = []
    for number in range(_ONE_BY_ONE):
        stored: list[float] = []
        future = scene.journal.append(_event(number % groups))
        future.add_done_callback(partial(_note, stored))
        found.append(arrivals.take(_CONCERNED)[-1] - stored[0])
    return found


def _note(times: list[float], _: object) -> None:
    times.append(perf_counter())


def _latency() -> None:
    title("events: an event on disk → its 3 Workflows visible to a watcher, one event at a time")
    with temporary_store() as store:
        arrivals = _Arrivals(store)
        direct = []
        for _ in range(_ONE_BY_ONE):
            begun = perf_counter()
            store.transact(lambda tx: [tx.create(_workflow()) for _ in range(_CONCERNED)])
            direct.append(arrivals.take(_CONCERNED)[-1] - begun)
        arrivals.close()
    least = 1000 * median(direct)
    figure("baseline: 3 Workflows created directly, p50", least, "ms")
    with _sensors(_CONCERNED) as (scene, arrivals):
        found = _one_by_one(scene, arrivals, 1)
    p50 = 1000 * median(found)
    figure("event on disk → visible, p50", p50, "ms", ratio=p50 / least, to="direct")
    figure("event on disk → visible, p99", 1000 * percentile(found, 0.99), "ms")


@contextmanager
def _sensors(count: int) -> Iterator[tuple[Bus, _Arrivals]]:
    with bus() as scene:
        made = [_sensor(number) for number in range(count)]
        create_and_await(scene.store, SENSORS, made, _is_deployed)
        arrivals = _Arrivals(scene.store)
        try:
            yield scene, arrivals
        finally:
            arrivals.close()


def _many_sensors() -> None:
    title(f"events: each concerns {_CONCERNED} of N sensors")
    first_rate = first_p50 = 0.0
    for count in _SENSORS:
        groups = count // _CONCERNED
        begun = perf_counter()
        with _sensors(count) as (scene, arrivals):
            ready = perf_counter() - begun
            p50 = 1000 * median(_one_by_one(scene, arrivals, groups))
            begun = perf_counter()
            for number in range(_BURST):
                scene.journal.append(_event(number % groups))
            arrivals.take(_BURST * _CONCERNED)
            rate = _BURST / (perf_counter() - begun)
        first_rate, first_p50 = first_rate or rate, first_p50 or p50
        to = f"{_SENSORS[0]} sensors"
        figure(f"{count:,} sensors: created and ready", 1000 * ready / count, "ms/sensor")
        figure(f"{count:,} sensors: p50", p50, "ms", ratio=p50 / first_p50, to=to)
        figure(f"{count:,} sensors: burst", rate, "events/s", ratio=rate / first_rate, to=to)


if __name__ == "__main__":
    with quiet_end():
        main()
