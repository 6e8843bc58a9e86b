"""The outcome of looking at objects: a value, applied later as a whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pinnace.objects.meta import Key
from pinnace.objects.types import Object


@dataclass(frozen=True, kw_only=True)
class Note:
    """Something a person should see in ``kubectl describe``; becomes a core/v1 Event."""

    reason: str
    message: str
    type: Literal["Normal", "Warning"] = "Normal"
    annotations: Mapping[str, str] = field(default_factory=dict)
    about: Object | None = None  # None: the object that was reconciled


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What should become true, gathered by pure code and applied in one transaction."""

    status: Object | None = None  # the reconciled object as it should be now; None: leave it
    wanted: tuple[Object, ...] = ()  # created where no object of that name exists
    changed: tuple[Object, ...] = ()  # other objects, updated as read (Conflict: decided anew)
    delete: tuple[Key, ...] = ()  # what is gone already is no failure
    requeue_after: float | None = None  # seconds until it should be looked at again
    events: tuple[Note, ...] = ()


NOTHING = Decision()
