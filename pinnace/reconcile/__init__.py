"""The loop that all level-triggered controllers share.

In: changes of objects. Each controller room gives a function from a key to a :class:`Decision`;
this room queues keys, runs the function (one object in sequence, objects in parallel), and applies
the whole Decision in one transaction. Out: objects in the store, core/v1 Events, and retries.
"""

from pinnace.reconcile.apply import apply
from pinnace.reconcile.controller import Controller, Watches, owned_by
from pinnace.reconcile.decision import NOTHING, Decision, Note
from pinnace.reconcile.queue import WorkQueue

__all__ = [
    "NOTHING",
    "Controller",
    "Decision",
    "Note",
    "Watches",
    "WorkQueue",
    "apply",
    "owned_by",
]
