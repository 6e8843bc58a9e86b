"""The Kubernetes API over HTTP: creates, gets, lists, watchers, and the memory a list takes.

How to read it: the server runs in a process of its own, as `pinnace up` has it. The baseline of
"creates" is the store's own rate (16 writers, no HTTP): a ratio of 0.5 means that HTTP, validation
and managed fields cost as much as the durable commit does. Gets and creates must not fall as
objects grow; the time of a whole list grows with its length, that of a page must not. Events
are timed from the moment the write is sent, so the write's own answer stands beside them; the
watchers share this process, whose Python reads one event at a time.
"""

import json
import ssl
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from time import perf_counter, sleep

import httpx
import psutil

from benchmarks.report import figure, median, percentile, quiet_end, rate, timed, title
from pinnace.objects.types import Object
from pinnace.store import Store

_SIZES = (100, 1_000, 10_000)
_SECONDS = 2.0
_CONNECTIONS = 16
_PAGE = 500
_WATCHERS = (1, 100)
_WRITES = 100
_MERGE = {"Content-Type": "application/merge-patch+json"}
_PLACE = "/apis/argoproj.io/v1alpha1/namespaces/default/workflows"


@dataclass(frozen=True)
class Server:
    """An API server in a process of its own."""

    url: str
    pid: int
    token: str
    trust: ssl.SSLContext

    def client(self) -> httpx.Client:
        headers = {"Authorization": f"Bearer {self.token}"}
        return httpx.Client(base_url=self.url, verify=self.trust, headers=headers, timeout=120)

    def memory(self) -> int:
        return int(psutil.Process(self.pid).memory_info().rss)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="pinnace-bench-") as folder:
        base = _store_rate(Path(folder) / "alone.db")
        with _server(Path(folder)) as server, server.client() as client:
            numbers, held = count(), 0
            for size in _SIZES:
                _fill(server, numbers, size - held)
                held = size
                title(f"api: {size:,} workflows")
                _requests(server, client, base, numbers)
                _lists(server, client, size)
            title(f"api: watchers, {held:,} workflows")
            for watchers in _WATCHERS:
                _fan_out(server, client, watchers)


def _workflow(name: str) -> Object:
    template = {"name": "main", "container": {"image": "busybox", "command": ["echo", "hello"]}}
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Workflow",
        "metadata": {"name": name, "namespace": "default", "labels": {"bench": "yes"}},
        "spec": {"entrypoint": "main", "templates": [template],
                 "arguments": {"parameters": [{"name": "p", "value": "x" * 500}]}},
        "status": {"phase": "Succeeded", "startedAt": "2026-01-01T00:00:00Z",
                   "nodes": {name: {"id": name, "phase": "Succeeded", "message": "y" * 500}}},
    }  # fmt: skip


def _store_rate(path: Path) -> float:
    numbers = count()
    with Store.open(path) as store:

        def create() -> int:
            store.create(_workflow(f"w-{next(numbers)}"))
            return 1

        return _together(create)


def _together(work: Callable[[], int]) -> float:
    """Return how often per second the connections do ``work``, all at once."""
    with ThreadPoolExecutor(_CONNECTIONS) as pool:
        return sum(pool.map(lambda _: rate(work, _SECONDS), range(_CONNECTIONS)))


@contextmanager
def _server(folder: Path) -> Iterator[Server]:
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.api_server", str(folder)], stdout=subprocess.PIPE
    )
    try:
        told = json.loads(process.stdout.readline() if process.stdout else b"{}")
        trust = ssl.create_default_context(cadata=told["authority"])
        yield Server(told["url"], process.pid, told["token"], trust)
    finally:
        process.terminate()
        process.wait(20)


def _fill(server: Server, numbers: Iterator[int], more: int) -> None:
    with server.client() as client, ThreadPoolExecutor(_CONNECTIONS) as pool:
        names = [f"w-{next(numbers):06d}" for _ in range(more)]
        list(pool.map(lambda name: _create(client, name), names))


def _create(client: httpx.Client, name: str) -> int:
    client.post(_PLACE, json=_workflow(name)).raise_for_status()
    return 1


def _requests(server: Server, client: httpx.Client, base: float, numbers: Iterator[int]) -> None:
    made: list[str] = []

    def create() -> int:
        name = f"z-{next(numbers):06d}"
        made.append(name)
        return _create(client, name)

    def get() -> int:
        client.get(f"{_PLACE}/w-000042").raise_for_status()
        return 1

    found = _together(create)
    figure(f"creates, {_CONNECTIONS} connections", found, "/s", ratio=found / base, to="the store")
    figure("gets, 1 connection", rate(get, _SECONDS), "/s")
    figure(f"gets, {_CONNECTIONS} connections", _together(get), "/s")
    with ThreadPoolExecutor(_CONNECTIONS) as pool:  # leave as many as there were
        list(pool.map(lambda name: client.delete(f"{_PLACE}/{name}"), made))


