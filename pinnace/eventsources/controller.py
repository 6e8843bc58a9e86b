"""Keeps what listens the same as what EventSource objects declare, and says in them how it is."""

import logging
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import orjson

from pinnace.bus import Checkpoints, Journal, Seen
from pinnace.eventsources.decide import (
    EventState,
    Known,
    Observed,
    decide,
    joined,
    real_ports,
    service_name,
)
from pinnace.eventsources.hooks.book import Book
from pinnace.eventsources.hooks.keep import PACE, keeper
from pinnace.eventsources.hooks.shape import HookModule
from pinnace.eventsources.hooks.sweep import Sweeper
from pinnace.eventsources.http.desk import Route
from pinnace.eventsources.http.face import Face, Place
from pinnace.eventsources.intake import Intake
from pinnace.eventsources.routes import routes_of
from pinnace.eventsources.serve import Access, Shelf, State, read_secret
from pinnace.eventsources.spec import EventSpec, Parsed, parse
from pinnace.eventsources.table import TYPES
from pinnace.eventsources.worker import Job, Worker
from pinnace.objects.clock import Clock
from pinnace.objects.errors import Invalid
from pinnace.objects.kinds import ENDPOINTS, EVENT_SOURCES, SECRETS, SERVICES
from pinnace.objects.meta import Key, metadata_of
from pinnace.reconcile import NOTHING, Controller, Decision, Watches, owned_by
from pinnace.store import Change, Store, Transaction

logger = logging.getLogger(__name__)


@dataclass(kw_only=True)
class _Running:
    """What runs for one EventSource; touched only by its own (serial) reconciles."""

    uid: str = ""
    workers: dict[str, Worker] = field(default_factory=dict)
    announced: bool = False


