"""From a request on a resource to a response: which verb, with which options, in which form."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket

from pinnace.apiserver.bodies import decode, duplicates
from pinnace.apiserver.deleting import delete_options
from pinnace.apiserver.negotiation import JSON, accepted, body_type, media_type
from pinnace.apiserver.options import WriteOptions, flag, number, selection, write_options
from pinnace.apiserver.patching import Patch, patch_body
from pinnace.apiserver.podlogs import (
    LogStream,
    ReadLog,
    choose_container,
    log_options,
)
from pinnace.apiserver.remote import SUBRESOURCES, Door, offered
from pinnace.apiserver.removing import returns_deleted
from pinnace.apiserver.resources import Resources, Written
from pinnace.apiserver.respond import Writer, included, respond
from pinnace.apiserver.routing import NoSuchPath, Target
from pinnace.apiserver.scaling import patched_scale, scale_of
from pinnace.apiserver.statuses import success
from pinnace.apiserver.streaming import Stream, Streams
from pinnace.apiserver.watching import Watch, watch_options
from pinnace.apiserver.workers import Workers
from pinnace.objects.errors import BadRequest, PinnaceError
from pinnace.objects.kinds import NAMESPACES, PODS
from pinnace.objects.meta import name_of, uid_of
from pinnace.objects.registry import Registry
from pinnace.store import Page, Store


class MethodNotAllowed(PinnaceError):
    """The resource is there, but not that verb."""

    code = 405
    reason = "MethodNotAllowed"

    def __init__(self) -> None:
        super().__init__("the server does not allow this method on the requested resource")


@dataclass(frozen=True, kw_only=True)
class Call:
    """A request that passed security, what it is about, and its body."""

    request: Request
    target: Target
    body: bytes

    @property
    def query(self) -> Mapping[str, str]:
        """Return the query's parameters."""
        return self.request.query_params

    def header(self, name: str) -> str:
        """Return a header, or ""."""
        return self.request.headers.get(name, "")

    def options(self) -> WriteOptions:
        """Read how a write is to be done."""
        return write_options(self.query, self.header("user-agent"))

    def decoded(self) -> tuple[Any, list[str]]:
        """Return the body's data, and the keys that stand twice in it."""
        media = body_type(self.header("content-type"))
        data = decode(self.body, media)
        ignored = self.query.get("fieldValidation") == "Ignore" or media != JSON
        return data, [] if ignored else duplicates(self.body)

    def patch(self) -> Patch:
        """Return the body of a patch."""
        content_type = self.header("content-type")
        body = decode(self.body, patch_body(content_type, self.target))
        return Patch(media=media_type(content_type), body=body)


Handler = Callable[[Call], Awaitable[Response]]


