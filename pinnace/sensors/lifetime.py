"""What stands in the ledger of a Sensor when it comes and when it has gone."""

from dataclasses import replace

from pinnace.bus import History
from pinnace.objects.clock import parse_rfc3339
from pinnace.objects.errors import Invalid
from pinnace.objects.meta import metadata_of, uid_of
from pinnace.objects.types import Object
from pinnace.sensors.annotations import read_start
from pinnace.sensors.consumer import Services
from pinnace.store import Transaction


def begin(services: Services, obj: Object, head: int | None) -> None:
    """Write where in the journal a Sensor begins, unless the ledger knows it."""
    uid, ledger = uid_of(obj), services.ledger
    if ledger.offset(uid) is None:
        first = first_offset(obj, head, services.history)
        services.store.write(lambda tx: ledger.advance(tx, uid, first))


def first_offset(obj: Object, head: int | None, history: History) -> int:
    """Return the offset after which it begins: where its annotation asks, else at its creation.

    That is the journal's ``head`` at that moment, or found by time when it was created while nobody
    listened (the control plane died in that moment).
    """
    created = parse_rfc3339(metadata_of(obj)["creationTimestamp"])
    try:
        start = read_start(obj, created)
    except Invalid:
        start = None  # its status says what is wrong
    if start is None and head is not None:
        return head
    position = history.position_at(start or created)
    return position if head is None else min(position, head)  # what came since is not missed


def forget(services: Services, uid: str) -> None:
    """Take a deleted Sensor's offset; what it had yet to do ends as dead."""
    ledger = services.ledger
    pending = ledger.firings(sensor_uid=uid, state="pending")

    def write(tx: Transaction) -> None:
        ledger.forget(tx, uid)
        for row in pending:
            ledger.settle(tx, replace(row, state="dead", message="its Sensor was deleted"))

    services.store.write(write)
