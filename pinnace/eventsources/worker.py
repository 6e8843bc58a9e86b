"""One listening event, or the hooks of an event, in a thread of its own."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from pinnace.eventsources.backoff import Backoff
from pinnace.eventsources.emission import Listener
from pinnace.eventsources.intake import Intake
from pinnace.eventsources.serve import Context, Shelf, State, serve
from pinnace.eventsources.spec import EventSpec

_STOP_SECONDS = 5.0


@dataclass(frozen=True, kw_only=True)
class Job:
    """What a worker does for an event; ``pace`` as for :func:`serve`."""

    spec: EventSpec
    listen: Listener
    pace: Backoff | None = None


class Worker:
    """Runs :func:`serve` for one event; ``changed`` is called when its state is another."""

    def __init__(
        self,
        job: Job,
        shelf: Shelf,
        intake: Intake,
        changed: Callable[[], None],
    ) -> None:
        self.spec = spec = job.spec
        self.state = State(phase="starting")
        self._changed = changed
        self._context = Context(spec, shelf, self._tell)
        self._thread = threading.Thread(
            target=serve,
            args=(self._context, job.listen, intake, job.pace),
            name=f"eventsource-{spec.source}-{spec.event}",
            daemon=True,
        )

    def start(self) -> None:
        """Listen from now on."""
        self._thread.start()

    def ask_to_stop(self) -> None:
        """Tell the listener to end."""
        self._context.stopping.set()

    def join(self) -> None:
        """Wait for its end; one that hangs in a connection is left to its own time-out."""
        if self._thread.is_alive():
            self._thread.join(_STOP_SECONDS)

    def _tell(self, state: State) -> bool:
        if state == self.state:
            return False
        self.state = state
        self._changed()
        return True
