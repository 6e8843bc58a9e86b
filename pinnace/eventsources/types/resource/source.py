"""The ``resource`` source: a list and a watch of the store, and what was told before.

Upstream tells every object that is there as an ADD whenever it starts. Here what was told is kept
with the event, so that a restart repeats nothing and misses nothing.
"""

from collections.abc import Iterator
from datetime import datetime

import orjson

from pinnace.eventsources.emission import (
    Checkpoint,
    Emission,
    Item,
    Items,
    ListenContext,
    raw,
    to_json,
    with_metadata,
)
from pinnace.eventsources.messages import drained
from pinnace.eventsources.spec import EventSpec
from pinnace.eventsources.types.resource import informer
from pinnace.eventsources.types.resource.filters import (
    DELETE,
    UPDATE,
    InformerEvent,
    kind_of,
    passes,
    selector_of,
)
from pinnace.objects.clock import parse_rfc3339, rfc3339_nano
from pinnace.objects.types import Object
from pinnace.store import Change

_START = "resource start"
_DONE = "resource baseline"


def listen(context: ListenContext) -> Items:
    """Yield an event for each change that the spec asks for."""
    watched = _Watched(context)
    known = context.checkpoint(_START)
    if known is None:
        yield Checkpoint(commit=context.save(_START, rfc3339_nano(watched.start)))
    else:
        watched.start = parse_rfc3339(known)
    changes = context.objects.watch(watched.kind, watched.namespace)  # before the list
    try:
        old = bool(context.spec.at("filter.afterStart")) and not context.checkpoint(_DONE)
        yield tuple(watched.listed(baseline=old))
        yield Checkpoint(commit=context.save(_DONE, "done"))
        context.listening()
        while not context.stopping.is_set():
            found = drained(changes.get)
            yield tuple(item for change in found for item in watched.changed(change))
    finally:
        changes.close()


class _Watched:
    """The objects of one event: which they are, and how they were when they were last told."""

    def __init__(self, context: ListenContext) -> None:
        spec = context.spec
        self._context, self.kind = context, kind_of(spec, context.objects.kinds)
        self.namespace = (str(spec.at("namespace") or "") or None) if self.kind.namespaced else None
        self._selector = selector_of(spec)
        self._prefix = str(spec.at("filter.prefix") or "")
        place = (self.kind.group, self.kind.plural, spec.at("namespace") or "*")
        self._table = "resource " + "/".join(map(str, place))
        self._seen = context.seen(self._table)
        self.start: datetime = context.now()

    def _selects(self, obj: Object) -> bool:
        metadata = obj["metadata"]
        return str(metadata["name"]).startswith(self._prefix) and self._selector.matches(
            metadata.get("labels")
        )

    def listed(self, *, baseline: bool) -> Iterator[Item]:
        """Compare what is there with what was told; as a baseline, only remember it."""
        revision = self._context.objects.revision()
        there = set()
        for obj in self._context.objects.list(self.kind, self.namespace):
            if self._selects(obj):
                there.add(informer.key_of(obj))
                for event in informer.appeared(self._seen, obj, orjson.dumps(obj)):
                    yield from self._items(event, silent=baseline)
        for key in set(self._seen) - there:
            for event in informer.vanished(self._seen, key, revision):
                yield from self._items(event)

    def changed(self, change: Change) -> Iterator[Item]:
        """Tell one change of the watch."""
        obj = change.object
        if change.type != "DELETED" and self._selects(obj):
            events = informer.appeared(self._seen, obj, change.raw)
        else:
            gone = (obj, change.raw) if change.type == "DELETED" else None
            events = informer.vanished(self._seen, informer.key_of(obj), change.revision, gone)
        for event in events:
            yield from self._items(event)

    def _items(self, event: InformerEvent, *, silent: bool = False) -> Iterator[Item]:
        spec = self._context.spec
        key = informer.key_of(dict(event.obj))
        mark = None if event.type == DELETE else event.raw.decode()
        if mark is None:
            self._seen.pop(key, None)
        else:
            self._seen[key] = mark
        commit = self._context.mark(self._table, {key: mark})
        if not silent and passes(spec, event, self.start):
            yield Emission(data=payload(spec, event), commit=commit)
        elif event.type != UPDATE or UPDATE in spec.at("eventTypes"):
            yield Checkpoint(commit=commit)


def payload(spec: EventSpec, event: InformerEvent) -> bytes:
    """Return the event's data; ``oldBody`` is null unless it is an UPDATE."""
    fields = {
        "type": event.type,
        "body": raw(event.raw),
        "oldBody": raw(event.old) if event.type == UPDATE and event.old else None,
        "group": str(spec.at("group") or ""),
        "version": str(spec.at("version")),
        "resource": str(spec.at("resource")),
    }
    return to_json(with_metadata(fields, spec.at("metadata")))
