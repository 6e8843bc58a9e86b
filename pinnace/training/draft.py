"""What one look at a TFJob gathers: conditions, status, children to make and to delete.

The steps of :mod:`pinnace.training.decide` write into a Draft one after the other; at the end it
is compared with the stored object and becomes a Decision. Events about conditions are not written
by the steps: they follow from the difference, so a condition that comes and goes within one look
says nothing.
"""

from copy import deepcopy
from datetime import datetime, timedelta
from typing import Literal

from pinnace.objects.clock import rfc3339
from pinnace.objects.meta import Key, annotations_of, key_of, metadata_of, name_of, namespace_of
from pinnace.objects.types import Object
from pinnace.reconcile import Decision, Note
from pinnace.training.conditions import Condition, Update, put

Severity = Literal["Normal", "Warning"]
_WARNINGS = (Condition.RESTARTING, Condition.FAILED)


def terminating(obj: Object) -> bool:
    """Tell whether an object's deletion has begun."""
    return bool(metadata_of(obj).get("deletionTimestamp"))


class Draft:
    """The state of one TFJob as it should become; filled by the steps, read once by the end."""

    def __init__(self, tfjob: Object, now: datetime) -> None:
        self._tfjob, self._now = tfjob, now
        self.name, self.namespace = name_of(tfjob), namespace_of(tfjob)
        self.status: Object = deepcopy(tfjob.get("status") or {})
        self.status["conditions"] = self.status.get("conditions") or []
        self.status["replicaStatuses"] = self.status.get("replicaStatuses") or {}
        self.annotations = dict(annotations_of(tfjob))
        self._wanted: list[Object] = []
        self._changed: dict[Key, Object] = {}
        self._deleted: dict[Key, Object] = {}
        self._notes: list[Note] = []
        self._wake: datetime | None = None

    @property
    def conditions(self) -> list[Object]:
        """Return the conditions as they stand in the draft."""
        conditions: list[Object] = self.status["conditions"]
        return conditions

    def put(
        self, type_: Condition, message: str, *, status: str = "True", reason: str = ""
    ) -> None:
        """Set a condition; its reason is ``TFJob<type>`` unless another is given."""
        update = Update(
            type=type_, message=message, status=status, reason=f"TFJob{reason or type_.value}"
        )
        self.status["conditions"] = put(self.conditions, update, rfc3339(self._now))

    def stamp(self, field: str) -> None:
        """Set a time of the status to now, unless it is set."""
        self.status.setdefault(field, rfc3339(self._now))

    def restamp(self, field: str) -> None:
        """Set a time of the status to now."""
        self.status[field] = rfc3339(self._now)

    def wake_at(self, instant: datetime) -> None:
        """Ask to be looked at again, no later than at ``instant``."""
        self._wake = instant if self._wake is None else min(self._wake, instant)

    def wake_after(self, seconds: float) -> None:
        """Ask to be looked at again within ``seconds``."""
        self.wake_at(self._now + timedelta(seconds=seconds))

    def note(self, type_: Severity, reason: str, message: str) -> None:
        """Record an event about the job."""
        self._notes.append(Note(type=type_, reason=reason, message=message))

    def create(self, child: Object) -> None:
        """Want a Pod or a Service that is not there."""
        self._wanted.append(child)
        kind = child["kind"]
        self.note("Normal", f"SuccessfulCreate{kind}", f"Created {kind.lower()}: {name_of(child)}")

    def change(self, child: Object) -> None:
        """Write a child anew."""
        self._changed[key_of(child)] = child

    def delete(self, child: Object) -> None:
        """Delete a Pod or a Service, once."""
        key = key_of(child)
        if terminating(child) or key in self._deleted:
            return
        self._deleted[key] = child
        kind = child["kind"]
        self.note("Normal", f"SuccessfulDelete{kind}", f"Deleted {kind.lower()}: {name_of(child)}")

    def delete_job(self) -> None:
        """Delete the TFJob itself; its children go with it."""
        self._deleted[key_of(self._tfjob)] = self._tfjob
        self.note("Normal", "SuccessfulDeleteJob", f"Deleted job: {self.name}")

    def decision(self) -> Decision:
        """Compare with the stored object and say what is to be done."""
        gone = key_of(self._tfjob) in self._deleted
        wake = None if self._wake is None else (self._wake - self._now).total_seconds()
        return Decision(
            status=None if gone else self._primary(),
            wanted=tuple(self._wanted),
            changed=tuple(obj for key, obj in self._changed.items() if key not in self._deleted),
            delete=tuple(self._deleted),
            requeue_after=None if wake is None else max(wake, 0.0),
            events=(*self._notes, *self._condition_notes()),
        )

    def _primary(self) -> Object | None:
        old_status = self._tfjob.get("status") or {}
        self.status["conditions"] = _settled(old_status.get("conditions") or [], self.conditions)
        if self.status == old_status and self.annotations == annotations_of(self._tfjob):
            return None
        metadata = dict(self._tfjob["metadata"])
        if self.annotations:
            metadata["annotations"] = self.annotations
        return {**self._tfjob, "metadata": metadata, "status": self.status}

    def _condition_notes(self) -> list[Note]:
        old = (self._tfjob.get("status") or {}).get("conditions") or []
        known = {(entry["type"], entry["reason"]) for entry in old}
        said = {
            (entry["reason"], entry["message"]): entry
            for entry in self.conditions
            if (entry["type"], entry["reason"]) not in known
        }
        return [
            Note(
                type="Warning" if entry["type"] in _WARNINGS else "Normal",
                reason=reason,
                message=message,
            )
            for (reason, message), entry in said.items()
        ]


def _settled(old: list[Object], new: list[Object]) -> list[Object]:
    """Give back the times of conditions that were dropped and put back unchanged."""

    def content(entry: Object) -> tuple[object, ...]:
        return tuple(entry.get(key) for key in ("type", "status", "reason", "message"))

    kept = {content(entry): entry for entry in old}
    return [kept.get(content(entry), entry) for entry in new]
