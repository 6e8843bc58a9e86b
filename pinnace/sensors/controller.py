"""The Sensor controller: follows the journal for all Sensors and keeps their status true.

Comes from: Sensors in the store, events in the journal. Goes to: objects that triggers create,
requests, the ledger, and the status of each Sensor.
"""

from collections.abc import Mapping, Sequence
from functools import partial

from pinnace.bus import Event, Firing, History, Journal, Ledger
from pinnace.objects.clock import SYSTEM_CLOCK, Clock
from pinnace.objects.kinds import SENSORS
from pinnace.objects.meta import Key
from pinnace.reconcile import NOTHING, Controller, Decision, Note
from pinnace.sensors import replaying
from pinnace.sensors.consumer import Services
from pinnace.sensors.deliveries import Deliveries, Delivery
from pinnace.sensors.dispatcher import Dispatcher
from pinnace.sensors.effects import Edge, Operation, Reach
from pinnace.sensors.recording import COMPONENT, Recorder
from pinnace.sensors.spec import Sensor
from pinnace.sensors.status import problem, with_status
from pinnace.sensors.verdicts import Verdict
from pinnace.store import Store, Transaction, services


class SensorController:
    """Runs every Sensor of the store.

    ``operations`` are what ``argoWorkflow`` triggers can do to workflows, by name; ``reach`` says
    how the outside is reached.
    """

    def __init__(
        self,
        store: Store,
        journal: Journal,
        ledger: Ledger,
        clock: Clock = SYSTEM_CLOCK,
        *,
        operations: Mapping[str, Operation] | None = None,
        reach: Reach | None = None,
    ) -> None:
        self._store, self._clock = store, clock
        self._recorder = Recorder(ledger, operations or {})
        self._edge = Edge(store, reach or Reach(resolve=partial(services.resolve, store)))
        self._deliveries = Deliveries(store, ledger, self._edge, operations or {}, self._bury)
        self._services = Services(
            store=store, journal=journal, ledger=ledger, history=History(store), clock=clock,
            deliveries=self._deliveries, recorder=self._recorder,
        )  # fmt: skip
        self._dispatcher = Dispatcher(self._services)
        self._statuses = Controller(
            store, name=COMPONENT, kind=SENSORS, reconcile=self._reconcile, workers=1
        )

    def start(self) -> None:
        """Begin where the ledger says each Sensor stood."""
        self._deliveries.start()
        self._dispatcher.start()
        self._statuses.start()

    def stop(self) -> None:
        """End; the next start goes on from here."""
        self._statuses.stop()
        self._dispatcher.stop()
        self._deliveries.stop()
        self._edge.close()

    def replay(self, sensor: Sensor, events: Sequence[Event]) -> list[Verdict]:
        """Let a Sensor, stored or edited, consume events once more; returns the verdicts."""
        return replaying.replay(sensor, events, self._services)

    def redrive(self, firing_id: int) -> Firing:
        """Try a failed or dead firing again; raises NotFound or BadRequest."""
        return replaying.redrive(firing_id, self._services)

    def _bury(self, tx: Transaction, delivery: Delivery, message: str) -> None:
        letters = self._recorder.bury(tx, delivery, message)
        for letter in letters:
            tx.after_commit.append(partial(self._deliveries.add, letter))

    def _reconcile(self, key: Key) -> Decision:
        obj = self._store.find(key.kind, key.namespace, key.name)
        if obj is None:
            return NOTHING
        wanted = with_status(obj, self._clock.now())
        if wanted == obj:
            return NOTHING
        message = problem(obj)
        notes = (Note(type="Warning", reason="InvalidSensor", message=message),) if message else ()
        return Decision(status=wanted, events=notes)
