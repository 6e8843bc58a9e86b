"""A control plane in a temporary folder, with only the parts that a benchmark looks at."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from pinnace.bus import Checkpoints, Journal, Ledger
from pinnace.eventsources import EventSourceController
from pinnace.objects.clock import SYSTEM_CLOCK
from pinnace.pods import NodeAgent, PodSettings, choose_runtime
from pinnace.sensors import SensorController
from pinnace.store import Store
from pinnace.workflows.controller import controller as workflow_controller
from pinnace.workflows.executor import Executor

_EXECUTOR_IMAGE = "quay.io/argoproj/argoexec"
_PLENTY = Decimal(10**15)  # the scheduler is not what is measured


@contextmanager
def temporary_store() -> Iterator[Store]:
    """Open a store that goes with the benchmark."""
    with (
        tempfile.TemporaryDirectory(prefix="pinnace-bench-") as folder,
        Store.open(Path(folder) / "pinnace.db") as store,
    ):
        yield store


@dataclass(frozen=True, kw_only=True)
class Bus:
    """A store whose event sources and sensors run."""

    store: Store
    journal: Journal


@contextmanager
def bus() -> Iterator[Bus]:
    """Run event sources and sensors."""
    with temporary_store() as store:
        journal = Journal(store)
        sources = EventSourceController(store, journal, Checkpoints(store), SYSTEM_CLOCK)
        sensors = SensorController(store, journal, Ledger(store, journal))
        sensors.start()
        sources.start()
        try:
            yield Bus(store=store, journal=journal)
        finally:
            sources.stop()
            sensors.stop()


@contextmanager
def node() -> Iterator[Store]:
    """Run workflows and Pods."""
    with tempfile.TemporaryDirectory(prefix="pinnace-bench-") as folder:
        state = Path(folder)
        with Store.open(state / "pinnace.db") as store:
            runtime, _ = choose_runtime(state)
            settings = PodSettings(cpus=_PLENTY, memory=_PLENTY)
            builtins = {_EXECUTOR_IMAGE: Executor(store)}
            agent = NodeAgent(store, state, runtime, builtins, settings)
            workflows = workflow_controller(store)
            agent.start()
            workflows.start()
            try:
                yield store
            finally:
                workflows.stop()
                agent.stop(kill=True)
