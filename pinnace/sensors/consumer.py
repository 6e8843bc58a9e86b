"""One Sensor's consumption of the journal: its offset, what its joins hold, its pending firings.

Only the dispatcher's thread calls it. Commits are not waited for: each says from which offset it
goes on, so that one that failed (a full disk) makes the later ones fail too, and all is read anew.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import partial
from time import monotonic

from pinnace.bus import Entry, Event, History, Journal, Ledger, Route
from pinnace.bus import Firing as Row
from pinnace.objects.clock import Clock
from pinnace.objects.errors import PinnaceError
from pinnace.sensors.deliveries import Deliveries, Delivery
from pinnace.sensors.evaluation import evaluate
from pinnace.sensors.recording import Recorder
from pinnace.sensors.restoring import as_seen, restore
from pinnace.sensors.spec import Sensor, Trigger
from pinnace.sensors.verdicts import Firing, TriggerVerdict, Verdict
from pinnace.store import Store, Transaction

log = logging.getLogger(__name__)

_IN_FLIGHT = 256


@dataclass(frozen=True, kw_only=True)
class Services:
    """What all consumers share."""

    store: Store
    journal: Journal
    ledger: Ledger
    history: History
    clock: Clock
    deliveries: Deliveries
    recorder: Recorder


@dataclass(frozen=True, kw_only=True)
class Held:
    """An event kept for a join and where it stands in the journal."""

    offset: int
    event: Event


class Consumer:
    """A Sensor that runs; ``offset`` is the last event handed to it, committed or about to be.

    It has ``failed`` while what it submitted did not get on disk: it must be loaded and read anew.
    ``on_failure`` is told its name then, on any thread.
    """

    def __init__(
        self, services: Services, sensor: Sensor, on_failure: Callable[[str], None]
    ) -> None:
        self._services = services
        self.sensor = sensor
        self.offset = 0
        self.failed = False
        self.took = 0.0  # seconds of the last evaluation
        self._on_failure = on_failure
        self._held: dict[str, dict[str, Held]] = {}
        self._refused: dict[int, str] = {}  # offsets whose commit met a bug of ours, and which
        self._flying: deque[Future[None]] = deque()

    @property
    def name(self) -> str:
        """Return the name under which the ledger knows it."""
        return self.sensor.uid

    def fail(self) -> None:
        """Note that something did not get on disk."""
        self.failed = True
        self._on_failure(self.name)

    def concerns(self) -> set[Route]:
        """Return which events concern it."""
        return {
            (self.sensor.namespace, dependency.event_source, dependency.event)
            for dependency in self.sensor.dependencies
        }

    def load(self) -> None:
        """Read the offset and the joins from the ledger, after a start or a failed commit."""
        for future in self._flying:
            future.exception()  # wait: what still flies would commit on the old state
        self._flying.clear()
        ledger = self._services.ledger
        self.offset = ledger.offset(self.name) or 0
        self._held = {
            trigger.name: self._restored(trigger, ledger.joined(self.name, trigger.name))
            for trigger in self.sensor.triggers
            if trigger.condition.joins
        }
        self.failed = False

    def _restored(self, trigger: Trigger, joined: Mapping[str, Entry]) -> dict[str, Held]:
        now = self._services.clock.now()
        return {
            name: Held(offset=entry.offset, event=as_seen(self.sensor, name, entry.event, now))
            for name, entry in joined.items()
            if name in trigger.condition.names
        }

    def pending(self) -> Iterable[Delivery]:
        """Prepare again what was pending in the ledger."""
        for row in self._services.ledger.firings(sensor_uid=self.name, state="pending"):
            if delivery := self._prepared(row):
                yield delivery

    def _prepared(self, row: Row) -> Delivery | None:
        restored = restore(self._services.journal, self.sensor, row, self._services.clock.now())
        if isinstance(restored, Delivery):
            return restored
        dead = replace(row, state="dead", message=f"can't be taken up again: {restored.reason}")
        self._services.store.write(lambda tx: self._services.ledger.settle(tx, dead))
        return None

    def replace_sensor(self, sensor: Sensor) -> None:
        """Go on with an edited Sensor: what a changed dependency held is forgotten."""
        same = {d.name for d in sensor.dependencies if d in self.sensor.dependencies}
        held = {
            trigger.name: {
                name: kept
                for name, kept in self._held.get(trigger.name, {}).items()
                if name in same and name in trigger.condition.names
            }
            for trigger in sensor.triggers
            if trigger.condition.joins
        }
        before, self._held, self.sensor = self._held, held, sensor
        names = {*before, *held}
        changed = {name: held.get(name, {}) for name in names if before.get(name) != held.get(name)}
        if any(before.get(name) for name in changed):
            self._submit(lambda tx: self._keep(tx, changed), self.offset)

    def hand(self, entry: Entry) -> None:
        """Consume an event; a bug of ours makes it fail and must not stop anybody else."""
        try:
            self.consume(entry)
        except Exception:  # the shell of one Sensor
            log.exception("sensor %s: event %s failed", self.sensor.name, entry.event.id)
            self.fail()

    def move_on(self, offset: int) -> None:
        """Record that nothing up to ``offset`` concerned it."""
        if offset > self.offset and not self.failed:
            before, self.offset = self.offset, offset
            self._submit(
                lambda tx: self._services.ledger.advance(tx, self.name, offset, after=before),
                offset,
            )

    def consume(self, entry: Entry) -> None:
        """Evaluate an event and submit what it comes to, as one transaction."""
        joined = {
            trigger: {name: held.event for name, held in kept.items()}
            for trigger, kept in self._held.items()
        }
        sensor, span = self.sensor, (self.offset, entry.offset)
        self.offset = entry.offset
        begun = monotonic()
        try:
            if message := self._refused.get(entry.offset):
                raise RuntimeError(message)
            verdict = evaluate(sensor, entry.event, joined=joined, now=self._services.clock.now())
        except Exception as error:  # the shell of one event: our own bug must not lose it silently
            log.exception("sensor %s: event %s can't be evaluated", sensor.name, entry.event.id)
            message = f"internal error: {error!r}"
            self._submit(
                lambda tx: self._commit_failure(tx, sensor, entry.event, message, span), span[1]
            )
            return
        finally:
            self.took = monotonic() - begun
        changed = self._hold(verdict, entry)
        self._submit(lambda tx: self._commit(tx, verdict, sensor, changed, span), span[1])

    def _hold(self, verdict: Verdict, entry: Entry) -> dict[str, dict[str, Held]]:
        """Move the joins on; returns those that changed."""
        changed = {}
        for trigger in verdict.triggers:
            before = self._held.get(trigger.name, {})
            after = {
                name: _held(before, name, event, entry) for name, event in trigger.held.items()
            }
            if after != before:
                self._held[trigger.name] = changed[trigger.name] = after
        return changed

    def _commit_failure(
        self, tx: Transaction, sensor: Sensor, event: Event, message: str, span: tuple[int, int]
    ) -> None:
        self._services.ledger.advance(tx, self.name, span[1], after=span[0])
        for dependency in sensor.concerned(event.source, event.subject):
            for trigger in sensor.triggers:
                if dependency.name in trigger.condition.names:
                    failed = Firing(events={dependency.name: event}, error=message)
                    self._services.recorder.fire(tx, sensor, trigger, failed)

    def _commit(
        self,
        tx: Transaction,
        verdict: Verdict,
        sensor: Sensor,
        changed: Mapping[str, Mapping[str, Held]],
        span: tuple[int, int],
    ) -> None:
        self._services.ledger.advance(tx, self.name, span[1], after=span[0])
        self._keep(tx, changed)
        deliveries: list[Delivery] = []
        for found in verdict.triggers:
            deliveries += self._fire(tx, sensor, found)
        tx.after_commit.append(lambda: self._deliver(deliveries))

    def _fire(self, tx: Transaction, sensor: Sensor, verdict: TriggerVerdict) -> list[Delivery]:
        trigger = next(entry for entry in sensor.triggers if entry.name == verdict.name)
        deliveries: list[Delivery] = []
        for firing in verdict.firings:
            deliveries += self._services.recorder.fire(tx, sensor, trigger, firing)
        return deliveries

    def _keep(self, tx: Transaction, changed: Mapping[str, Mapping[str, Held]]) -> None:
        for trigger, kept in changed.items():
            self._services.ledger.clear(tx, self.name, trigger)
            for name, held in kept.items():
                self._services.ledger.hold(tx, self.name, trigger, name, held.offset)

    def _deliver(self, deliveries: Iterable[Delivery]) -> None:
        for delivery in deliveries:
            self._services.deliveries.add(delivery)

    def _submit(self, unit: Callable[[Transaction], None], offset: int) -> None:
        while self._flying and (len(self._flying) >= _IN_FLIGHT or self._flying[0].done()):
            self._flying.popleft().exception()  # wait for the oldest: memory stays bounded
        future = self._services.store.transact(unit)
        self._flying.append(future)
        future.add_done_callback(partial(self._settled, offset))

    def _settled(self, offset: int, future: Future[None]) -> None:
        if (error := future.exception()) is not None:
            if not isinstance(error, PinnaceError):  # trying the same again would not help
                self._refused[offset] = repr(error)
            log.warning("sensor %s: an event could not be recorded: %s; reading it again",
                        self.sensor.name, error)  # fmt: skip
            self.fail()


def _held(before: Mapping[str, Held], name: str, event: Event, entry: Entry) -> Held:
    known = before.get(name)
    return known if known and known.event is event else Held(offset=entry.offset, event=event)
