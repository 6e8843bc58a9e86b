"""The EventBus of the embedded control plane: a durable journal, its consumers and their ledger.

In: CloudEvents from :mod:`pinnace.eventsources`, on disk before their sender is answered. Out: the
same events, in order, to :mod:`pinnace.sensors`, which record here what they consumed and fired.
All tables live in the store's file, so consuming an event and creating its Workflow commit
together.
"""

from pinnace.bus.checkpoints import Checkpoints
from pinnace.bus.event import Entry, Event
from pinnace.bus.journal import Journal, Rejection
from pinnace.bus.ledger import Firing, Ledger
from pinnace.bus.seen import Seen

__all__ = ["Checkpoints", "Entry", "Event", "Firing", "Journal", "Ledger", "Rejection", "Seen"]
