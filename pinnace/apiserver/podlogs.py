"""Logs of a Pod's containers: which container, since when, and the stream of lines.

The reading itself is injected (the pods room's). Mirrors
k8s.io/kubernetes/pkg/registry/core/pod/strategy.go (LogLocation) and the kubelet's messages.
"""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from concurrent.futures import CancelledError
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from pinnace.apiserver.options import flag, number
from pinnace.apiserver.streaming import Wakeup
from pinnace.objects.clock import parse_rfc3339
from pinnace.objects.errors import BadRequest, PinnaceError
from pinnace.objects.meta import name_of
from pinnace.objects.types import Object

_QUEUED = 64
_FIRST = 0.25  # how long an error may take to become a status instead of an empty log


@dataclass(frozen=True, kw_only=True)
class LogOptions:
    """What of a log is wanted; ``stopping`` is set when nobody reads any more."""

    follow: bool = False
    previous: bool = False
    timestamps: bool = False
    tail: int | None = None
    since: datetime | None = None
    limit: int | None = None
    stopping: threading.Event = field(default_factory=threading.Event)


class ReadLog(Protocol):
    """Reads the log of one container, line by line; called on a thread of its own."""

    def __call__(self, pod: Object, container: str, options: LogOptions) -> Iterator[bytes]:
        """Yield the log; a follower goes on until the container ends or ``stopping`` is set."""
        ...


def log_options(query: Mapping[str, str], now: datetime) -> LogOptions:
    """Read a log request's query; raises BadRequest."""
    seconds, instant = number(query, "sinceSeconds"), query.get("sinceTime", "")
    if seconds is not None and instant:
        raise BadRequest("sinceSeconds and sinceTime: at most one may be specified")
    try:
        since = parse_rfc3339(instant) if instant else None
    except ValueError as error:
        raise BadRequest(f"sinceTime: {error}") from error
    if seconds is not None:
        since = now - timedelta(seconds=min(seconds, 10**9))
    return LogOptions(
        follow=flag(query, "follow"),
        previous=flag(query, "previous"),
        timestamps=flag(query, "timestamps"),
        tail=number(query, "tailLines"),
        since=since,
        limit=number(query, "limitBytes"),
    )


def _names(pod: Object, field_: str) -> list[str]:
    return [str(c.get("name")) for c in (pod.get("spec") or {}).get(field_) or ()]


def choose_container(pod: Object, asked: str) -> str:
    """Return the container whose log is meant; raises BadRequest as the API server does."""
    mains, inits = _names(pod, "containers"), _names(pod, "initContainers")
    if asked:
        if asked not in (*mains, *inits, *_names(pod, "ephemeralContainers")):
            raise BadRequest(f"container {asked} is not valid for pod {name_of(pod)}")
        return asked
    if len(mains) == 1:
        return mains[0]
    message = (
        f"a container name must be specified for pod {name_of(pod)}, "
        f"choose one of: [{' '.join(mains)}]"
    )
    if inits:
        message += f" or one of the init containers: [{' '.join(inits)}]"
    raise BadRequest(message)


def check_started(pod: Object, container: str, *, previous: bool) -> None:
    """Refuse the log of a container that has not run (or not run before); raises BadRequest."""
    status = pod.get("status") or {}
    entries = [
        entry
        for name in ("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses")
        for entry in status.get(name) or ()
    ]
    found: dict[str, Any] = next((e for e in entries if e.get("name") == container), {})
    ended_before = (found.get("lastState") or {}).get("terminated")
    waiting = (found.get("state") or {}).get("waiting")
    where = f'container "{container}" in pod "{name_of(pod)}"'
    if previous and not ended_before:
        raise BadRequest(f"previous terminated {where} not found")
    if waiting is not None and not ended_before:
        raise BadRequest(f"{where} is waiting to start: {waiting.get('reason') or 'Unknown'}")


class LogStream:
    """Pumps a log from its thread into the event loop, no faster than the client reads."""

    def __init__(self, read: Callable[[], Iterator[bytes]], options: LogOptions, wakeup: Wakeup):
        self._read, self._options, self._wakeup = read, options, wakeup
        self._queue: asyncio.Queue[bytes | PinnaceError | None] = asyncio.Queue(_QUEUED)
        self._loop = asyncio.get_running_loop()
        self._first: bytes | None = b""

    async def begin(self) -> None:
        """Start reading; an error that comes at once is raised, as a status can still be sent."""
        threading.Thread(target=self._pump, name="pod-log", daemon=True).start()
        with contextlib.suppress(TimeoutError):
            first = await asyncio.wait_for(self._queue.get(), _FIRST)
            if isinstance(first, PinnaceError):
                raise first
            self._first = first

    def close(self) -> None:
        """Tell the reading thread to end."""
        self._options.stopping.set()

    def _pump(self) -> None:
        try:
            for line in self._read():
                if self._options.stopping.is_set() or not self._put(line):
                    return
            self._put(None)
        except PinnaceError as error:
            self._put(error)
        except OSError as error:  # the log went away under the reader
            self._put(BadRequest(f"the log can't be read: {error}"))

    def _put(self, item: bytes | PinnaceError | None) -> bool:
        with contextlib.suppress(RuntimeError, CancelledError):  # the loop has closed
            future = asyncio.run_coroutine_threadsafe(self._queue.put(item), self._loop)
            while not self._options.stopping.is_set():
                with contextlib.suppress(TimeoutError):
                    future.result(0.5)
                    return True
            future.cancel()
        return False

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the log in chunks, at most ``limit`` bytes in all."""
        left = self._options.limit if self._options.limit is not None else 1 << 62
        item: bytes | PinnaceError | None = self._first
        while isinstance(item, bytes) and left > 0 and not self._wakeup.ended:
            if item:
                yield item[:left]
                left -= len(item)
            item = await self._next()
        if isinstance(item, PinnaceError):
            yield f"{item}\n".encode()

    async def _next(self) -> bytes | PinnaceError | None:
        waiting = asyncio.ensure_future(self._queue.get())
        while not self._wakeup.ended:
            done, _ = await asyncio.wait([waiting], timeout=0.5)
            if done:
                return waiting.result()
        waiting.cancel()
        return None
