"""The shell of the TFJob controller: reads the store, finds ports, asks :func:`decide`."""

from collections.abc import Iterable

from pinnace.objects.clock import Clock
from pinnace.objects.kinds import PODS, SERVICES, TFJOBS, Kind
from pinnace.objects.meta import Key, name_of, uid_of
from pinnace.objects.types import Object
from pinnace.reconcile import NOTHING, Controller, Decision, Watches, owned_by
from pinnace.store import Store
from pinnace.training.decide import decide, replicas_of
from pinnace.training.names import OPERATOR
from pinnace.training.ports import Ports


def controller(store: Store, clock: Clock) -> Controller:
    """Make the TFJob controller; it is started and stopped by the control plane."""
    return Controller(
        store,
        name=OPERATOR,
        kind=TFJOBS,
        reconcile=Shell(store, clock).reconcile,
        watches=(
            Watches(kind=PODS, to_keys=owned_by(TFJOBS)),
            Watches(kind=SERVICES, to_keys=owned_by(TFJOBS)),
        ),
    )


class Shell:
    """What stands between the store and the pure decision."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._ports = Ports(store)

    def reconcile(self, key: Key) -> Decision:
        """Decide about one TFJob as the store has it now."""
        tfjob = self._store.find(TFJOBS, key.namespace, key.name)
        if tfjob is None:
            self._ports.forget(key)
            return NOTHING
        names = replicas_of(tfjob)
        pods = self._children(PODS, tfjob, key, names)
        services = self._children(SERVICES, tfjob, key, names)
        ports = self._ports.of(key, uid_of(tfjob), names, services)
        return decide(tfjob, pods, services, self._clock.now(), ports)

    def _children(self, kind: Kind, tfjob: Object, key: Key, names: Iterable[str]) -> list[Object]:
        """Read the job's own children, and what others hold under the names it needs."""
        own = self._store.list(kind, key.namespace, owner=uid_of(tfjob))
        held = set(names) - {name_of(child) for child in own}
        others = (self._store.find(kind, key.namespace, name) for name in sorted(held))
        return [*own, *(child for child in others if child is not None)]
