"""Running a listening source: its events into the journal, its failures retried and told.

One :func:`serve` for all types. A source goes on from where its last durable event left it.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import wait
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pinnace.bus import Checkpoints, Seen
from pinnace.eventsources.emission import Checkpoint, Commit, Emission
from pinnace.eventsources.intake import Intake
from pinnace.eventsources.spec import EventSpec
from pinnace.eventsources.table import Listener
from pinnace.objects.clock import Clock
from pinnace.objects.errors import PinnaceError
from pinnace.objects.kinds import EVENT_SOURCES
from pinnace.objects.meta import Key
from pinnace.store import Store, Transaction
from pinnace.store.references import secret_value
from pinnace.store.services import resolve

_FIRST_BACKOFF = 0.25
#: Short: what a listener waits for (a server that starts) is near, and uploads wait meanwhile.
_LONGEST_BACKOFF = 2.0
#: How often a source that waits for the disk looks whether it should stop.
_LOOK_UP_SECONDS = 1.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class State:
    """How one event's listener is: its phase, and what a person should know."""

    phase: Literal["starting", "listening", "failing"]
    message: str = ""


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """What of the store the sources need: objects, their own notes, the clock."""

    store: Store
    checkpoints: Checkpoints
    seen: Seen
    clock: Clock


def read_secret(store: Store, spec: EventSpec, field: str) -> str:
    """Return the secret behind a selector field; raises Invalid naming object and field."""
    selector = spec.at(field)
    where = Key(EVENT_SOURCES, spec.namespace, spec.source)
    if not isinstance(selector, Mapping):
        raise spec.invalid(field, expected="a secret: {name, key}", found=selector)
    return secret_value(store, spec.namespace, selector, where=where, field=f"{spec.where}.{field}")


class Context:
    """What a source type's ``listen`` works with (see emission.ListenContext)."""

    def __init__(self, spec: EventSpec, shelf: Shelf, tell: Callable[[State], bool]) -> None:
        self.spec = spec
        self.stopping = threading.Event()
        self._shelf, self._tell = shelf, tell
        self._note = ""
        #: Whether the source has listened since this was last cleared.
        self.worked = False

    def now(self) -> datetime:
        """Return the present instant."""
        return self._shelf.clock.now()

    def secret(self, field: str) -> str:
        """Return the secret behind a selector field of the spec."""
        return read_secret(self._shelf.store, self.spec, field)

    def resolve(self, address: str) -> str:
        """Return where a service's ``host:port`` is reached here."""
        return resolve(self._shelf.store, address, self.spec.namespace)

    def checkpoint(self, key: str) -> str | None:
        """Return a durable note of this event."""
        return self._shelf.checkpoints.get(self._own(key))

    def save(self, key: str, value: str) -> Commit:
        """Return the commit of a durable note."""

        def commit(tx: Transaction) -> None:
            self._shelf.checkpoints.put_in(tx, self._own(key), value)

        return commit

    def seen(self, key: str) -> dict[str, str]:
        """Return the durable table of items under a key of this event."""
        return self._shelf.seen.load(self._own(key))

    def mark(self, key: str, changes: Mapping[str, str | None]) -> Commit:
        """Return the commit of changes to that table."""

        def commit(tx: Transaction) -> None:
            self._shelf.seen.mark_in(tx, self._own(key), changes)

        return commit

    def listening(self, note: str = "") -> None:
        """Say that events are being received."""
        self._note, self.worked = note, True
        self._tell(State(phase="listening", message=note))

    def recovered(self) -> None:
        """Say that events are received again, with the remark that held before."""
        self.listening(self._note)

    def failing(self, message: str) -> bool:
        """Say why events are not being received; return whether that is news."""
        return self._tell(State(phase="failing", message=message))

    def pause(self, seconds: float) -> bool:
        """Wait; return True when it is time to stop."""
        return self.stopping.wait(max(0.0, seconds))

    def _own(self, key: str) -> str:
        return f"{self.spec.uid}/{self.spec.event}/{key}"


def serve(context: Context, listen: Listener, intake: Intake) -> None:
    """Run a source until stopped; when it fails, say so and start it again, later and later."""
    backoff = _FIRST_BACKOFF
    while not context.stopping.is_set():
        try:
            for item in _until(context, listen):
                _deliver(context, intake, item)
            if not context.stopping.is_set():
                context.failing("the listener ended by itself; it is started again")
        except PinnaceError as error:
            told = context.failing(str(error))
            level = logging.WARNING if told else logging.DEBUG  # a standing fault is told once
            logger.log(level, "%s: %s; again in %.1f s", context.spec.where, error, backoff)
        except Exception as error:  # supervisor: a crash is told and the source is started again
            context.failing(f"{type(error).__name__}: {error}")
            logger.exception(
                "%s: the listener crashed; again in %.1f s", context.spec.where, backoff
            )
        if context.worked:
            backoff, context.worked = _FIRST_BACKOFF, False
        if context.pause(backoff):
            return
        backoff = min(_LONGEST_BACKOFF, backoff * 2)


def _until(context: Context, listen: Listener) -> Iterator[Emission | Checkpoint]:
    for item in listen(context):
        yield item
        if context.stopping.is_set():
            return


def _deliver(context: Context, intake: Intake, item: Emission | Checkpoint) -> None:
    """Hand an item in until it is durable; the source waits, so nothing is lost or reordered."""
    backoff = _FIRST_BACKOFF
    failed = False
    while True:
        stored = intake.submit(context.spec, item)
        while not wait([stored], timeout=_LOOK_UP_SECONDS).done:
            if context.stopping.is_set():
                return
        error = stored.exception()
        if error is None:
            break
        failed = True
        context.failing(f"events cannot be stored: {error}")
        intake.metrics.failed(context.spec)
        logger.warning("%s: %s; again in %.1f s", context.spec.where, error, backoff)
        if context.pause(backoff):
            return
        backoff = min(_LONGEST_BACKOFF, backoff * 2)
    if failed:
        context.recovered()
