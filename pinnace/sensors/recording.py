"""Writing into one transaction what a firing comes to: the object it makes and its ledger row.

Nothing is lost silently: a firing that can't be performed has a row that says why, a Warning Event
on its Sensor, and its dead-letter trigger where there is one.
"""

from collections.abc import Mapping
from dataclasses import replace

from pinnace.bus import Event, Ledger
from pinnace.bus import Firing as Row
from pinnace.bus.ledger import State
from pinnace.objects.errors import PinnaceError
from pinnace.objects.kinds import SENSORS
from pinnace.reconcile import Note
from pinnace.reconcile.notes import record as record_note
from pinnace.sensors.actions import ObjectAction
from pinnace.sensors.deliveries import Delivery
from pinnace.sensors.effects import Operations, act
from pinnace.sensors.evaluation import prepare
from pinnace.sensors.spec import Sensor, Trigger
from pinnace.sensors.verdicts import Firing
from pinnace.store import Transaction

COMPONENT = "sensor-controller"


class Recorder:
    """Records firings; what must be performed afterwards is returned as deliveries."""

    def __init__(self, ledger: Ledger, operations: Operations) -> None:
        self._ledger, self._operations = ledger, operations

    def fire(
        self, tx: Transaction, sensor: Sensor, trigger: Trigger, firing: Firing
    ) -> list[Delivery]:
        """Perform and record a firing as part of consuming its event."""
        if firing.action is None:
            return self._give_up(tx, sensor, trigger, firing.events, "failed", firing.error)
        if isinstance(firing.action, ObjectAction) and trigger.rate_limit is None:
            return self._act(tx, sensor, trigger, firing, firing.action)
        return [self._pend(tx, sensor, trigger, firing)]

    def bury(self, tx: Transaction, delivery: Delivery, message: str) -> list[Delivery]:
        """Record that a delivery is given up; returns its dead letter."""
        dead = replace(delivery.firing, state="dead", message=message)
        self._ledger.settle(tx, dead)
        return self._after_failure(tx, delivery.sensor, delivery.trigger, delivery.events, message)

    def _act(
        self,
        tx: Transaction,
        sensor: Sensor,
        trigger: Trigger,
        firing: Firing,
        action: ObjectAction,
    ) -> list[Delivery]:
        try:
            done = str(act(tx, action, self._operations))
        except PinnaceError as error:
            if trigger.retry.steps > 1:
                return [self._pend(tx, sensor, trigger, firing, attempts=1, message=str(error))]
            return self._give_up(tx, sensor, trigger, firing.events, "failed", str(error))
        if trigger.policy is not None:
            return [self._pend(tx, sensor, trigger, firing, attempts=1, object=done)]
        self._record(tx, sensor, trigger, firing.events, "fired", object=done)
        return []

    def _pend(
        self,
        tx: Transaction,
        sensor: Sensor,
        trigger: Trigger,
        firing: Firing,
        **more: int | str,
    ) -> Delivery:
        row = self._record(tx, sensor, trigger, firing.events, "pending", **{"attempts": 0, **more})
        if firing.action is None:
            raise AssertionError("only a prepared firing can be pending")
        return Delivery(
            firing=row, sensor=sensor, trigger=trigger, action=firing.action, events=firing.events
        )

    def _give_up(
        self, tx: Transaction, sensor: Sensor, trigger: Trigger, events: Mapping[str, Event],
        state: State, message: str,
    ) -> list[Delivery]:  # fmt: skip
        self._record(tx, sensor, trigger, events, state, message=message)
        return self._after_failure(tx, sensor, trigger, events, message)

    def _after_failure(
        self, tx: Transaction, sensor: Sensor, trigger: Trigger, events: Mapping[str, Event],
        message: str,
    ) -> list[Delivery]:  # fmt: skip
        primary = tx.find(SENSORS, sensor.namespace, sensor.name)
        if primary is not None:
            ids = ", ".join(event.id for event in events.values())
            text = f"Failed to execute trigger '{trigger.name}' on event {ids}: {message}"
            note = Note(type="Warning", reason="TriggerFailed", message=text)
            record_note(tx, primary, note, COMPONENT)
        if trigger.dead_letter is None:
            return []
        letter = prepare(sensor, trigger.dead_letter, events, tx.now)
        return self.fire(tx, sensor, trigger.dead_letter, letter)

    def _record(
        self, tx: Transaction, sensor: Sensor, trigger: Trigger, events: Mapping[str, Event],
        state: State, **more: int | str,
    ) -> Row:  # fmt: skip
        row = Row(
            sensor_uid=sensor.uid, namespace=sensor.namespace, sensor=sensor.name,
            trigger=trigger.name, event_ids=tuple(event.id for event in events.values()),
            dependencies=tuple(events), state=state, time=tx.now,
            object=str(more.get("object", "")), attempts=int(more.get("attempts", 1)),
            message=str(more.get("message", "")),
        )  # fmt: skip
        return replace(row, id=self._ledger.record(tx, row))
