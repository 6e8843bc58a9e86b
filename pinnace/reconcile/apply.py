"""Making a Decision true in one transaction."""

from pinnace.objects.errors import NotFound
from pinnace.objects.meta import Key, uid_of
from pinnace.objects.types import Object
from pinnace.reconcile.decision import Decision
from pinnace.reconcile.notes import record
from pinnace.store import Transaction


def apply(tx: Transaction, key: Key, decision: Decision, *, component: str) -> None:
    """Write what differs; raises Conflict when an object moved on since the decision was made.

    Nothing is created for an object that is gone: its children would be orphans.
    """
    primary = tx.find(key.kind, key.namespace, key.name)
    if decision.status is not None and primary is not None:
        primary = _update(tx, primary, decision.status)
    if primary is not None:
        for obj in decision.wanted:
            wanted = tx.key_of(obj)
            if tx.find(wanted.kind, wanted.namespace, wanted.name) is None:
                tx.create(obj)
    for obj in decision.changed:
        tx.update(obj)
    for gone in decision.delete:
        _delete(tx, gone)
    for position, note in enumerate(decision.events):
        about = note.about or primary
        if about is not None:
            record(tx, about, note, component, position)


def _update(tx: Transaction, current: Object, wanted: Object) -> Object | None:
    if uid_of(wanted) and uid_of(wanted) != uid_of(current):
        return None  # another object of that name by now; it is decided for by itself
    return tx.update(wanted)


def _delete(tx: Transaction, key: Key) -> None:
    try:
        tx.delete(key)
    except NotFound:
        return  # gone already, which is what was wanted
