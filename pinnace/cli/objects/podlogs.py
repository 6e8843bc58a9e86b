"""Logs of one pod, or of all pods of a workflow, a TFJob, a Job, a Deployment."""

import heapq
import queue
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from pinnace.cli.client import Client, Refused, path_of
from pinnace.cli.watching import changes
from pinnace.objects.errors import NotFound, Permanent, PinnaceError
from pinnace.objects.kinds import PODS, TFJOBS, WORKFLOWS, Kind
from pinnace.objects.types import Object
from pinnace.workflows.constants import ANNOTATION_DEFAULT_CONTAINER, LABEL_WORKFLOW

_TFJOB_LABEL = "training.kubeflow.org/job-name"
_LABELS = {WORKFLOWS: LABEL_WORKFLOW, TFJOBS: _TFJOB_LABEL}
_LAST_WORDS = 1.0  # seconds without a line after which the end is believed
_FINISHED = ("Succeeded", "Failed", "Error", "Complete")


@dataclass(frozen=True, kw_only=True)
class Source:
    """Whose logs: the pods a query leaves, and the object that tells when no more will come."""

    namespace: str
    query: Mapping[str, str]
    owner: tuple[Kind, str] | None = None
    several: bool = True


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What of each log."""

    container: str = ""
    every_container: bool = False
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, order=True)
class Line:
    """One line, with its time where that was asked for."""

    time: bytes
    pod: str
    container: str
    text: bytes


def source_of(kind: Kind, obj: Object) -> Source:
    """Return whose logs are meant by an object; raises Permanent for one that has no pods."""
    meta = obj["metadata"]
    place, name = meta.get("namespace", ""), meta["name"]
    if kind == PODS:
        query = {"fieldSelector": f"metadata.name={name}"}
        return Source(namespace=place, query=query, owner=(kind, name), several=False)
    if kind in _LABELS:
        labels = {_LABELS[kind]: name}
    else:
        labels = ((obj.get("spec") or {}).get("selector") or {}).get("matchLabels") or {}
    if not labels:
        raise Permanent(f"{kind.kind} {name} has no pods whose logs could be shown")
    selector = ",".join(f"{key}={value}" for key, value in sorted(labels.items()))
    return Source(namespace=place, query={"labelSelector": selector}, owner=(kind, name))


def over(obj: Object) -> bool:
    """Tell whether an object has ended: by its phase, or a condition."""
    status = obj.get("status") or {}
    conditions = status.get("conditions") or []
    ended = {each["type"] for each in conditions if each.get("status") == "True"}
    return status.get("phase") in _FINISHED or bool(ended.intersection(_FINISHED))


def containers(pod: Object, asked: Asked) -> list[str]:
    """Return the containers of a pod whose logs are asked for."""
    spec = pod["spec"]
    known = [
        each["name"] for part in ("initContainers", "containers") for each in spec.get(part) or []
    ]
    if asked.every_container:
        return known
    if asked.container:
        return [asked.container] if asked.container in known else []
    annotations = pod["metadata"].get("annotations") or {}
    return [annotations.get(ANNOTATION_DEFAULT_CONTAINER) or spec["containers"][0]["name"]]


class Logs:
    """Reads the logs of a source."""

    def __init__(self, client: Client, source: Source, asked: Asked) -> None:
        self._client, self._source, self._asked = client, source, asked

    def present(self) -> Iterator[Line]:
        """Yield what there is, in order of time; raises Permanent when there is no such log."""
        pods = self._pods()
        if not self._source.several and pods and not containers(pods[0], self._asked):
            raise Permanent(f"container {self._asked.container} is not in pod "
                            f"{pods[0]['metadata']['name']}")  # fmt: skip
        streams = [
            self._read(pod, name, {"timestamps": "true"})
            for pod in pods
            if not self._source.several or _started(pod)
            for name in containers(pod, self._asked)
        ]
        yield from heapq.merge(*streams)

    def followed(self) -> Iterator[Line]:
        """Yield lines as they are written, until the owner has ended."""
        yield from _Following(self._client, self._source, self._pods, self._stream).lines()

    def _pods(self) -> list[Object]:
        path = path_of(PODS, self._source.namespace)
        found: list[Object] = self._client.call("GET", path, self._source.query)["items"]
        return sorted(found, key=lambda pod: str((pod.get("status") or {}).get("startTime") or ""))

    def _stream(self, pod: Object) -> list[Iterator[Line]]:
        more = {"follow": "true", "timestamps": "true"}
        return [self._read(pod, name, more) for name in containers(pod, self._asked)]

    def _read(self, pod: Object, container: str, more: Mapping[str, str]) -> Iterator[Line]:
        name = pod["metadata"]["name"]
        query = {**self._asked.query, **more, "container": container}
        last = b""
        path = f"{path_of(PODS, self._source.namespace, name)}/log"
        for text in self._client.lines(path, query):
            time, _, rest = text.partition(b" ")
            if not (time[:4].isdigit() and b"T" in time):
                time, rest = last, text
            last = time
            yield Line(time, name, container, rest)


def _started(pod: Object) -> bool:
    return (pod.get("status") or {}).get("phase") not in (None, "", "Pending")


def _same(line: Line) -> Line:
    return line


class _Following:
    """A thread for each log, one for the pods that come and one for the owner; one queue."""

    def __init__(
        self, client: Client, source: Source, pods: Callable[[], list[Object]],
        streams: Callable[[Object], list[Iterator[Line]]],
    ) -> None:  # fmt: skip
        self._client, self._source, self._pods, self._streams = client, source, pods, streams
        self._queue: queue.Queue[Callable[[], Line | None]] = queue.Queue(maxsize=1000)
        self._read: set[str] = set()
        self._open = 0
        self._ended = False
        self._failure: PinnaceError | None = None

    def lines(self) -> Iterator[Line]:
        self._spawn(self._watch_pods)
        self._spawn(self._watch_owner)
        while True:
            try:
                found = self._queue.get(timeout=_LAST_WORDS if self._ended else None)()
            except queue.Empty:
                if not self._open:
                    return
                continue
            if self._failure is not None:
                raise self._failure
            if found is not None:
                yield found
            elif self._ended and not self._open and self._queue.empty():
                return

    def _spawn(self, work: Callable[..., None], *given: Any) -> None:
        threading.Thread(target=work, args=given, name="logs", daemon=True).start()

    # what the threads do; they hand over to the main one, which alone has state

    def _watch_pods(self) -> None:
        try:
            path = path_of(PODS, self._source.namespace)
            for event in changes(self._client, path, self._source.query, ""):
                if event["type"] != "DELETED" and _started(event["object"]):
                    self._queue.put(partial(self._begin, event["object"]))
        except PinnaceError as error:
            self._queue.put(partial(self._fail, error))

    def _watch_owner(self) -> None:
        if self._source.owner is None:
            return
        kind, name = self._source.owner
        query = {"fieldSelector": f"metadata.name={name}"}
        try:
            for event in changes(self._client, path_of(kind, self._source.namespace), query, ""):
                if event["type"] == "DELETED" or over(event["object"]):
                    self._queue.put(self._end)
                    return
        except PinnaceError as error:
            self._queue.put(partial(self._fail, error))

    def _pump(self, stream: Iterator[Line], uid: str) -> None:
        try:
            for line in stream:
                self._queue.put(partial(_same, line))
            self._queue.put(partial(self._close, None))
        except (Refused, NotFound):  # not started yet, or gone: its next change is looked at
            self._queue.put(partial(self._close, uid))
        except PinnaceError as error:
            self._queue.put(partial(self._fail, error))

    # what the main thread does

    def _begin(self, pod: Object) -> None:
        uid = pod["metadata"]["uid"]
        if uid in self._read:
            return
        self._read.add(uid)
        for stream in self._streams(pod):
            self._open += 1
            self._spawn(self._pump, stream, uid)

    def _close(self, again: str | None) -> None:
        self._open -= 1
        if again is not None:
            self._read.discard(again)

    def _end(self) -> None:
        self._ended = True
        for pod in self._pods():
            if _started(pod):
                self._begin(pod)

    def _fail(self, problem: PinnaceError) -> None:
        self._failure = problem
