"""Reading container logs: the CRI files that shims and builtins append to.

`read_log` is what the API server's ``pods/log`` calls. Readers and the one writer need no lock: the
writer appends whole entries, and an entry that isn't complete yet is left for the next look.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pinnace.objects.clock import parse_rfc3339
from pinnace.objects.errors import BadRequest
from pinnace.objects.meta import name_of, uid_of
from pinnace.objects.types import Object
from pinnace.pods.layout import Attempt, Layout
from pinnace.pods.runs import Life, life

_CHUNK = 1 << 18
# Seconds between looks at a growing file: polled, as it may be appended to by another process.
_QUICK, _SLOW = 0.02, 0.2


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which part of a log is asked for (PodLogOptions)."""

    follow: bool = False
    tail: int | None = None
    since: datetime | None = None
    timestamps: bool = False
    limit_bytes: int | None = None


@dataclass(frozen=True)
class Entry:
    """One CRI entry; ``full`` when the line ends with it."""

    time: str
    stream: str
    full: bool
    text: bytes


def parse(line: bytes) -> Entry | None:
    """Read one line of a CRI file; None when it is none."""
    parts = line.split(b" ", 3)
    if len(parts) != 4:
        return None
    time, stream, tag, text = parts
    return Entry(time.decode(), stream.decode(), tag == b"F", text)


def read_log(  # noqa: PLR0913 - the query parameters of pods/log
    state_dir: Path,
    pod: Object,
    container: str,
    *,
    follow: bool = False,
    tail: int | None = None,
    since: datetime | None = None,
    timestamps: bool = False,
    previous: bool = False,
    limit_bytes: int | None = None,
    stop: threading.Event | None = None,
) -> Iterator[bytes]:
    """Yield a container's log in pieces; with ``follow`` until the container has ended.

    Raises BadRequest, before the first piece, when the container has no log (yet).
    """
    attempt = find_attempt(Layout(state_dir), pod, container, previous=previous)
    wanted = Wanted(
        follow=follow, tail=tail, since=since, timestamps=timestamps, limit_bytes=limit_bytes
    )
    return limited(_text(attempt, wanted, stop or threading.Event()), limit_bytes)


def find_attempt(layout: Layout, pod: Object, container: str, *, previous: bool) -> Attempt:
    """Return the run whose log is meant; raises BadRequest with Kubernetes' own words."""
    attempts = layout.pod(uid_of(pod)).attempts(container)
    shown = f'container "{container}" in pod "{name_of(pod)}"'
    if previous:
        if len(attempts) < 2:
            raise BadRequest(f"previous terminated {shown} not found")
        return attempts[-2]
    if not attempts:
        raise BadRequest(f"{shown} is waiting to start: {_waiting(pod, container)}")
    return attempts[-1]


def _waiting(pod: Object, container: str) -> str:
    status = pod.get("status") or {}
    for one in (
        *(status.get("initContainerStatuses") or ()),
        *(status.get("containerStatuses") or ()),
    ):
        if one.get("name") == container:
            waiting = (one.get("state") or {}).get("waiting") or {}
            return str(waiting.get("message") or waiting.get("reason") or "ContainerCreating")
    return "ContainerCreating"


def limited(pieces: Iterator[bytes], limit: int | None) -> Iterator[bytes]:
    """Yield pieces up to ``limit`` bytes."""
    for piece in pieces:
        if limit is None:
            yield piece
            continue
        yield piece[:limit]
        limit -= len(piece)
        if limit <= 0:
            return


def stdout(attempt: Attempt) -> Iterator[bytes]:
    """Yield exactly what a run has written to standard output up to now."""
    for entry in _entries(attempt.log, False, lambda: True, threading.Event()):
        if entry.stream == "stdout":
            yield entry.text + b"\n" if entry.full else entry.text


def entries_from_now(attempt: Attempt, stop: threading.Event) -> Iterator[Entry]:
    """Yield what a run says from now on, until it has ended or ``stop`` is set."""
    reader = _Reader(attempt.log)
    for _ in reader.more():
        pass  # said already
    return _following(reader, lambda: _over(attempt), stop)


def _over(attempt: Attempt) -> bool:
    return (attempt.path / "exit.json").exists() or (
        (attempt.path / "state.json").exists() and life(attempt) is Life.ENDED
    )


def _text(attempt: Attempt, wanted: Wanted, stop: threading.Event) -> Iterator[bytes]:
    def ended() -> bool:
        return _over(attempt)

    entries = _entries(attempt.log, wanted.follow, ended, stop)
    if wanted.since is not None:
        since = wanted.since
        entries = (entry for entry in entries if parse_rfc3339(entry.time) >= since)
    if wanted.tail is not None:
        entries = _tail(attempt, wanted, ended, stop)
    begins: dict[str, bool] = {}
    for entry in entries:
        head = b""
        if wanted.timestamps and begins.get(entry.stream, True):
            head = entry.time.encode() + b" "
        begins[entry.stream] = entry.full
        yield head + entry.text + (b"\n" if entry.full else b"")


def _tail(
    attempt: Attempt, wanted: Wanted, ended: Callable[[], bool], stop: threading.Event
) -> Iterator[Entry]:
    """The last lines there are now, then (following) what comes after them."""
    reader = _Reader(attempt.log)
    lines: deque[list[Entry]] = deque(maxlen=max(0, wanted.tail or 0))
    line: list[Entry] = []
    for entry in reader.more():
        if wanted.since is not None and parse_rfc3339(entry.time) < wanted.since:
            continue
        line.append(entry)
        if entry.full:
            lines.append(line)
            line = []
    if line:
        lines.append(line)
    for kept in lines:
        yield from kept
    if wanted.follow:
        yield from _following(reader, ended, stop)


def _entries(
    path: Path, follow: bool, ended: Callable[[], bool], stop: threading.Event
) -> Iterator[Entry]:
    reader = _Reader(path)
    if follow:
        yield from _following(reader, ended, stop)
    else:
        yield from reader.more()


def _following(
    reader: "_Reader", ended: Callable[[], bool], stop: threading.Event
) -> Iterator[Entry]:
    pause = _QUICK
    while not stop.is_set():
        last = ended()  # asked before reading: nothing is written after it
        found = False
        for entry in reader.more():
            found = True
            yield entry
        if last:
            return
        pause = _QUICK if found else min(_SLOW, pause * 1.5)
        stop.wait(pause)


class _Reader:
    """Yields the complete entries of a growing file."""

    def __init__(self, path: Path) -> None:
        self._path, self._offset, self._rest = path, 0, b""

    def more(self) -> Iterator[Entry]:
        try:
            file = self._path.open("rb")
        except FileNotFoundError:
            return
        with file:
            file.seek(self._offset)
            while data := file.read(_CHUNK):
                self._offset += len(data)
                *lines, self._rest = (self._rest + data).split(b"\n")
                yield from filter(None, map(parse, lines))


def last_entries(attempt: Attempt, lines: int) -> Iterator[bytes]:
    """Yield the last lines of a run's log, both streams."""
    return _text(attempt, Wanted(tail=lines), threading.Event())
