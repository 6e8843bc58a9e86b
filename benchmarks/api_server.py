"""An API server over a store, alone in a process: what :mod:`benchmarks.api` measures."""

import json
import signal
import sys
import threading
from pathlib import Path

from pinnace.apiserver import ApiServer, certificate
from pinnace.objects.clock import SYSTEM_CLOCK
from pinnace.store import Store

_TOKEN = "benchmark"


def main() -> None:
    """Serve until SIGTERM; say where as a line of JSON."""
    folder, stopping = Path(sys.argv[1]), threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    tls = certificate(folder / "tls", "127.0.0.1", SYSTEM_CLOCK.now())
    with Store.open(folder / "pinnace.db") as store:
        store.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}})
        server = ApiServer(store, token=_TOKEN, logs=lambda *_: iter(()), tls=tls)
        server.start()
        told = {"url": server.url, "token": _TOKEN, "authority": tls.authority.decode()}
        print(json.dumps(told), flush=True)
        stopping.wait()
        server.stop()


if __name__ == "__main__":
    main()
