"""Objects on disk: one SQLite file, one writer with group commit, readers without locks.

In: Kubernetes objects from the API server and the controllers. Out: the same objects with
``resourceVersion``, and every change to whoever watches. The event journal and the trigger ledger
(:mod:`pinnace.bus`) live in the same file, so one transaction can hold an event's consumption and
the creation of its Workflow.
"""

from pinnace.store.changes import Change, Subscription
from pinnace.store.store import Page, Store
from pinnace.store.transaction import Transaction

__all__ = ["Change", "Page", "Store", "Subscription", "Transaction"]
