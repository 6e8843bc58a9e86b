"""Hands each event of the journal to the Sensors that it concerns, in order, on one thread.

The index of `routes` makes an event that concerns 3 of 1,000 Sensors cost as if there were 3; one
that concerns none is not even read whole. A Sensor's own
offset is written with the events that concern it; the others' are moved on now and then, all with
one statement, so that a restart reads little again.
"""

import contextlib
import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from time import monotonic

from pinnace.bus import Entry, Route
from pinnace.objects.errors import Invalid, PinnaceError
from pinnace.objects.kinds import SENSORS
from pinnace.objects.meta import uid_of
from pinnace.objects.types import Object
from pinnace.sensors.consumer import Consumer, Services
from pinnace.sensors.following import follow
from pinnace.sensors.lane import SLOW_SECONDS, Lane
from pinnace.sensors.lifetime import begin, forget
from pinnace.sensors.parsing import parse_sensor
from pinnace.sensors.routes import Routes
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
        self._failing: set[str] = set()  # uids of consumers that must be read anew
        self._invalid: set[str] = set()  # uids of Sensors that wait to be mended
        self._lanes: dict[str, Lane[_News]] = {}  # slow ones, on threads of their own
        self._routes = Routes()
        self._news: deque[_News] = deque()
        self._behind: set[str] = set()  # uids of consumers that have yet to see what the others saw
        self._wake = threading.Event()
        self._stopping = False
        self._cursor = 0
        self._saved, self._saved_at = 0, monotonic()
        self._recovered_at = -_RECOVERY_SECONDS
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
        for lane in self._lanes.values():
            lane.ask_to_stop()
        for lane in self._lanes.values():
            lane.join()

    def _on_changes(self, changes: Sequence[Change]) -> None:
        """Note Sensors' changes, on the writer's thread, where the head is that of the commit."""
        for change in changes:
            if change.key.kind == SENSORS:
                head = self._services.journal.head()
                deleted = change.type == "DELETED"
                self._news.append(_News(object=change.object, head=head, deleted=deleted))
                self._wake.set()

    def _on_failure(self, uid: str) -> None:
        """Note a consumer that must be read anew, on any thread."""
        self._failing.add(uid)
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
        return _RECOVERY_SECONDS if self._failing else _CHECKPOINT_SECONDS

    def _round(self) -> bool:
        """Do what there is to do; tells whether there may be more."""
        self._take_news()
        self._recover()
        found = self._services.journal.routes(self._cursor, _PAGE)
        for offset, route in found:
            if self._news:
                self._take_news()
            self._hand_out(offset, route)
            self._cursor = offset
        due = monotonic() - self._saved_at >= _CHECKPOINT_SECONDS
        if due or self._cursor - self._saved >= _CHECKPOINT_EVENTS:
            self._checkpoint()
        return len(found) == _PAGE

    def _hand_out(self, offset: int, route: Route) -> None:
        concerned = [
            consumer
            for consumer in self._routes.to(route)
            if offset > consumer.offset
            and not consumer.failed
            and consumer.name not in self._behind
        ]
        entry = self._services.journal.at(offset) if concerned else None
        if entry is None:
            return  # it concerns nobody, or is no longer kept
        for consumer in concerned:
            self._consume(consumer, entry)

    def _consume(self, consumer: Consumer, entry: Entry) -> None:
        consumer.hand(entry)
        if consumer.took > SLOW_SECONDS:
            self._set_apart(consumer)

    def _set_apart(self, consumer: Consumer) -> None:
        """Let a slow Sensor follow the journal on a thread of its own."""
        log.warning("sensor %s took %.1f s for an event: from now on it runs apart from the others",
                    consumer.sensor.name, consumer.took)  # fmt: skip
        self._drop(consumer.name)
        lane: Lane[_News] = Lane(consumer, self._services.journal, self._wake.set)
        self._lanes[consumer.name] = lane
        lane.start()

    def _take_back(self) -> None:
        """Take back the consumers of lanes that have ended, and what was told of them meanwhile."""
        for uid, lane in [(uid, lane) for uid, lane in self._lanes.items() if lane.ended]:
            del self._lanes[uid]
            lane.consumer.took = 0.0
            self._consumers[uid] = lane.consumer
            self._routes.add(lane.consumer)
            self._news.extendleft(reversed(lane.news))
            self._behind.add(uid)

    def _take_news(self) -> None:
        self._take_back()
        while self._news:
            news = self._news[0]
            uid = uid_of(news.object)
            if lane := self._lanes.get(uid):
                self._tell(lane, news)
            elif news.deleted:
                self._forget(uid)
            else:
                self._adopt(news.object, news.head)
            self._news.popleft()  # only now: a store that can't write makes it wait
        self._catch_up_all()

    def _tell(self, lane: Lane[_News], news: _News) -> None:
        """Keep what concerns a slow Sensor until its lane has ended, if it changes anything."""
        with contextlib.suppress(Invalid):
            if not news.deleted and parse_sensor(news.object) == lane.consumer.sensor:
                return
        lane.news.append(news)
        lane.ask_to_stop()

    def _adopt(self, obj: Object, head: int | None) -> None:
        """Take up a Sensor, new or edited; one that is invalid keeps its place and waits."""
        uid = uid_of(obj)
        known = self._consumers.get(uid)
        if known is None:
            begin(self._services, obj, head)
        try:
            sensor = parse_sensor(obj)
        except Invalid:
            self._drop(uid)
            self._invalid.add(uid)  # the status says why (see status.py)
            return
        self._invalid.discard(uid)
        if known is None:
            self._begin(Consumer(self._services, sensor, self._on_failure))
        elif sensor != known.sensor:
            self._routes.remove(known)
            known.replace_sensor(sensor)
            self._routes.add(known)

    def _begin(self, consumer: Consumer) -> None:
        consumer.load()
        self._consumers[consumer.name] = consumer
        self._routes.add(consumer)
        for delivery in consumer.pending():
            self._services.deliveries.add(delivery)
        self._behind.add(consumer.name)

    def _forget(self, uid: str) -> None:
        self._drop(uid)
        self._invalid.discard(uid)
        self._services.deliveries.drop(uid)
        forget(self._services, uid)

    def _drop(self, uid: str) -> None:
        if consumer := self._consumers.pop(uid, None):
            self._routes.remove(consumer)
        self._failing.discard(uid)

    def _catch_up_all(self) -> None:
        """Hand consumers that are behind what the others have seen already."""
        for uid in tuple(self._behind):
            if consumer := self._consumers.get(uid):
                self._catch_up(consumer)
            if not self._stopping:  # else it stays behind, and the next start begins there
                self._behind.discard(uid)

    def _catch_up(self, consumer: Consumer) -> None:

        def going_on() -> bool:
            if consumer.took > SLOW_SECONDS:
                self._set_apart(consumer)
            return not self._stopping and consumer.name not in self._lanes

        follow(consumer, self._services.journal, consumer.offset, self._cursor, going_on)

    def _recover(self) -> None:
        """Read anew what failed consumers did not get on disk."""
        if not self._failing or monotonic() - self._recovered_at < _RECOVERY_SECONDS:
            return
        self._recovered_at = monotonic()
        for uid in tuple(self._failing):
            consumer = self._consumers.get(uid)
            if consumer:
                consumer.load()
            self._failing.discard(uid)  # not before: what was still under way may have failed, too
            self._behind.add(uid)
        self._catch_up_all()

    def _checkpoint(self) -> None:
        """Move the offsets of Sensors that nothing concerned."""
        self._saved_at, target = monotonic(), self._cursor
        if target <= self._saved:
            return
        kept = self._services.store.write(partial(self._move, target))
        self._saved = target
        for uid, consumer in self._consumers.items():
            if uid not in kept:
                consumer.offset = max(consumer.offset, target)

    def _move(self, target: int, tx: Transaction) -> frozenset[str]:
        """Write where all stand; those whose commits (all before this one) failed stay behind."""
        kept = frozenset(self._failing | self._invalid | self._behind | self._lanes.keys())
        self._services.ledger.advance_all(tx, target, but=kept)
        return kept
