"""A plain HTTP client that POSTs the same body over N connections for some seconds.

Runs as a process of its own (``python -m benchmarks.load``), so that it shares no interpreter with
the server that it drives. Prints JSON: answers per second, and latencies' median and p99 in ms.
"""

import asyncio
import json
import subprocess
import sys
from dataclasses import dataclass
from time import perf_counter
from urllib.parse import urlsplit

from benchmarks.report import percentile

_BODY = json.dumps({"number": 1, "text": "x" * 480}).encode()


@dataclass(frozen=True, kw_only=True)
class Load:
    """What a run came to."""

    rate: float
    p50: float
    p99: float


def drive(url: str, connections: int, seconds: float) -> Load:
    """Run the client in its own process."""
    command = [sys.executable, "-m", "benchmarks.load", url, str(connections), str(seconds)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return Load(**json.loads(done.stdout))


async def _post(url: str, deadline: float, taken: list[float]) -> None:
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    head = f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {len(_BODY)}\r\n\r\n"
    while (begun := perf_counter()) < deadline:
        writer.write(head.encode() + _BODY)
        answer = (await reader.readuntil(b"\r\n\r\n")).lower()
        if not answer.startswith(b"http/1.1 200"):
            raise SystemExit(f"{url} answered {answer[:60]!r}")
        length = answer.partition(b"content-length:")[2].partition(b"\r\n")[0]
        await reader.readexactly(int(length))
        taken.append(perf_counter() - begun)
    writer.close()


async def _run(url: str, connections: int, seconds: float) -> Load:
    await _all(url, connections, min(0.3, seconds))  # warm
    begun = perf_counter()
    taken = await _all(url, connections, seconds)
    ended = perf_counter()
    return Load(
        rate=len(taken) / (ended - begun),
        p50=1000 * percentile(taken, 0.5),
        p99=1000 * percentile(taken, 0.99),
    )


async def _all(url: str, connections: int, seconds: float) -> list[float]:
    taken: list[float] = []
    deadline = perf_counter() + seconds
    await asyncio.gather(*(_post(url, deadline, taken) for _ in range(connections)))
    return taken


if __name__ == "__main__":
    found = asyncio.run(_run(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
    print(json.dumps(vars(found)))
