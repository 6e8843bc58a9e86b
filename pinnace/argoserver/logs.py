"""The logs of a workflow: of all its pods (or some), in order of time, as they are written.

Mirrors ``util/logs/workflow-logger.go``: without ``follow`` what there is, in order; with it until
the workflow has ended, in order within each batch.
"""

import heapq
import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime

import orjson

from pinnace.apiserver.mounting import Host
from pinnace.apiserver.podlogs import LogOptions, choose_container, log_options
from pinnace.argoserver.call import Call
from pinnace.argoserver.objects import InvalidArgument
from pinnace.languages import goregex
from pinnace.languages.errors import LanguageError
from pinnace.objects.errors import BadRequest, Gone
from pinnace.objects.kinds import PODS, WORKFLOWS
from pinnace.objects.meta import name_of, uid_of
from pinnace.objects.selectors import LabelSelector, parse_labels
from pinnace.objects.types import Object
from pinnace.store import Subscription
from pinnace.workflows.constants import LABEL_WORKFLOW, MAIN
from pinnace.workflows.finish import is_completed

_BATCH = 0.2  # seconds that lines of several pods are gathered to be put in order
_WAITING = 256  # lines
_LONGEST_LINE = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class LogRequest:
    """What of a workflow's logs is wanted."""

    namespace: str
    pod: str
    container: str
    labels: LabelSelector | None
    grep: str
    options: LogOptions


def log_request(call: Call, now: datetime) -> LogRequest:
    """Read a log request; raises BadRequest."""
    options = call.options("logOptions")
    pattern, selector = call.text("grep"), call.text("selector")
    try:
        goregex.compile(pattern)
    except LanguageError as problem:
        raise InvalidArgument(f"failed to compile {pattern!r}: {problem.expected}") from None
    return LogRequest(
        namespace=call.namespace,
        pod=call.text("podName") or call.variables.get("podName", ""),
        container=options.get("container") or MAIN,
        labels=parse_labels(selector) if selector else None,
        grep=pattern,
        options=log_options(options, now),
    )


@dataclass(frozen=True, order=True)
class _Line:
    time: bytes
    pod: str
    content: bytes


class WorkflowLog:
    """The log of one workflow, read on the thread that asks for its entries."""

    def __init__(self, host: Host, workflow: str, request: LogRequest) -> None:
        self._store, self._read = host.store, host.logs
        self._workflow, self._request = workflow, request
        # times are asked for, to sort by; whether they are shown is the request's affair
        self._options = replace(request.options, timestamps=True)

    def entries(self) -> Iterator[bytes]:
        """Yield ``{"content":…,"podName":…}``; raises BadRequest when a named pod has no log."""
        lines = self._followed() if self._options.follow else self._present()
        for line in lines:
            content = self._shown(line)
            if content is not None:
                yield orjson.dumps({"content": content, "podName": line.pod})

    def _shown(self, line: _Line) -> str | None:
        text = line.content
        if self._request.options.timestamps:
            text = line.time + b" " + text
        content = text.decode("utf-8", "replace")
        return content if goregex.search(self._request.grep, content) else None

    # -- pods -------------------------------------------------------------------------------------

    def _pods(self) -> list[Object]:
        found = [each for each in self._store.list(PODS, self._request.namespace,
                                                   labels=self._request.labels)
                 if self._wanted(each)]  # fmt: skip
        return sorted(found, key=lambda pod: str((pod.get("status") or {}).get("startTime") or ""))

    def _wanted(self, pod: Object) -> bool:
        labels = pod["metadata"].get("labels") or {}
        if labels.get(LABEL_WORKFLOW) != self._workflow:
            return False
        if self._request.labels is not None and not self._request.labels.matches(labels):
            return False
        started = (pod.get("status") or {}).get("phase") not in (None, "", "Pending")
        return started and self._request.pod in ("", name_of(pod))

    def _lines(self, pod: Object) -> Iterator[_Line]:
        """Yield a pod's lines; of several pods, one that has no such container has none."""
        name = name_of(pod)
        try:
            container = choose_container(pod, self._request.container)
            last = b""
            for text in _whole_lines(self._read(pod, container, self._options)):
                time, _, content = text.partition(b" ")
                if not (time[:4].isdigit() and time.endswith(b"Z")):
                    time, content = last, text  # the rest of an endless line
                last = time
                yield _Line(time, name, content)
        except BadRequest:
            if self._request.pod:
                raise

    def _present(self) -> Iterator[_Line]:
        yield from heapq.merge(*(self._lines(pod) for pod in self._pods()))

    # -- following --------------------------------------------------------------------------------

    def _followed(self) -> Iterator[_Line]:
        with closing(self._store.watch(PODS, self._request.namespace)) as changes:
            readers = _Readers(self._lines, self._options.stopping)
            for pod in self._pods():
                readers.ensure(pod)
            while not self._options.stopping.is_set():
                ended = self._has_ended()
                self._notice(changes, readers)
                yield from readers.batch()
                if ended:
                    break
            # what the pods wrote last
            while not self._options.stopping.is_set() and readers.busy():
                yield from readers.batch()
            yield from readers.batch()

    def _notice(self, changes: Subscription, readers: "_Readers") -> None:
        try:
            while (change := changes.get(timeout=0)) is not None:
                if change.type != "DELETED" and self._wanted(change.object):
                    readers.ensure(change.object)
        except Gone:  # it fell behind
            for pod in self._pods():
                readers.ensure(pod)

    def _has_ended(self) -> bool:
        found = self._store.find(WORKFLOWS, self._request.namespace, self._workflow)
        return found is None or is_completed(found)


def _whole_lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the lines of a log that comes in pieces, an endless one in parts."""
    rest = b""
    for piece in pieces:
        *lines, rest = (rest + piece).split(b"\n")
        yield from lines
        if len(rest) > _LONGEST_LINE:
            yield rest
            rest = b""
    if rest:
        yield rest


class _Readers:
    """A thread for each pod that is followed, and one queue for their lines."""

    def __init__(
        self, lines: Callable[[Object], Iterator[_Line]], stopping: threading.Event
    ) -> None:
        self._lines, self._stopping = lines, stopping
        self._queue: queue.Queue[_Line] = queue.Queue(_WAITING)
        self._threads: dict[str, threading.Thread] = {}

    def ensure(self, pod: Object) -> None:
        """Read a pod's log, if it isn't read already."""
        if uid_of(pod) not in self._threads:
            thread = threading.Thread(
                target=self._pump, args=(pod,), name="workflow-log", daemon=True
            )
            self._threads[uid_of(pod)] = thread
            thread.start()

    def busy(self) -> bool:
        """Tell whether a log is still being read."""
        return any(thread.is_alive() for thread in self._threads.values())

    def batch(self) -> list[_Line]:
        """Wait a moment and return the lines that came, in order of time."""
        found: list[_Line] = []
        try:
            found.append(self._queue.get(timeout=_BATCH))
            while len(found) < _WAITING:
                found.append(self._queue.get_nowait())
        except queue.Empty:
            pass
        return sorted(found)

    def _pump(self, pod: Object) -> None:
        try:
            for line in self._lines(pod):
                self._put(line)
        except BadRequest:
            return  # as upstream: the others' logs go on

    def _put(self, line: _Line) -> None:
        while not self._stopping.is_set():
            try:
                self._queue.put(line, timeout=1)
                return
            except queue.Full:
                continue
