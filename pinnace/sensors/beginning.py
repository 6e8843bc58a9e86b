"""Where in the journal a Sensor begins that the ledger doesn't know."""

from pinnace.bus import History
from pinnace.objects.clock import parse_rfc3339
from pinnace.objects.errors import Invalid
from pinnace.objects.meta import metadata_of
from pinnace.objects.types import Object
from pinnace.sensors.annotations import read_start


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
    return history.position_at(start or created)