def _lists(server: Server, client: httpx.Client, size: int) -> None:
    pages: list[float] = []

    def in_pages() -> None:
        token, seen = "", 0
        while True:
            begun = perf_counter()
            found = client.get(_PLACE, params={"limit": _PAGE, "continue": token})
            pages.append(perf_counter() - begun)
            content = found.raise_for_status().json()
            seen += len(content["items"])
            token = content["metadata"].get("continue", "")
            if not token:
                break
        if seen != size:
            raise SystemExit(f"expected {size} workflows in pages, found {seen}")

    before = server.memory()
    with _highest(server) as highest:
        figure(f"list in pages of {_PAGE}", timed(in_pages), "s")
    figure("  each page, median", median(pages) * 1000, "ms")
    figure("  memory above what the server had, at most", (highest[0] - before) / 2**20, "MiB")
    before = server.memory()
    with _highest(server) as highest:
        figure("list at once", timed(lambda: client.get(_PLACE).raise_for_status()), "s")
    figure("  memory above what the server had, at most", (highest[0] - before) / 2**20, "MiB")


@contextmanager
def _highest(server: Server) -> Iterator[list[int]]:
    """Look at the server's memory every few milliseconds; the list holds the most there was."""
    highest, done = [server.memory()], threading.Event()

    def look() -> None:
        while not done.wait(0.005):
            highest[0] = max(highest[0], server.memory())

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield highest
    finally:
        done.set()
        thread.join()


def _fan_out(server: Server, client: httpx.Client, watchers: int) -> None:
    """Write one object again and again; time until each, and until the last, watcher sees it."""
    arrived: list[dict[str, float]] = [{} for _ in range(watchers)]
    revision = client.get(_PLACE, params={"limit": 1}).json()["metadata"]["resourceVersion"]
    with ExitStack() as stack:
        ended = threading.Event()
        ready = [_watch(server, stack, revision, seen, ended) for seen in arrived]
        for each in ready:
            each.wait(60)
        asked, answers = {}, []
        for number in range(_WRITES):
            patch = {"metadata": {"labels": {"n": str(number)}}}
            begun = perf_counter()
            changed = client.patch(f"{_PLACE}/w-000001", json=patch, headers=_MERGE)
            answers.append(perf_counter() - begun)
            asked[changed.raise_for_status().json()["metadata"]["resourceVersion"]] = begun
            sleep(0.02)
        _settle(arrived, asked)
        ended.set()
    all_of_them = [seen[version] - begun for version, begun in asked.items() for seen in arrived]
    last = [max(seen[version] for seen in arrived) - begun for version, begun in asked.items()]
    for share in (0.5, 0.99):
        name = f"{watchers} watchers, p{share * 100:.0f}"
        figure(f"write answered, {name}", percentile(answers, share) * 1000, "ms")
        figure(f"event at a watcher, {name}", percentile(all_of_them, share) * 1000, "ms")
        figure(f"event at the last watcher, {name}", percentile(last, share) * 1000, "ms")


def _settle(arrived: list[dict[str, float]], asked: dict[str, float]) -> None:
    deadline = perf_counter() + 30
    while any(not asked.keys() <= seen.keys() for seen in arrived):
        if perf_counter() > deadline:
            raise SystemExit("events did not arrive within 30 s")
        sleep(0.01)


def _watch(
    server: Server,
    stack: ExitStack,
    revision: str,
    seen: dict[str, float],
    ended: threading.Event,
) -> threading.Event:
    """Watch on a thread; note when each revision arrives. Returns what is set once it watches."""
    ready, client = threading.Event(), stack.enter_context(server.client())
    opened = stack.enter_context(
        client.stream("GET", _PLACE, params={"watch": "true", "resourceVersion": revision})
    )

    def read() -> None:
        ready.set()
        try:
            for line in opened.iter_lines():
                version = line.rpartition('"resourceVersion":"')[2].partition('"')[0]
                seen[version] = perf_counter()
        except (httpx.HTTPError, httpx.StreamError, OSError) as error:
            if not ended.is_set():
                print(f"a watcher failed: {error!r}", file=sys.stderr)

    threading.Thread(target=read, daemon=True).start()
    return ready


if __name__ == "__main__":
    with quiet_end():
        main()
