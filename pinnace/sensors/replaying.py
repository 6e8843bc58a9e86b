"""Events consumed once more because a person asks, and dead firings driven again.

A replay leaves the Sensor's place in the journal and its joins alone: it begins with empty joins,
and what it fires stands in the ledger beside the first time.
"""

from collections.abc import Sequence
from dataclasses import replace

from pinnace.bus import Event
from pinnace.bus import Firing as Row
from pinnace.objects.errors import BadRequest, NotFound
from pinnace.objects.kinds import SENSORS
from pinnace.objects.types import Object
from pinnace.sensors.consumer import Services
from pinnace.sensors.deliveries import Delivery
from pinnace.sensors.evaluation import evaluate_all
from pinnace.sensors.parsing import parse_sensor
from pinnace.sensors.restoring import Lost, restore
from pinnace.sensors.spec import Sensor
from pinnace.sensors.verdicts import Verdict
from pinnace.store import Transaction


def replay(sensor: Sensor, events: Sequence[Event], services: Services) -> list[Verdict]:
    """Evaluate events in order and perform what they come to; returns the verdicts."""
    found = evaluate_all(sensor, events, now=services.clock.now())

    def fire(tx: Transaction) -> list[Delivery]:
        deliveries: list[Delivery] = []
        for verdict in found:
            for told in verdict.triggers:
                trigger = next(each for each in sensor.triggers if each.name == told.name)
                for firing in told.firings:
                    deliveries += services.recorder.fire(tx, sensor, trigger, firing)
        return deliveries

    for delivery in services.store.write(fire):
        services.deliveries.add(delivery)
    return found


def redrive(firing_id: int, services: Services) -> Row:
    """Try a failed or dead firing again, with the Sensor as it is now; returns it as pending.

    Raises NotFound, or BadRequest when it is not dead or can't be prepared again.
    """
    row = services.ledger.firing(firing_id)
    if row is None:
        raise NotFound("firings", str(firing_id))
    if row.state not in ("failed", "dead"):
        raise BadRequest(
            f"firing {firing_id} is {row.state}: only failed and dead ones are redriven"
        )
    sensor = parse_sensor(_stored(row, services))
    pending = replace(row, state="pending", attempts=0, message="redriven", object="")
    restored = restore(services.journal, sensor, pending, services.clock.now())
    if isinstance(restored, Lost):
        raise BadRequest(f"firing {firing_id} can't be prepared again: {restored.reason}")
    services.store.write(lambda tx: services.ledger.settle(tx, pending))
    services.deliveries.add(restored)
    return pending


def _stored(row: Row, services: Services) -> Object:
    found = services.store.find(SENSORS, row.namespace, row.sensor)
    if found is None or found["metadata"]["uid"] != row.sensor_uid:
        raise BadRequest(f"the Sensor {row.namespace}/{row.sensor} of that firing is gone")
    return found
