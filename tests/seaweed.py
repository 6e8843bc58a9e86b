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
    """Run a server with its data below ``folder`` until the block ends."""
    state = StateFolder.at(folder)
    try:
        yield object_store.start(state)
    finally:
        stop(state, running(state))
