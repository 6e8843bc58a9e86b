"""The rules by which a TFJob's conditions replace one another (pkg/util/status.go)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from pinnace.objects.types import Object


class Condition(StrEnum):
    """Types of condition, each with its event and reason ``TFJob<type>``."""

    CREATED = "Created"
    RUNNING = "Running"
    RESTARTING = "Restarting"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"
    SUSPENDED = "Suspended"


_REPLACES = {
    Condition.RUNNING: (Condition.RESTARTING,),
    Condition.RESTARTING: (Condition.RUNNING,),
}
_ENDS = (Condition.SUCCEEDED, Condition.FAILED)


@dataclass(frozen=True, kw_only=True)
class Update:
    """A condition as it should be from now on."""

    type: Condition
    message: str
    reason: str
    status: str = "True"


def holds(conditions: Sequence[Object], *types: Condition) -> bool:
    """Tell whether any of these conditions is True."""
    return any(entry["type"] in types and entry["status"] == "True" for entry in conditions)


def find(conditions: Sequence[Object], type_: Condition) -> Object | None:
    """Return the condition of that type, whatever its status."""
    return next((entry for entry in conditions if entry["type"] == type_), None)


def put(conditions: Sequence[Object], update: Update, now: str) -> list[Object]:
    """Return the conditions with ``update`` in them; equal to what was given when nothing changes.

    Nothing changes after Failed, nor when status and reason are the same. A changed condition goes
    to the end, because the printer column shows the last one.
    """
    current = find(conditions, update.type)
    if holds(conditions, Condition.FAILED) or _same(current, update):
        return list(conditions)
    unmoved = current is not None and current["status"] == update.status
    new = {
        "type": update.type.value,
        "status": update.status,
        "reason": update.reason,
        "message": update.message,
        "lastUpdateTime": now,
        "lastTransitionTime": current["lastTransitionTime"] if current and unmoved else now,
    }
    dropped = (update.type, *_REPLACES.get(update.type, ()))
    kept = [entry for entry in conditions if entry["type"] not in dropped]
    if update.type in _ENDS:
        kept = [_ended(entry) for entry in kept]
    return [*kept, new]


def _same(current: Object | None, update: Update) -> bool:
    return (
        current is not None
        and current["status"] == update.status
        and current["reason"] == update.reason
    )


def _ended(entry: Object) -> Object:
    return {**entry, "status": "False"} if entry["type"] == Condition.RUNNING else entry
