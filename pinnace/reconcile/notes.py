"""Recording core/v1 Events, counting repeats as client-go's recorder does.

Times have microseconds, unlike a cluster's: ``kubectl describe`` sorts by them, and much happens
within one second here.
"""

from datetime import timedelta

from pinnace.objects.clock import rfc3339_micro
from pinnace.objects.kinds import EVENTS
from pinnace.objects.meta import name_of, namespace_of, object_reference, uid_of
from pinnace.objects.names import fnv1a32
from pinnace.objects.types import Object
from pinnace.reconcile.decision import Note
from pinnace.store import Transaction

_LONGEST_NAME = 240


def record(tx: Transaction, primary: Object, note: Note, component: str, position: int = 0) -> None:
    """Write a note as an Event about its object; a repeat raises the count of the one there is.

    ``position`` is its place among the notes of one decision.
    """
    about = note.about or primary
    namespace = namespace_of(about)
    text = "\0".join((uid_of(about), note.type, note.reason, note.message))
    name = f"{name_of(about)[:_LONGEST_NAME]}.{fnv1a32(text):08x}"
    now = rfc3339_micro(tx.now + timedelta(microseconds=position))
    known = tx.find(EVENTS, namespace, name)
    if known is not None:
        tx.update({**known, "count": int(known.get("count") or 1) + 1, "lastTimestamp": now})
        return
    metadata = {"name": name, "namespace": namespace}
    if note.annotations:
        metadata["annotations"] = dict(note.annotations)  # type: ignore[assignment]  # JSON value
    tx.create(
        {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": metadata,
            "involvedObject": object_reference(about),
            "type": note.type,
            "reason": note.reason,
            "message": note.message,
            "count": 1,
            "firstTimestamp": now,
            "lastTimestamp": now,
            "source": {"component": component},
            "reportingComponent": component,
            "reportingInstance": "pinnace",
        }
    )
