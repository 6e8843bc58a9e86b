"""The EventBus of the embedded control plane: a durable journal, its consumers and their ledger.

In: CloudEvents from :mod:`pinnace.eventsources`, on disk before their sender is answered. Out: the
same events, in order, to :mod:`pinnace.sensors`, which record here what they consumed and fired.
All tables live in the store's file, so consuming an event and creating its Workflow commit
together.
"""

from pinnace.bus.checkpoints import Checkpoints
from pinnace.bus.cloudevents import from_cloudevent, to_cloudevent
from pinnace.bus.event import Entry, Event
from pinnace.bus.history import History, Query
from pinnace.bus.journal import Addition, Journal, Rejection, Route
from pinnace.bus.keep import Keep
from pinnace.bus.ledger import Firing, Joined, Ledger
from pinnace.bus.seen import Seen

__all__ = [
    "Addition",
    "Checkpoints",
    "Entry",
    "Event",
    "Firing",
    "History",
    "Joined",
    "Journal",
    "Keep",
    "Ledger",
    "Query",
    "Rejection",
    "Route",
    "Seen",
    "from_cloudevent",
    "to_cloudevent",
]