class Handlers:
    """The verbs of resources over HTTP."""

    def __init__(
        self,
        store: Store,
        resources: Resources,
        logs: ReadLog,
        streams: Streams,
        workers: Workers,
        door: Door | None = None,
    ) -> None:
        self._store, self._resources = store, resources
        self._logs, self._streams, self._workers = logs, streams, workers
        self._door = door
        self._collection: dict[str, Handler] = {
            "GET": self._list_or_watch,
            "POST": self._in_thread(self._create),
            "DELETE": self._in_thread(self._delete_collection),
        }
        self._single: dict[str, Handler] = {
            "GET": self._in_thread(self._get),
            "PUT": self._in_thread(self._update),
            "PATCH": self._in_thread(self._patch),
            "DELETE": self._in_thread(self._delete),
        }

        self._scales: dict[str, Handler] = {
            "GET": self._in_thread(self._get_scale),
            "PUT": self._in_thread(self._update_scale),
            "PATCH": self._in_thread(self._patch_scale),
        }

    async def session(
        self, socket: WebSocket, target: Target
    ) -> Callable[[WebSocket], Awaitable[None]]:
        """Return what serves a WebSocket to a Pod; raises PinnaceError when nothing does."""
        if self._door is None or target.kind != PODS or target.subresource not in SUBRESOURCES:
            raise NoSuchPath("the server could not find the requested resource")
        session = await self._door.open(target, socket.query_params, offered(socket))
        return lambda accepted: session.serve(accepted, self._streams)

    async def _only_upgraded(self, call: Call) -> Response:
        """Answer plain HTTP where only a WebSocket leads on: with what is wrong, that at least."""
        assert self._door is not None, call.target  # noqa: S101 - the table of verbs asked for it
        await self._door.open(call.target, call.request.query_params, ())
        raise BadRequest("Upgrade request required")

    @property
    def kinds(self) -> Registry:
        """Return the kinds that are served now."""
        return self._store.kinds

    async def handle(self, call: Call) -> Response:
        """Answer a request on a resource."""
        return await self._handler(call.target, call.request.method)(call)

    def _handler(self, target: Target, method: str) -> Handler:
        match target.subresource:
            case "":
                table = self._single if target.name else self._collection
                across = target.kind.namespaced and target.namespace is None
                if across and method != "GET":
                    raise MethodNotAllowed()
            case "status" if target.kind.status_subresource:
                table = {m: h for m, h in self._single.items() if m != "DELETE"}
            case "scale" if target.kind.scale is not None:
                table = self._scales
            case "finalize" if target.kind == NAMESPACES:
                table = {"PUT": self._single["PUT"]}
            case "log" if target.kind == PODS:
                table = {"GET": self._log}
            case name if target.kind == PODS and name in SUBRESOURCES and self._door is not None:
                table = {"GET": self._only_upgraded, "POST": self._only_upgraded}
            case _:
                raise NoSuchPath("the server could not find the requested resource")
        if method not in table:
            raise MethodNotAllowed()
        return table[method]

    def _in_thread(self, work: Callable[[Call], Response]) -> Handler:
        async def handler(call: Call) -> Response:
            return await self._workers.run(lambda: work(call))

        return handler

    def _writer(self, call: Call) -> Writer:
        return Writer(
            kind=call.target.kind,
            representation=accepted(call.header("accept")),
            now=self._store.clock.now(),
            include=included(call.query),
        )

    async def _list_or_watch(self, call: Call) -> Response:
        if flag(call.query, "watch"):
            return self._watch(call)
        return await self._workers.run(lambda: self._list(call))

    def _list(self, call: Call) -> Response:
        writer = self._writer(call)
        page = self._resources.page(
            call.target,
            selection(call.query),
            number(call.query, "limit") or 0,
            call.query.get("continue", ""),
        )
        content = writer.list(page.items, _list_metadata(page))
        return respond(content, media=writer.representation.media)

    def _watch(self, call: Call) -> Response:
        writer, chosen = self._writer(call), selection(call.query)
        options = watch_options(call.query)
        wakeup = self._streams.open()
        watch = Watch(self._store, call.target, chosen, writer, wakeup)

        def done() -> None:
            watch.close()
            self._streams.forget(wakeup)

        return Stream(watch.events(options, self._workers), wakeup, JSON, done)

    def _get(self, call: Call) -> Response:
        writer = self._writer(call)
        found = self._resources.get(call.target)
        return respond(writer.object(found), media=writer.representation.media)

    def _write(self, call: Call, work: Callable[[], Written]) -> Response:
        """Write, and answer in the form that was asked for (settled before anything is written)."""
        writer = self._writer(call)
        written = work()
        return respond(
            writer.object(written.object),
            code=201 if written.created else 200,
            media=writer.representation.media,
            warnings=written.warnings,
        )

    def _create(self, call: Call) -> Response:
        body, twice = call.decoded()
        return self._write(
            call, lambda: self._resources.create(call.target, body, call.options(), twice)
        )

    def _update(self, call: Call) -> Response:
        body, twice = call.decoded()
        return self._write(
            call, lambda: self._resources.update(call.target, body, call.options(), twice)
        )

    def _patch(self, call: Call) -> Response:
        patch = call.patch()
        return self._write(call, lambda: self._resources.patch(call.target, patch, call.options()))

    def _delete(self, call: Call) -> Response:
        options = delete_options(call.body, call.header("content-type"), call.query)
        writer = self._writer(call)
        left, before = self._resources.delete(call.target, options)
        kind = call.target.kind
        if left is None and returns_deleted(kind):
            left = before
        content = left or success(kind, name_of(before), uid_of(before))
        return respond(writer.object(content), media=writer.representation.media)

    def _delete_collection(self, call: Call) -> Response:
        options = delete_options(call.body, call.header("content-type"), call.query)
        chosen = selection(call.query)
        writer = self._writer(call)
        deleted = self._resources.delete_collection(call.target, chosen, options)
        metadata = {"resourceVersion": str(self._store.revision())}
        return respond(writer.list(deleted, metadata), media=writer.representation.media)

    def _get_scale(self, call: Call) -> Response:
        paths = call.target.kind.scale
        assert paths is not None, call.target  # noqa: S101 - the table of verbs asked for it
        return respond(scale_of(paths, self._resources.get(call.target)))

    def _update_scale(self, call: Call) -> Response:
        body, _ = call.decoded()
        return respond(self._resources.scale(call.target, lambda scale: body, call.options()))

    def _patch_scale(self, call: Call) -> Response:
        patch = call.patch()
        return respond(self._resources.scale(
            call.target, lambda scale: patched_scale(scale, patch), call.options()
        ))  # fmt: skip

    async def _log(self, call: Call) -> Response:
        options = log_options(call.query, self._store.clock.now())
        pod = await self._workers.run(lambda: self._resources.get(call.target))
        container = choose_container(pod, call.query.get("container", ""))
        if not (pod.get("spec") or {}).get("nodeName"):
            return Response(b"", media_type="text/plain")  # not on a node yet: an empty log
        wakeup = self._streams.open()
        stream = LogStream(lambda: self._logs(pod, container, options), options, wakeup)

        def done() -> None:
            stream.close()
            self._streams.forget(wakeup)

        try:
            await stream.begin()
        except PinnaceError:
            done()
            raise
        return Stream(stream.chunks(), wakeup, "text/plain", done)


def _list_metadata(page: Page) -> dict[str, Any]:
    metadata = {"resourceVersion": str(page.resource_version)}
    return {**metadata, "continue": page.continue_} if page.continue_ else metadata
