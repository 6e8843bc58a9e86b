"""From a request to the bus and back: an API to mount on the API server."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from pinnace.apiserver.bodies import decode
from pinnace.apiserver.mounting import Host
from pinnace.apiserver.negotiation import JSON
from pinnace.apiserver.respond import respond
from pinnace.apiserver.statuses import of_error, status
from pinnace.apiserver.streaming import Stream, Streams, Wakeup
from pinnace.apiserver.workers import Workers
from pinnace.bus import Entry, History, Journal, Ledger, Query, to_cloudevent
from pinnace.eventserver import routing
from pinnace.eventserver.forms import event_form, firing_form, joins_form, rejection_form
from pinnace.eventserver.importing import import_lines
from pinnace.eventserver.replays import replay
from pinnace.eventserver.routing import read_query, whole
from pinnace.objects.errors import BadRequest, NotFound, PinnaceError
from pinnace.objects.kinds import SENSORS
from pinnace.sensors import SensorController, readable
from pinnace.store import Store

_SHOWN = 100
_FOLLOWED = 256
_LATEST = 2**63 - 1


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What the server tells of."""

    store: Store
    journal: Journal
    ledger: Ledger
    sensors: SensorController


class EventServer:
    """The journal's own API (``pinnace.apiserver.mounting.Mount``)."""

    def __init__(self, host: Host, parts: Parts) -> None:
        self._parts, self._history = parts, History(parts.store)
        self._workers: Workers = host.workers
        self._streams: Streams = host.streams
        self._methods: Mapping[str, Callable[[str, Mapping[str, str], bytes], Any]] = {
            "list": self._list,
            "import": self._import,
            "show": self._show,
            "replay": self._replay,
            "firings": self._firings,
            "redrive": self._redrive,
            "joins": self._joins,
            "rejections": self._rejections,
        }

    def serves(self, path: str) -> bool:
        """Tell whether a path is the journal's."""
        return routing.serves(path)

    async def answer(self, request: Request, body: bytes) -> Response:
        """Answer a request; raises PinnaceError."""
        route = routing.resolve(request.method, request.scope["path"])
        given = dict(request.query_params)
        if route.method == "list" and (given.get("watch") == "true" or "after" in given):
            return self._stream(given)
        method = self._methods[route.method]
        told = await self._workers.run(lambda: method(route.variable, given, body))
        return respond(told, code=200)

    def failure(self, error: PinnaceError | None) -> Response:
        """Answer a failure with a Kubernetes Status."""
        if error is None:
            return respond(status(500, "Internal error occurred: see the server's log"), code=500)
        return respond(of_error(error, None, ""), code=error.code)

    def _list(self, _: str, given: Mapping[str, str], body: bytes) -> Any:
        del body
        limit, before = whole(given, "limit", _SHOWN), whole(given, "before", 0, _LATEST)
        entries = self._history.newest(self._query(given), limit=limit, before=before or None)
        items = [event_form(each, self._fired(each), data=False) for each in entries]
        more = entries[-1].offset if len(entries) == limit and entries else 0
        return {"items": items, "before": more}

    def _show(self, event_id: str, given: Mapping[str, str], body: bytes) -> Any:
        del given, body
        entry = self._entry(event_id)
        return event_form(entry, self._fired(entry))

    def _import(self, _: str, given: Mapping[str, str], body: bytes) -> Any:
        return import_lines(self._parts.journal, body, given.get("namespace") or "default")

    def _replay(self, _: str, given: Mapping[str, str], body: bytes) -> Any:
        del given
        asked = decode(body, JSON)
        if not isinstance(asked, dict):
            raise BadRequest("expected a JSON object with `events`")
        entries = [self._entry(str(each)) for each in asked.get("events") or ()]
        return replay(self._parts.store, self._parts.sensors, entries, asked)

    def _firings(self, _: str, given: Mapping[str, str], body: bytes) -> Any:
        del body
        limit, state = whole(given, "limit", _SHOWN), given.get("state", "")
        match state:
            case "":
                rows = self._parts.ledger.firings(limit=limit)
            case "pending" | "failed" | "dead":
                rows = self._parts.ledger.unsettled(state, limit)
            case _:
                raise BadRequest(f"state: expected pending, failed or dead, found {state!r}")
        return {"items": [firing_form(row) for row in rows]}

    def _redrive(self, firing: str, given: Mapping[str, str], body: bytes) -> Any:
        del given, body
        if not firing.isdecimal() or len(firing) > 18:
            raise NotFound("firings", firing)
        return firing_form(self._parts.sensors.redrive(int(firing)))

    def _joins(self, _: str, given: Mapping[str, str], body: bytes) -> Any:
        del given, body
        held = self._parts.ledger.joins()
        sensors = {sensor.uid: sensor for sensor in readable(self._parts.store.list(SENSORS))}
        entries = (self._parts.journal.at(each.offset) for each in held)
        ids = {entry.offset: entry.event.id for entry in entries if entry is not None}
        return {"items": joins_form(held, sensors, ids)}

    def _rejections(self, _: str, given: Mapping[str, str], body: bytes) -> Any:
        del body
        rows = self._parts.journal.rejections(whole(given, "limit", _SHOWN))
        return {"items": [rejection_form(row) for row in rows]}

    def _query(self, given: Mapping[str, str]) -> Query:
        return read_query(given, self._parts.store.clock.now())

    def _fired(self, entry: Entry) -> Any:
        return self._parts.ledger.firings(event_id=entry.event.id)

    def _entry(self, event_id: str) -> Entry:
        """Return the event of an id or of the beginning of one; raises NotFound, BadRequest."""
        found = self._history.find(event_id)
        if not found:
            raise NotFound("events", event_id)
        exact = [each for each in found if each.event.id == event_id]
        if len(found) > 1 and not exact:
            raise BadRequest(f"more than one event's id begins with {event_id!r}; give more of it")
        return (exact or found)[0]

    def _stream(self, given: Mapping[str, str]) -> Response:
        """CloudEvents as lines, oldest first; with ``watch`` it goes on with those that come."""
        query, follow = self._query(given), given.get("watch") == "true"
        after = whole(given, "after", 0, _LATEST)
        if follow and "after" not in given and query.since is None:
            after = self._parts.journal.head()
        wakeup = self._streams.open()
        unsubscribe = self._parts.journal.subscribe(lambda _: wakeup.wake())

        def done() -> None:
            unsubscribe()
            self._streams.forget(wakeup)

        lines = self._lines(query, after, wakeup, follow=follow)
        return Stream(lines, wakeup, "application/x-ndjson", done)

    async def _lines(
        self, query: Query, after: int, wakeup: Wakeup, *, follow: bool
    ) -> AsyncIterator[bytes]:
        while not wakeup.ended:
            read = partial(self._history.oldest, query, limit=_FOLLOWED, after=after)
            entries = await self._workers.run(read)
            for entry in entries:
                after = entry.offset
                yield orjson.dumps(to_cloudevent(entry.event)) + b"\n"
            if len(entries) < _FOLLOWED:
                if not follow:
                    return
                await wakeup.wait()