class EventSourceController:
    """Starts, stops and supervises the listeners of all EventSources."""

    def __init__(
        self, store: Store, journal: Journal, checkpoints: Checkpoints, clock: Clock
    ) -> None:
        self._store, self._clock = store, clock
        self._intake = Intake(store, journal, clock)
        self._shelf = Shelf(store=store, checkpoints=checkpoints, seen=Seen(store), clock=clock)
        self._book = Book(self._shelf.seen)
        self._sweeper = Sweeper(
            store, self._book, _hook_module, self._is_declared, lambda spec: Access(spec, store)
        )
        self._face = Face(self._intake)
        self._running: dict[Key, _Running] = {}
        self._lock = threading.Lock()
        self._controller = Controller(
            store,
            name="eventsource-controller",
            kind=EVENT_SOURCES,
            reconcile=self._reconcile,
            watches=(
                Watches(SECRETS, self._who_reads),
                Watches(SERVICES, owned_by(EVENT_SOURCES)),
                Watches(ENDPOINTS, owned_by(EVENT_SOURCES)),
            ),
        )

    def start(self) -> None:
        """Run every EventSource there is, and those to come."""
        self._controller.start()
        self._sweeper.start()

    def stop(self) -> None:
        """Stop listening; deliveries under way are answered first."""
        self._controller.stop()
        self._sweeper.stop()
        self._face.close()
        workers = [w for running in self._running.values() for w in running.workers.values()]
        for worker in workers:
            worker.ask_to_stop()
        for worker in workers:
            worker.join()
        self._running.clear()

    def _who_reads(self, change: Change) -> Iterable[Key]:
        """Map a Secret to the EventSources of its namespace that name it."""
        name = orjson.dumps(change.key.name)
        for obj in self._store.list(EVENT_SOURCES, change.key.namespace):
            if name in orjson.dumps(obj.get("spec")):
                yield Key(EVENT_SOURCES, change.key.namespace, str(metadata_of(obj)["name"]))

    def _reconcile(self, key: Key) -> Decision:
        obj = self._store.find(key.kind, key.namespace, key.name)
        running = self._entry(key)
        if obj is None or metadata_of(obj).get("deletionTimestamp"):
            self._drop(key, running)
            return NOTHING
        if running.uid not in ("", metadata_of(obj)["uid"]):
            self._drop(key, running)
            running = self._entry(key)
        running.uid = metadata_of(obj)["uid"]
        known = self._known(key)
        observed = self._run(key, running, _checked(parse(obj, TYPES)), known)
        self._announce(key, running, observed)
        return decide(obj, observed, known, self._clock.now())

    def _entry(self, key: Key) -> _Running:
        with self._lock:
            return self._running.setdefault(key, _Running())

    def _known(self, key: Key) -> Known:
        name = service_name(key.name)
        return Known(
            service=self._store.find(SERVICES, key.namespace, name),
            endpoints=self._store.find(ENDPOINTS, key.namespace, name),
        )

    def _run(self, key: Key, running: _Running, parsed: Parsed, known: Known) -> Observed:
        """Make listeners and routes what the spec says; return how they are."""
        routes, problems = routes_of(
            [spec for spec in parsed.events if TYPES[spec.type].how == "http"],
            self._store,
            self._book.signing_secret,
        )
        prefer = real_ports(known.service, known.endpoints)
        places = self._face.put(_owner(key), routes, prefer)
        # after the ports are open, because a provider may try a new hook at once
        listening = [spec for spec in parsed.events if TYPES[spec.type].how == "listen"]
        self._settle_workers(key, running, [*listening, *(route.spec for route in routes)])
        states = [_worker_state(worker) for worker in running.workers.values()]
        states += [self._http_state(route) for route in routes]
        return Observed(
            problems=parsed.problems + problems,
            states=joined(states),
            ports={declared: place.port for declared, place in places.items()},
            remarks=tuple(_remarks(places, parsed.events)),
        )

    def _settle_workers(self, key: Key, running: _Running, specs: Iterable[EventSpec]) -> None:
        jobs = (self._job(spec) for spec in specs)
        wanted = {job.spec.event: job for job in jobs if job is not None}
        changed = [
            w for e, w in running.workers.items() if e not in wanted or wanted[e].spec != w.spec
        ]
        for worker in changed:
            worker.ask_to_stop()
        for worker in changed:
            worker.join()
            del running.workers[worker.spec.event]
        if changed:
            self._sweeper.wake()
        for event, job in wanted.items():
            if event not in running.workers:
                worker = Worker(
                    job, self._shelf, self._intake, lambda: self._controller.enqueue(key)
                )
                running.workers[event] = worker
                worker.start()

    def _job(self, spec: EventSpec) -> Job | None:
        """Return what is to be done for an event in a thread, None for nothing."""
        if TYPES[spec.type].how == "listen":
            return Job(spec=spec, listen=TYPES[spec.type].listen)
        module = TYPES[spec.type].hook_module(spec)
        return Job(spec=spec, listen=keeper(module, self._book), pace=PACE) if module else None

    def _is_declared(self, spec: EventSpec) -> bool:
        """Tell whether the hooks of an event are still asked for."""
        obj = self._store.find(EVENT_SOURCES, spec.namespace, spec.source)
        if obj is None or metadata_of(obj)["uid"] != spec.uid:
            return False
        if metadata_of(obj).get("deletionTimestamp"):
            return False
        now = next((e for e in parse(obj, TYPES).events if e.event == spec.event), None)
        return now is not None and now.type == spec.type and _hook_module(now) is not None

    def _http_state(self, route: Route) -> EventState:
        """An HTTP event is received as long as its secrets can be read."""
        state = State(phase="listening")
        for name in (*TYPES[route.spec.type].secrets, route.auth_at):
            if not route.spec.at(name):
                continue
            try:
                read_secret(self._store, route.spec, name)
            except Invalid as error:
                state = State(phase="failing", message=str(error))
        return EventState(
            event=route.spec.event, type=route.spec.type, phase=state.phase, message=state.message
        )

    def _announce(self, key: Key, running: _Running, observed: Observed) -> None:
        up = bool(observed.states) and all(s.phase == "listening" for s in observed.states)
        if up and not running.announced:
            logger.info("Eventing server started. eventSourceName=%s", key.name)
        running.announced = up

    def _drop(self, key: Key, running: _Running) -> None:
        """Stop everything of a deleted EventSource and forget its progress."""
        self._settle_workers(key, running, ())
        self._face.put(_owner(key), (), {})
        with self._lock:
            self._running.pop(key, None)
        if running.uid:
            self._store.write(lambda tx: self._forget(tx, f"{running.uid}/"))

    def _forget(self, tx: Transaction, prefix: str) -> None:
        self._shelf.seen.forget_in(tx, prefix)
        self._shelf.checkpoints.forget_all_in(tx, prefix)


def _hook_module(spec: EventSpec) -> HookModule | None:
    return TYPES[spec.type].hook_module(spec)


def _worker_state(worker: Worker) -> EventState:
    return EventState(event=worker.spec.event, type=worker.spec.type, phase=worker.state.phase,
                      message=worker.state.message)  # fmt: skip


def _owner(key: Key) -> str:
    return f"EventSource {key.namespace}/{key.name}"


def _checked(parsed: Parsed) -> Parsed:
    """Move the events that can never work from the events to the problems."""
    events, problems = [], list(parsed.problems)
    for spec in parsed.events:
        try:
            TYPES[spec.type].check(spec)
        except Invalid as error:
            problems.append(str(error))
        else:
            events.append(spec)
    return Parsed(events=tuple(events), problems=tuple(problems))


def _remarks(places: Mapping[int, Place], events: Iterable[EventSpec]) -> Iterable[tuple[str, str]]:
    yield from (("PortTaken", place.remark) for place in places.values() if place.remark)
    for spec in events:
        if text := TYPES[spec.type].remarks(spec):
            yield "Remark", f"{spec.type} event {spec.event}: {text}"
