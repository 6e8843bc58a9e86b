"""Actions that are performed after their event is consumed: requests, retries, limited rates.

Each has a row in the ledger (``pending`` until it is ``fired`` or ``dead``), so what was pending
when the control plane died is taken up again. With ``atLeastOnce`` a trigger's deliveries are in
sequence, as upstream; without, they are in parallel. In both cases ``retryStrategy`` is honoured.
"""

import logging
import random
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any

from pinnace.bus import Event, Firing, Ledger
from pinnace.bus.ledger import State
from pinnace.objects.errors import PinnaceError, Unavailable
from pinnace.reconcile import WorkQueue
from pinnace.sensors.actions import Action, FetchAction, ObjectAction, OutsideAction
from pinnace.sensors.durations import delay
from pinnace.sensors.effects import Edge, Occasion, Operations, act, perform
from pinnace.sensors.effects.sources import fetched
from pinnace.sensors.policies import Judgement, judge
from pinnace.sensors.spec import Sensor, Trigger
from pinnace.store import Store, Transaction

log = logging.getLogger(__name__)

_WORKERS = 4
_PATIENCE = 2.0  # seconds that stopping waits for requests in flight
_STORE_DELAY = 1.0

Line = tuple[Any, ...]


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One pending firing and what it takes to perform it."""

    firing: Firing
    sensor: Sensor
    trigger: Trigger
    action: Action
    events: Mapping[str, Event]
    looks: int = 0  # how often the policy has looked at what was made

    @property
    def occasion(self) -> Occasion:
        """Return for whom it is."""
        firing = self.firing
        return Occasion(namespace=firing.namespace, sensor=firing.sensor, trigger=firing.trigger)

    @property
    def line(self) -> Line:
        """Return the queue it stands in: deliveries of one line are in sequence."""
        name = (self.firing.sensor_uid, self.firing.trigger)
        return name if self.trigger.at_least_once else (*name, self.firing.id)


Bury = Callable[[Transaction, Delivery, str], None]


class Deliveries:
    """Performs deliveries on threads of its own; ``bury`` records one that is given up."""

    def __init__(
        self, store: Store, ledger: Ledger, edge: Edge, operations: Operations, bury: Bury
    ) -> None:
        self._store, self._ledger, self._edge, self._bury = store, ledger, edge, bury
        self._operations = operations
        self._queue: WorkQueue[Line] = WorkQueue()
        self._lines: dict[Line, deque[tuple[float, Delivery]]] = {}
        self._known: set[int] = set()  # ids of the firings in hand
        self._slots: dict[Line, float] = {}
        self._dropped: set[str] = set()  # uids of deleted Sensors
        self._lock = threading.Lock()
        self._threads = [
            threading.Thread(target=self._work, name=f"sensor-delivery-{n}", daemon=True)
            for n in range(_WORKERS)
        ]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End; what is pending stays so in the ledger."""
        self._queue.close()
        deadline = monotonic() + _PATIENCE
        for thread in self._threads:
            if thread.is_alive():
                thread.join(max(0.0, deadline - monotonic()))

    def add(self, delivery: Delivery) -> None:
        """Perform a delivery when its rate allows, after those before it in its line."""
        with self._lock:
            if delivery.firing.id in self._known:
                return  # taken up already
            self._known.add(delivery.firing.id)
            due = self._slot(delivery)
            line = self._lines.setdefault(delivery.line, deque())
            line.append((due, delivery))
            first = len(line) == 1
        if first:
            self._queue.add(delivery.line, max(0.0, due - monotonic()))

    def drop(self, sensor_uid: str) -> None:
        """Perform nothing more for a Sensor that was deleted."""
        with self._lock:
            self._dropped.add(sensor_uid)

    def _slot(self, delivery: Delivery) -> float:
        """Return when the trigger's rate allows it."""
        now, limit = monotonic(), delivery.trigger.rate_limit
        if limit is None:
            return now
        name = (delivery.firing.sensor_uid, delivery.firing.trigger)
        due = max(now, self._slots.get(name, now))
        self._slots[name] = due + limit.unit / limit.requests
        return due

    def _work(self) -> None:
        while (line := self._queue.take()) is not None:
            try:
                self._attempt(line)
            except Unavailable as error:
                log.warning("a delivery could not be recorded: %s; trying again", error)
                self._queue.add(line, _STORE_DELAY)
            except Exception:  # a supervisor: one delivery's bug must not end all others
                log.exception("a delivery failed unexpectedly; trying again")
                self._queue.add(line, _STORE_DELAY)
            finally:
                self._queue.done(line)

    def _attempt(self, line: Line) -> None:
        with self._lock:
            _, delivery = self._lines[line][0]
            dropped = delivery.firing.sensor_uid in self._dropped
        if dropped:
            self._leave(line)
            return
        try:
            self._advance(line, delivery)
        except Unavailable:
            raise
        except PinnaceError as error:
            self._failed(line, _tried(delivery), str(error))

    def _advance(self, line: Line, delivery: Delivery) -> None:
        """Perform the action, or look at what it made when it was performed before."""
        if not delivery.firing.object:
            delivery = _tried(delivery)
            self._perform(delivery)
            if delivery.trigger.policy is None or isinstance(delivery.action, OutsideAction):
                self._leave(line)
                return
            made = self._ledger.firing(delivery.firing.id)
            delivery = replace(delivery, firing=made or delivery.firing)
        self._look(line, delivery)

    def _perform(self, delivery: Delivery) -> None:
        tried, action = delivery.firing, delivery.action
        if isinstance(action, FetchAction):
            action = fetched(action, self._edge, delivery.occasion)
        if isinstance(action, ObjectAction):
            state: State = "fired" if delivery.trigger.policy is None else "pending"
            about = action
            self._store.write(lambda tx: self._act(tx, about, replace(tried, state=state)))
        else:
            message = perform(action, self._edge, delivery.occasion)
            fired = replace(tried, state="fired", message=message)
            self._store.write(lambda tx: self._ledger.settle(tx, fired))
        log.info("Successfully processed trigger '%s'", tried.trigger)

    def _act(self, tx: Transaction, action: ObjectAction, tried: Firing) -> None:
        done = str(act(tx, action, self._operations))
        self._ledger.settle(tx, replace(tried, object=done, message=""))

    def _look(self, line: Line, delivery: Delivery) -> None:
        """Let ``policy.k8s`` judge what was made; raises Permanent when it condemns it."""
        judgement = judge(self._store, delivery.trigger, delivery.firing, delivery.looks)
        if isinstance(judgement, Judgement):
            firing = replace(delivery.firing, state="fired", message=judgement.message)
            self._store.write(lambda tx: self._ledger.settle(tx, firing))
            self._leave(line)
            return
        looked = replace(delivery, looks=delivery.looks + 1)
        with self._lock:
            self._lines[line][0] = (monotonic(), looked)
        self._queue.add(line, judgement)

    def _failed(self, line: Line, delivery: Delivery, message: str) -> None:
        firing = delivery.firing
        after = delay(delivery.trigger.retry, firing.attempts, random.random())
        if after is None:
            self._store.write(lambda tx: self._bury(tx, delivery, message))
            self._leave(line)
            return
        # whatever it made before: upstream, too, tries the whole trigger again
        waiting = replace(firing, state="pending", message=message, object="")
        self._store.write(lambda tx: self._ledger.settle(tx, waiting))
        with self._lock:
            self._lines[line][0] = (monotonic(), replace(delivery, firing=waiting, looks=0))
        log.info(
            "trigger '%s' of sensor %s failed (attempt %d of %d): %s; again in %.1f s",
            firing.trigger, firing.sensor, firing.attempts, delivery.trigger.retry.steps, message,
            after,
        )  # fmt: skip
        self._queue.add(line, after)

    def _leave(self, line: Line) -> None:
        with self._lock:
            waiting = self._lines[line]
            _, done = waiting.popleft()
            self._known.discard(done.firing.id)
            if not waiting:
                del self._lines[line]
        if waiting:
            self._queue.add(line, max(0.0, waiting[0][0] - monotonic()))


def _tried(delivery: Delivery) -> Delivery:
    """Count an attempt, once for each: what a policy looks at was counted when it was made."""
    firing = delivery.firing
    if firing.object:
        return delivery
    return replace(delivery, firing=replace(firing, attempts=firing.attempts + 1))
