"""Watches: the store's changes as a stream of events, one subscription and coroutine each.

Mirrors k8s.io/apiserver/pkg/endpoints/handlers/watch.go and pkg/storage/cacher.
"""

import random
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any

import orjson

from pinnace.apiserver.negotiation import Form
from pinnace.apiserver.options import Selection, flag, number
from pinnace.apiserver.resources import in_version
from pinnace.apiserver.respond import Writer
from pinnace.apiserver.routing import Target
from pinnace.apiserver.statuses import of_error
from pinnace.apiserver.streaming import Wakeup
from pinnace.apiserver.workers import Workers
from pinnace.objects.errors import BadRequest, Gone
from pinnace.objects.types import Object
from pinnace.store import Change, Store, Subscription

_BOOKMARK_EVERY = 30.0
_LONGEST = 3600
_CHUNK = 256 * 1024
_INITIAL_EVENTS_END = "k8s.io/initial-events-end"


@dataclass(frozen=True, kw_only=True)
class WatchOptions:
    """What a watch asks for; ``since`` None: begin with the present objects."""

    since: int | None
    bookmarks: bool
    initial: bool
    seconds: float


def watch_options(query: Mapping[str, str]) -> WatchOptions:
    """Read a watch's query; raises BadRequest."""
    revision = query.get("resourceVersion", "")
    if revision and not (revision.isascii() and revision.isdigit() and len(revision) < 19):
        raise BadRequest(f"resourceVersion: Invalid value: {revision!r}: expected a number")
    asked = number(query, "timeoutSeconds")
    # spread, so that watchers which began together do not come back together
    seconds = asked if asked else random.uniform(_LONGEST / 2, _LONGEST)
    since = int(revision or 0) or None
    initial = flag(query, "sendInitialEvents")
    return WatchOptions(
        since=None if initial else since,
        bookmarks=flag(query, "allowWatchBookmarks"),
        initial=initial,
        seconds=min(float(seconds), _LONGEST),
    )


