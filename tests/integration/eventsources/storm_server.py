"""Run event sources and sensors on a store file until killed: the other side of the storm test."""

import sys
import threading
from pathlib import Path

from pinnace.bus import Checkpoints, Journal, Ledger
from pinnace.eventsources import EventSourceController
from pinnace.objects.clock import SYSTEM_CLOCK
from pinnace.sensors import SensorController
from pinnace.store import Store

if __name__ == "__main__":
    store = Store.open(Path(sys.argv[1]))
    journal = Journal(store)
    SensorController(store, journal, Ledger(store, journal)).start()
    EventSourceController(store, journal, Checkpoints(store), SYSTEM_CLOCK).start()
    threading.Event().wait()
