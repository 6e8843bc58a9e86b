"""A process that consumes events until it is killed: ``python -m … STORE``."""

import sys
import threading
from pathlib import Path

from tests.integration.sensors.scene import Scene

if __name__ == "__main__":
    with Scene(Path(sys.argv[1])):
        print("ready", flush=True)
        threading.Event().wait()