class Watch:
    """One watch: which objects, in which form, from when."""

    def __init__(
        self, store: Store, target: Target, chosen: Selection, writer: Writer, wakeup: Wakeup
    ) -> None:
        self._store, self._target, self._chosen = store, target, chosen
        self._writer, self._wakeup = writer, wakeup
        self._headers = True
        self._subscription: Subscription | None = None
        self._listed: dict[tuple[str, str], int] = {}
        self._revision = 0

    def close(self) -> None:
        """End the subscription."""
        if self._subscription is not None:
            self._subscription.on_ready = None
            self._subscription.close()

    async def events(self, options: WatchOptions, workers: Workers) -> AsyncIterator[bytes]:
        """Yield events as lines of JSON until the time is over or the client has gone."""
        try:
            async for chunk in self._events(options, workers):
                yield chunk
        except Gone as error:
            yield _line("ERROR", of_error(error))

    async def _events(self, options: WatchOptions, workers: Workers) -> AsyncIterator[bytes]:
        subscription = self._subscribe(options.since)
        if options.since is None:
            yield await workers.run(lambda: self._present(options))
        deadline = monotonic() + options.seconds
        sampled, due = self._store.revision(), monotonic() + _BOOKMARK_EVERY
        while self._goes_on(subscription):
            chunk, now = self._drain(subscription), monotonic()
            if options.bookmarks and now >= min(due, deadline) and len(chunk) < _CHUNK:
                # the revision sampled in an earlier round: what led to it has been delivered
                chunk += self._bookmark(sampled)
                sampled, due = self._store.revision(), now + _BOOKMARK_EVERY
            if chunk:
                yield chunk
            if now >= deadline:
                return
            if not chunk:
                await self._wakeup.wait(min(deadline, due) - now)

    def _goes_on(self, subscription: Subscription) -> bool:
        """Tell whether there is anything to watch: a kind may go with its definition."""
        kind = self._target.kind
        served = self._store.kinds.by_plural(kind.group, kind.version, kind.plural) is not None
        return served and not self._wakeup.ended and not subscription.closed

    def _subscribe(self, since: int | None) -> Subscription:
        place = self._target.namespace if self._target.kind.namespaced else None
        self._subscription = self._store.watch(self._target.kind, place, since)
        self._subscription.on_ready = self._wakeup.wake
        return self._subscription

    def _present(self, options: WatchOptions) -> bytes:
        """Write the present objects as ADDED; remembers them, to leave out what they contain."""
        page = self._store.page(
            self._target.kind,
            self._target.namespace,
            labels=self._chosen.labels,
            fields=self._chosen.fields,
        )
        self._revision = page.resource_version
        for obj in page.items:
            metadata = obj["metadata"]
            self._listed[(metadata.get("namespace", ""), metadata["name"])] = int(
                metadata["resourceVersion"]
            )
        lines = [self._event("ADDED", obj) for obj in page.items]
        if options.initial and options.bookmarks:
            lines.append(self._bookmark(page.resource_version, {_INITIAL_EVENTS_END: "true"}))
        return b"".join(lines)

    def _drain(self, subscription: Subscription) -> bytes:
        """Write what has happened, up to a chunk's size; raises Gone when too much has."""
        lines: list[bytes] = []
        size = 0
        while size < _CHUNK and (change := subscription.get(timeout=0)) is not None:
            line = self._change(change)
            lines.append(line)
            size += len(line)
        return b"".join(lines)

    def _change(self, change: Change) -> bytes:
        place = (change.key.namespace, change.key.name)
        if change.revision <= max(self._revision, self._listed.pop(place, 0)):
            return b""
        name = self._chosen.fields.exact("metadata.name") if self._chosen.fields else None
        if name is not None and name != change.key.name:
            return b""
        type_ = change.type if self._chooses_all() else self._seen_as(change)
        if not type_:
            return b""
        if self._writer.representation.form is Form.OBJECT and self._target.kind.schema is None:
            return b'{"type":"%s","object":%s}\n' % (type_.encode(), change.raw)
        return self._event(type_, change.object)

    def _chooses_all(self) -> bool:
        return self._chosen.labels is None and self._chosen.fields is None

    def _seen_as(self, change: Change) -> str:
        """Return what a change is to a watcher with selectors: objects enter and leave its view."""
        now = change.type != "DELETED" and self._matches(change.object)
        before = change.previous is not None and self._matches(change.previous)
        if now:
            return "MODIFIED" if before else "ADDED"
        return "DELETED" if before else ""

    def _matches(self, obj: Object) -> bool:
        labels, fields = self._chosen.labels, self._chosen.fields
        if labels is not None and not labels.matches(obj["metadata"].get("labels")):
            return False
        return fields is None or fields.matches(obj)

    def _event(self, type_: str, obj: Object) -> bytes:
        obj = in_version(self._target.kind, obj)
        if self._writer.representation.form is not Form.TABLE:
            return _line(type_, self._writer.object(obj))
        metadata = {"resourceVersion": obj["metadata"]["resourceVersion"]}
        rows = self._writer.table([obj], metadata, headers=self._headers)
        self._headers = False
        return _line(type_, rows)

    def _bookmark(self, revision: int, annotations: dict[str, str] | None = None) -> bytes:
        kind = self._target.kind
        metadata: dict[str, Any] = {
            "resourceVersion": str(revision),
            "creationTimestamp": None,
        }
        if annotations:
            metadata["annotations"] = annotations
        head = {"kind": kind.kind, "apiVersion": kind.api_version, "metadata": metadata}
        match self._writer.representation.form:
            case Form.TABLE:
                content = self._writer.table([], metadata, headers=self._headers)
            case _:
                content = self._writer.object(head)
        return _line("BOOKMARK", content)


def _line(type_: str, content: Any) -> bytes:
    return orjson.dumps({"type": type_, "object": content}) + b"\n"
