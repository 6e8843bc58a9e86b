"""Run a webhook event source on a store file until killed: the other side of the storm test."""

import sys
import threading
from pathlib import Path

from pinnace.bus import Checkpoints, Journal
from pinnace.eventsources import EventSourceController
from pinnace.objects.clock import SYSTEM_CLOCK
from pinnace.store import Store

if __name__ == "__main__":
    store = Store.open(Path(sys.argv[1]))
    journal = Journal(store)
    EventSourceController(store, journal, Checkpoints(store), SYSTEM_CLOCK).start()
    threading.Event().wait()
