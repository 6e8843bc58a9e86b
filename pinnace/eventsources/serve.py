"""Running a listening source: its events into the journal, its failures retried and told.

One :func:`serve` for all types. A source goes on from where its last durable event left it.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, wait
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pinnace.bus import Checkpoints, Seen
from pinnace.eventsources.backoff import DEFAULT, Backoff, backoff_of
from pinnace.eventsources.emission import HOOK_SECRET, Commit, Item, Listener
from pinnace.eventsources.intake import Intake
from pinnace.eventsources.spec import EventSpec
from pinnace.objects.clock import Clock
from pinnace.objects.errors import PinnaceError
from pinnace.objects.kinds import EVENT_SOURCES
from pinnace.objects.meta import Key
from pinnace.store import Store, Transaction
from pinnace.store.references import secret_value
from pinnace.store.services import resolve

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


class Access:
    """An event's secrets and addresses (see emission.Outside)."""

    def __init__(
        self, spec: EventSpec, store: Store, given: Callable[[EventSpec], str] = lambda spec: ""
    ) -> None:
        self.spec, self._store, self._given = spec, store, given

    def secret(self, field: str) -> str:
        """Return the secret behind a selector field of the spec, or the one of the event's hook."""
        if field == HOOK_SECRET:
            return self._given(self.spec)
        return read_secret(self._store, self.spec, field)

    def resolve(self, address: str) -> str:
        """Return where a service's ``host:port`` is reached here."""
        return resolve(self._store, address, self.spec.namespace)


class Context(Access):
    """What a source type's ``listen`` works with (see emission.ListenContext)."""

    def __init__(self, spec: EventSpec, shelf: Shelf, tell: Callable[[State], bool]) -> None:
        super().__init__(spec, shelf.store)
        self.stopping = threading.Event()
        self.objects = shelf.store
        self._shelf, self._tell = shelf, tell
        self._note = ""
        #: Whether the source has listened since this was last cleared.
        self.worked = False

    def now(self) -> datetime:
        """Return the present instant."""
        return self._shelf.clock.now()

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


def serve(context: Context, listen: Listener, intake: Intake, pace: Backoff | None = None) -> None:
    """Run a source until stopped; when it fails, say so and start it again, later and later.

    ``pace``: how late; as the event's ``connectionBackoff`` says when it is not given.
    """
    pace = pace or backoff_of(context.spec)
    delays = pace.delays()
    while not context.stopping.is_set():
        problem: Exception | None = None
        try:
            _run(context, listen, intake)
        except PinnaceError as error:
            problem = error
        except Exception as error:  # supervisor: a crash is told and the source is started again
            logger.exception("%s: the listener crashed", context.spec.where)
            problem = error
        if context.stopping.is_set():
            return
        if context.worked:
            delays, context.worked = pace.delays(), False
        delay = next(delays)
        _tell(context, problem, delay)
        if context.pause(delay):
            return


def _tell(context: Context, problem: Exception | None, delay: float) -> None:
    """Say in the status why events are not received; a standing fault is logged once."""
    match problem:
        case None:
            text = "the listener ended by itself; it is started again"
        case PinnaceError():
            text = str(problem)
        case _:
            text = f"{type(problem).__name__}: {problem}"
    level = logging.WARNING if context.failing(text) else logging.DEBUG
    logger.log(level, "%s: %s; again in %.1f s", context.spec.where, text, delay)


def _run(context: Context, listen: Listener, intake: Intake) -> None:
    """Hand in what the source yields; it is resumed (and acknowledges) once that is durable."""
    with closing(listen(context)) as items:
        for item in items:
            if context.stopping.is_set():
                return
            batch = item if isinstance(item, tuple) else (item,)
            if batch and not _deliver(context, intake, batch):
                return


def _deliver(context: Context, intake: Intake, items: tuple[Item, ...]) -> bool:
    """Hand items in until they are durable; the source waits, so nothing is lost or reordered.

    Returns False when it is time to stop.
    """
    delays = DEFAULT.delays()
    pending, failed = items, False
    while True:
        stored = [intake.submit(context.spec, item) for item in pending]
        if not _settled(context, stored):
            return False
        errors = [future.exception() for future in stored]
        pending = tuple(item for item, error in zip(pending, errors, strict=True) if error)
        if not pending:
            break
        failed, delay = True, next(delays)
        error = next(error for error in errors if error)
        context.failing(f"events cannot be stored: {error}")
        logger.warning("%s: %s; again in %.1f s", context.spec.where, error, delay)
        if context.pause(delay):
            return False
    if failed:
        context.recovered()
    return True


def _settled(context: Context, stored: list[Future[Any]]) -> bool:
    """Wait until all is on disk or has failed; return False when it is time to stop."""
    while wait(stored, timeout=_LOOK_UP_SECONDS).not_done:
        if context.stopping.is_set():
            return False
    return True
