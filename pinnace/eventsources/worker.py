"""One listening event in a thread of its own."""

import threading
from collections.abc import Callable

from pinnace.eventsources.intake import Intake
from pinnace.eventsources.serve import Context, Shelf, State, serve
from pinnace.eventsources.spec import EventSpec
from pinnace.eventsources.table import TYPES

_STOP_SECONDS = 5.0


class Worker:
    """Runs :func:`serve` for one event; ``changed`` is called when its state is another."""

    def __init__(
        self, spec: EventSpec, shelf: Shelf, intake: Intake, changed: Callable[[], None]
    ) -> None:
        self.spec = spec
        self.state = State(phase="starting")
        self._changed = changed
        self._context = Context(spec, shelf, self._tell)
        self._thread = threading.Thread(
            target=serve,
            args=(self._context, TYPES[spec.type].listen, intake),
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
