"""Hands each event of the journal to the Sensors that it concerns, in order, on one thread.

An index from (namespace, source, event name) to consumers makes an event that concerns 3 of 1,000
Sensors cost as if there were 3. A Sensor's own offset is written with the events that concern it;
the others' are moved on now and then, so that a restart reads little again.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from time import monotonic

from pinnace.bus import Entry
from pinnace.objects.clock import parse_rfc3339
from pinnace.objects.errors import Conflict, Invalid, PinnaceError
from pinnace.objects.kinds import SENSORS
from pinnace.objects.meta import metadata_of, uid_of
from pinnace.objects.types import Object
from pinnace.sensors.annotations import read_start
from pinnace.sensors.consumer import Consumer, Services
from pinnace.sensors.parsing import parse_sensor
from pinnace.store import Change, Transaction

log = logging.getLogger(__name__)

_PAGE = 256
_CHECKPOINT_SECONDS = 5.0
_CHECKPOINT_EVENTS = 2048
_RECOVERY_SECONDS = 0.5


@dataclass(frozen=True, kw_only=True)
class _News:
    """A Sensor that came, changed or went, and the journal's head at that moment."""

    object: Object
    head: int
    deleted: bool = False


class Dispatcher:
    """Owns the consumers; everything but ``start``, ``stop`` and the listeners is its thread's."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._consumers: dict[str, Consumer] = {}
        self._routes: dict[tuple[str, str, str], dict[str, Consumer]] = {}
        self._news: deque[_News] = deque()
        self._wake = threading.Event()
        self._stopping = False
        self._cursor = 0
        self._saved, self._saved_at = 0, monotonic()
        self._thread = threading.Thread(target=self._run, name="sensor-dispatcher", daemon=True)
        self._unsubscribe: list[Callable[[], None]] = []

    def start(self) -> None:
        """Take up all Sensors where they stood, then follow the journal."""
        store, journal = self._services.store, self._services.journal
        self._unsubscribe = [
            store.subscribe(self._on_changes),
            journal.subscribe(lambda _: self._wake.set()),
        ]
        head = journal.head()
        for obj in store.list(SENSORS):
            self._adopt(obj, None)
        offsets = [consumer.offset for consumer in self._consumers.values()]
        self._cursor = self._saved = min(offsets, default=head)
        self._thread.start()

    def stop(self) -> None:
        """End after the event in hand; the offsets are written."""
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        self._stopping = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()

    def _on_changes(self, changes: Sequence[Change]) -> None:
        """Note Sensors' changes, on the writer's thread, where the head is that of the commit."""
        for change in changes:
            if change.key.kind == SENSORS:
                head = self._services.journal.head()
                deleted = change.type == "DELETED"
                self._news.append(_News(object=change.object, head=head, deleted=deleted))
                self._wake.set()

    def _run(self) -> None:
        while not self._stopping:
            self._wake.clear()
            try:
                busy = self._round()
            except PinnaceError as error:  # the store can't write now: all is read again later
                log.warning("sensors wait: %s", error)
                busy = False
            except Exception:  # the supervisor: no bug may end the dispatch for good
                log.exception("the dispatch of events failed; going on")
                busy = False
            if not busy:
                self._wake.wait(self._patience())
        try:
            self._checkpoint()
        except PinnaceError as error:  # then the next start reads a little again
            log.warning("the offsets of idle sensors were not written: %s", error)

    def _patience(self) -> float:
        failed = any(consumer.failed for consumer in self._consumers.values())
        return _RECOVERY_SECONDS if failed else _CHECKPOINT_SECONDS

    def _round(self) -> bool:
        """Do what there is to do; tells whether there may be more."""
        self._take_news()
        self._recover()
        entries = self._services.journal.read(self._cursor, _PAGE)
        for entry in entries:
            if self._news:
                self._take_news()
            self._hand_out(entry)
            self._cursor = entry.offset
        due = monotonic() - self._saved_at >= _CHECKPOINT_SECONDS
        if due or self._cursor - self._saved >= _CHECKPOINT_EVENTS:
            self._checkpoint()
        return len(entries) == _PAGE

    def _hand_out(self, entry: Entry) -> None:
        route = (entry.namespace, entry.event.source, entry.event.subject)
        for consumer in tuple(self._routes.get(route, {}).values()):
            if entry.offset > consumer.offset and not consumer.failed:
                self._consume(consumer, entry)

    def _consume(self, consumer: Consumer, entry: Entry) -> None:
        try:
            consumer.consume(entry)
        except Exception:  # the shell of one Sensor: its bug must not stop the others
            log.exception("sensor %s: event %s failed", consumer.sensor.name, entry.event.id)
            consumer.failed = True

    def _take_news(self) -> None:
        while self._news:
            news = self._news[0]
            if news.deleted:
                self._forget(uid_of(news.object))
            else:
                self._adopt(news.object, news.head)
            self._news.popleft()  # only now: a store that can't write makes it wait

    def _adopt(self, obj: Object, head: int | None) -> None:
        """Take up a Sensor, new or edited; one that is invalid keeps its place and waits."""
        uid = uid_of(obj)
        known = self._consumers.get(uid)
        if known is None:
            self._ensure_offset(obj, head)
        try:
            sensor = parse_sensor(obj)
        except Invalid:
            self._unroute(uid)
            self._consumers.pop(uid, None)  # the status says why (see status.py)
            return
        if known is None:
            self._begin(Consumer(self._services, sensor))
        elif sensor != known.sensor:
            self._unroute(uid)
            known.replace_sensor(sensor)
            self._route(known)

    def _begin(self, consumer: Consumer) -> None:
        consumer.load()
        self._consumers[consumer.name] = consumer
        self._route(consumer)
        for delivery in consumer.pending():
            self._services.deliveries.add(delivery)
        self._catch_up(consumer)

    def _ensure_offset(self, obj: Object, head: int | None) -> None:
        uid, ledger = uid_of(obj), self._services.ledger
        if ledger.offset(uid) is None:
            first = self._first_offset(obj, head)
            self._services.store.write(lambda tx: ledger.advance(tx, uid, first))

    def _route(self, consumer: Consumer) -> None:
        for key in consumer.concerns():
            self._routes.setdefault(key, {})[consumer.name] = consumer

    def _forget(self, uid: str) -> None:
        self._unroute(uid)
        self._consumers.pop(uid, None)
        self._services.deliveries.drop(uid)
        ledger = self._services.ledger
        pending = ledger.firings(sensor_uid=uid, state="pending")

        def forget(tx: Transaction) -> None:
            ledger.forget(tx, uid)
            for row in pending:
                ledger.settle(tx, replace(row, state="dead", message="its Sensor was deleted"))

        self._services.store.write(forget)

    def _unroute(self, uid: str) -> None:
        for key in [key for key, consumers in self._routes.items() if uid in consumers]:
            del self._routes[key][uid]
            if not self._routes[key]:
                del self._routes[key]

    def _catch_up(self, consumer: Consumer) -> None:
        """Hand a consumer that is behind what the others have seen already."""
        wanted, after = set(consumer.concerns()), consumer.offset
        while after < self._cursor and not self._stopping:
            entries = self._services.journal.read(after, _PAGE)
            for entry in entries:
                after = entry.offset
                route = (entry.namespace, entry.event.source, entry.event.subject)
                if after <= self._cursor and route in wanted:
                    self._consume(consumer, entry)
                if consumer.failed:
                    return
            if not entries:
                return

    def _recover(self) -> None:
        """Read anew what failed consumers did not get on disk."""
        for consumer in [c for c in self._consumers.values() if c.failed]:
            consumer.load()
            self._catch_up(consumer)

    def _first_offset(self, obj: Object, head: int | None) -> int:
        """Return where a Sensor begins that the ledger doesn't know.

        Where its annotation asks, else at its creation: the journal's head at that moment, or found
        by time when it was created while nobody listened (the control plane died in that moment).
        """
        created = parse_rfc3339(metadata_of(obj)["creationTimestamp"])
        try:
            start = read_start(obj, created)
        except Invalid:
            start = None  # its status says what is wrong
        if start is None and head is not None:
            return head
        return self._services.history.position_at(start or created)

    def _checkpoint(self) -> None:
        """Move the offsets of Sensors that nothing concerned."""
        idle = [
            consumer
            for consumer in self._consumers.values()
            if consumer.offset < self._cursor and not consumer.failed
        ]
        self._saved, self._saved_at = self._cursor, monotonic()
        if not idle:
            return
        target = self._cursor

        def move(tx: Transaction) -> list[Consumer]:
            return [consumer for consumer in idle if _advanced(tx, consumer, target)]

        for consumer in self._services.store.write(move):
            consumer.offset = target


def _advanced(tx: Transaction, consumer: Consumer, offset: int) -> bool:
    try:
        consumer.advance(tx, offset)
    except Conflict:
        return False  # its commits failed meanwhile: it will be read anew
    return True
