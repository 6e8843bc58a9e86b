"""A plain HTTP client that POSTs the same body over N connections for some seconds.

Runs as a process of its own (``python -m benchmarks.load``), so that it shares no interpreter with
the server that it drives. Prints JSON: answers per second, and latencies' median and p99 in ms.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from urllib.parse import urlsplit

from benchmarks.report import percentile

KILOBYTE = 1000


@dataclass(frozen=True, kw_only=True)
class Load:
    """What a run came to."""

    rate: float
    p50: float
    p99: float


def drive(url: str, connections: int, seconds: float, size: int = KILOBYTE) -> Load:
    """Run the client in its own process, with bodies of ``size`` bytes of JSON."""
    done = subprocess.run(
        _command(url, connections, seconds, size, 0), check=True, capture_output=True, text=True
    )
    return Load(**json.loads(done.stdout))


@contextmanager
def driven(url: str, connections: int, pace: float = 0) -> Iterator[None]:
    """Run the client beside what the block does; ``pace``: so many a second, 0 for all it can."""
    command = _command(url, connections, 3600, KILOBYTE, pace)
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as client:
        try:
            yield
        finally:
            client.kill()


def _command(url: str, connections: int, seconds: float, size: int, pace: float) -> list[str]:
    given = (url, connections, seconds, size, pace)
    return [sys.executable, "-m", "benchmarks.load", *map(str, given)]


@dataclass(frozen=True, kw_only=True)
class _Client:
    url: str
    body: bytes
    every: float  # seconds between two requests of one connection, 0 for none

    async def post(self, deadline: float, taken: list[float]) -> None:
        parts = urlsplit(self.url)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        head = f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {len(self.body)}\r\n\r\n"
        request = head.encode() + self.body
        while (begun := perf_counter()) < deadline:
            writer.write(request)
            answer = (await reader.readuntil(b"\r\n\r\n")).lower()
            if not answer.startswith(b"http/1.1 200"):
                raise SystemExit(f"{self.url} answered {answer[:60]!r}")
            length = answer.partition(b"content-length:")[2].partition(b"\r\n")[0]
            await reader.readexactly(int(length))
            taken.append(perf_counter() - begun)
            if self.every:
                await asyncio.sleep(max(0.0, begun + self.every - perf_counter()))
        writer.close()

    async def run(self, connections: int, seconds: float) -> Load:
        await self._all(connections, min(0.3, seconds))  # warm
        begun = perf_counter()
        taken = await self._all(connections, seconds)
        ended = perf_counter()
        return Load(
            rate=len(taken) / (ended - begun),
            p50=1000 * percentile(taken, 0.5),
            p99=1000 * percentile(taken, 0.99),
        )

    async def _all(self, connections: int, seconds: float) -> list[float]:
        taken: list[float] = []
        deadline = perf_counter() + seconds
        await asyncio.gather(*(self.post(deadline, taken) for _ in range(connections)))
        return taken


def _body(size: int) -> bytes:
    """Return JSON of about that size, in the shape of a push: many small fields."""
    commits = [{"id": f"{n:040x}", "message": f"commit {n}", "distinct": True, "added": ["a.py"]}
               for n in range(max(1, size // 116))]  # fmt: skip
    text = json.dumps({"number": 1, "commits": commits})
    return text.encode() + b" " * max(0, size - len(text))


if __name__ == "__main__":
    url, connections, seconds, size, pace = sys.argv[1:]
    every = int(connections) / float(pace) if float(pace) else 0.0
    client = _Client(url=url, body=_body(int(size)), every=every)
    print(json.dumps(vars(asyncio.run(client.run(int(connections), float(seconds))))))
