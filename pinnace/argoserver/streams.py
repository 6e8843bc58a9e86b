"""Streams: changes of workflows, events, logs. Mirrors ``server/workflow`` and ``util/logs``."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import partial

import orjson
from starlette.responses import Response

from pinnace.apiserver.mounting import Host
from pinnace.apiserver.negotiation import Representation
from pinnace.apiserver.options import selection
from pinnace.apiserver.podlogs import LogStream
from pinnace.apiserver.respond import Writer
from pinnace.apiserver.routing import Target
from pinnace.apiserver.streaming import Stream
from pinnace.apiserver.watching import Watch, watch_options
from pinnace.argoserver.call import Call
from pinnace.argoserver.errors import stream_error
from pinnace.argoserver.fields import Mask
from pinnace.argoserver.framing import Frame, framing, result
from pinnace.argoserver.logs import WorkflowLog, log_request
from pinnace.argoserver.workflows import LATEST, Workflows
from pinnace.objects.errors import PinnaceError
from pinnace.objects.kinds import EVENTS, WORKFLOWS, Kind
from pinnace.objects.meta import name_of


class WorkflowStreams:
    """The methods that answer with a stream."""

    def __init__(self, host: Host, workflows: Workflows) -> None:
        self._host, self._workflows = host, workflows

    def methods(self) -> dict[str, Callable[[Call], Awaitable[Response]]]:
        """Return the methods by name."""
        return {
            "WatchWorkflows": self.watch_workflows,
            "WatchEvents": self.watch_events,
            "WorkflowLogs": self.logs,
        }

    async def watch_workflows(self, call: Call) -> Response:
        """Stream the changes of workflows: ``{"type":"MODIFIED","object":{…}}``."""
        options = call.options("listOptions")
        named = f"metadata.name={LATEST}"
        if named in options.get("fieldSelector", ""):
            latest = Call(variables={**call.variables, "name": LATEST})
            found = await self._host.workers.run(lambda: self._workflows.find(latest))
            selector = options["fieldSelector"].replace(named, f"metadata.name={name_of(found)}")
            options["fieldSelector"] = selector
        mask = call.mask.without_prefix("result.object.")
        return self._watch(call, WORKFLOWS, options, lambda event: _masked(event, mask))

    async def watch_events(self, call: Call) -> Response:
        """Stream core/v1 Events as they come."""
        return self._watch(call, EVENTS, call.options("listOptions"), _object_only)

    def _watch(
        self,
        call: Call,
        kind: Kind,
        options: dict[str, str],
        message: Callable[[bytes], bytes],
    ) -> Response:
        chosen, asked = selection(options), watch_options(options)
        media, frame = framing(call.headers)
        now = self._host.store.clock.now()
        writer = Writer(kind=kind, representation=Representation(), now=now)
        wakeup, workers = self._host.streams.open(), self._host.workers
        target = Target(kind=kind, namespace=call.namespace or None)
        watch = Watch(self._host.store, target, chosen, writer, wakeup)

        async def chunks() -> AsyncIterator[bytes]:
            async for chunk in watch.events(asked, workers):
                yield await workers.run(partial(_frames, chunk, message, frame))

        def done() -> None:
            watch.close()
            self._host.streams.forget(wakeup)

        return Stream(chunks(), wakeup, media, done)

    async def logs(self, call: Call) -> Response:
        """Stream the logs of a workflow's pods, line by line."""
        media, frame = framing(call.headers)
        request = log_request(call, self._host.store.clock.now())
        found = await self._host.workers.run(lambda: self._workflows.find(call))
        log = WorkflowLog(self._host, name_of(found), request)

        def entries() -> Iterator[bytes]:
            for entry in log.entries():
                yield frame(result(entry))

        wakeup = self._host.streams.open()
        stream = LogStream(entries, request.options, wakeup)

        def done() -> None:
            stream.close()
            self._host.streams.forget(wakeup)

        try:
            await stream.begin()
        except PinnaceError:
            done()
            raise
        return Stream(stream.chunks(), wakeup, media, done)


def _frames(chunk: bytes, message: Callable[[bytes], bytes], frame: Frame) -> bytes:
    """Return a chunk of a watch as frames; large objects are cut to size off the event loop."""
    return b"".join(_framed(line, message, frame) for line in chunk.splitlines())


def _framed(line: bytes, message: Callable[[bytes], bytes], frame: Frame) -> bytes:
    """Return a line of a watch as a frame; bookmarks are not part of this API."""
    if line.startswith(b'{"type":"BOOKMARK"'):
        return b""
    if line.startswith(b'{"type":"ERROR"'):
        status = orjson.loads(line)["object"]
        return frame(orjson.dumps({"error": stream_error(status["code"], status["message"])}))
    return frame(result(message(line)))


def _masked(event: bytes, mask: Mask) -> bytes:
    if not mask.fields:
        return event
    content = orjson.loads(event)
    return orjson.dumps({**content, "object": mask.apply(content["object"])})


def _object_only(event: bytes) -> bytes:
    return orjson.dumps(orjson.loads(event)["object"])
