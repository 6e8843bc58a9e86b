"""A real S3 server for tests: SeaweedFS, started as the control plane starts it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pinnace.plane import object_store
from pinnace.plane.object_store import ObjectStore
from pinnace.plane.processes import running, stop
from pinnace.plane.state import StateFolder


@contextmanager
def seaweed(folder: Path) -> Iterator[ObjectStore]:
    """Run a server with its data below ``folder`` until the block ends.

    It is killed then: it takes ten seconds to end by itself, and its writes are with the kernel.
    """
    state = StateFolder.at(folder)
    try:
        yield object_store.start(state)
    finally:
        for program in running(state):
            if process := program.process():
                process.kill()
        stop(state, running(state))
