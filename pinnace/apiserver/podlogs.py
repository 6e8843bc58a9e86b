"""Logs of a Pod's containers: which container, since when, and the stream of lines.

The reading itself is injected (the pods room's). Mirrors
k8s.io/kubernetes/pkg/registry/core/pod/strategy.go (LogLocation) and the kubelet's messages.
"""

import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from pinnace.apiserver.options import flag, number
from pinnace.apiserver.streaming import Wakeup
from pinnace.objects.clock import parse_rfc3339
from pinnace.objects.errors import BadRequest, PinnaceError
from pinnace.objects.meta import name_of
from pinnace.objects.types import Object

_BUFFERED = 256 * 1024
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

    def __call__(self, pod: Object, container: str, options: LogOptions, /) -> Iterator[bytes]:
        """Yield the log; a follower goes on until the container ends or ``stopping`` is set.

        Raises BadRequest when the container has no log (yet).
        """
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


class LogStream:
    """Pumps a log from its thread into the event loop, no faster than the client reads."""

    def __init__(
        self, read: Callable[[], Iterator[bytes]], options: LogOptions, wakeup: Wakeup
    ) -> None:
        self._read, self._options, self._wakeup = read, options, wakeup
        self._changed = threading.Condition()
        self._buffer = bytearray()
        self._ended = False
        self._error: PinnaceError | None = None

    async def begin(self) -> None:
        """Start reading; an error that comes at once is raised, as a status can still be sent."""
        threading.Thread(target=self._pump, name="pod-log", daemon=True).start()
        await self._wakeup.wait(_FIRST)
        if self._error is not None and not self._buffer:
            raise self._error

    def close(self) -> None:
        """Tell the reading thread to end."""
        self._options.stopping.set()
        with self._changed:
            self._changed.notify_all()

    def _pump(self) -> None:
        error: PinnaceError | None = None
        try:
            for piece in self._read():
                if not self._put(piece):
                    break
        except PinnaceError as refused:
            error = refused
        except OSError as broken:  # the log went away under the reader
            error = BadRequest(f"the log can't be read: {broken}")
        with self._changed:
            self._error, self._ended = error, True
        self._wakeup.wake()

    def _put(self, piece: bytes) -> bool:
        """Add to the buffer, waiting while it is full; False when nobody reads any more."""
        with self._changed:
            while len(self._buffer) > _BUFFERED and not self._options.stopping.is_set():
                self._changed.wait()
            first = not self._buffer
            self._buffer += piece
        if first:
            self._wakeup.wake()
        return not self._options.stopping.is_set()

    def _take(self) -> bytes:
        with self._changed:
            taken = bytes(self._buffer)
            self._buffer.clear()
            self._changed.notify_all()
        return taken

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the log in chunks, at most ``limit`` bytes in all."""
        left = self._options.limit if self._options.limit is not None else 1 << 62
        while left > 0 and not self._wakeup.ended:
            ended = self._ended
            if chunk := self._take():
                yield chunk[:left]
                left -= len(chunk)
            elif ended:
                break
            else:
                await self._wakeup.wait()
        if self._error is not None and left > 0:
            yield f"{self._error}\n".encode()
