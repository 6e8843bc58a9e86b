"""The shell around a room's ``reconcile``: watch, queue, decide, apply, retry."""

import logging
import queue
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pinnace.objects.errors import Conflict, Transient
from pinnace.objects.kinds import Kind
from pinnace.objects.meta import Key, key_of, owners_of
from pinnace.reconcile.apply import apply
from pinnace.reconcile.decision import NOTHING, Decision
from pinnace.reconcile.queue import WorkQueue
from pinnace.store import Change, Store

_LONGEST_BACKOFF = 60.0
_FIRST_BACKOFF = 0.05

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Watches:
    """Another kind whose changes wake keys of the controller's own kind."""

    kind: Kind
    to_keys: Callable[[Change], Iterable[Key]]


def owned_by(kind: Kind) -> Callable[[Change], Iterable[Key]]:
    """Map a child's change to its owners of that kind."""

    def owners(change: Change) -> Iterable[Key]:
        for owner in owners_of(change.object):
            if (owner["apiVersion"], owner["kind"]) == (kind.api_version, kind.kind):
                yield Key(kind, change.key.namespace, owner["name"])

    return owners


class Controller:
    """Runs ``reconcile`` for each key whose objects changed, and applies what it decides."""

    def __init__(
        self,
        store: Store,
        *,
        name: str,
        kind: Kind,
        reconcile: Callable[[Key], Decision],
        watches: Sequence[Watches] = (),
        workers: int = 4,
    ) -> None:
        self._store, self.name, self._kind, self._reconcile = store, name, kind, reconcile
        self._watches = {watch.kind: watch.to_keys for watch in watches}
        self._queue: WorkQueue[Key] = WorkQueue()
        self._changes: queue.SimpleQueue[Sequence[Change] | None] = queue.SimpleQueue()
        self._failures: dict[Key, int] = {}
        self._threads = [
            threading.Thread(target=self._work, name=f"{name}-{n}", daemon=True)
            for n in range(workers)
        ]
        self._threads.append(
            threading.Thread(target=self._dispatch, name=f"{name}-watch", daemon=True)
        )
        self._unsubscribe: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Begin: every object there is is looked at once, then whatever changes."""
        self._unsubscribe = self._store.subscribe(self._changes.put)
        for thread in self._threads:
            thread.start()
        for obj in self._store.scan(self._kind, None):
            self.enqueue(key_of(obj))

    def stop(self) -> None:
        """End after the work in hand; what is queued is found again at the next start."""
        self._unsubscribe()
        self._changes.put(None)
        self._queue.close()
        for thread in self._threads:
            if thread.is_alive():
                thread.join()

    def enqueue(self, key: Key, after: float = 0.0) -> None:
        """Have a key looked at ``after`` seconds."""
        self._queue.add(key, after)

    def _dispatch(self) -> None:
        while (changes := self._changes.get()) is not None:
            for change in changes:
                if change.key.kind == self._kind:
                    self.enqueue(change.key)
                if to_keys := self._watches.get(change.key.kind):
                    self._map(to_keys, change)

    def _map(self, to_keys: Callable[[Change], Iterable[Key]], change: Change) -> None:
        try:
            for key in to_keys(change):
                self.enqueue(key)
        except Exception:  # one odd object must not end the watch for all others
            log.exception("%s: can't tell whom %s concerns", self.name, change.key)

    def _work(self) -> None:
        while (key := self._queue.take()) is not None:
            try:
                self._run(key)
            finally:
                self._queue.done(key)

    def _run(self, key: Key) -> None:
        try:
            decision = self._reconcile(key)
            if decision != NOTHING:
                self._store.write(lambda tx: apply(tx, key, decision, component=self.name))
        except Conflict:
            self.enqueue(key)  # decided on old objects: decide again on the new ones
        except Transient as error:
            log.info("%s: %s: %s; again in %.1f s", self.name, key, error, error.after)
            self.enqueue(key, error.after)
        except Exception:  # the reconcile shell: one object's failure never delays the others
            self._failures[key] = failures = self._failures.get(key, 0) + 1
            after = min(_LONGEST_BACKOFF, _FIRST_BACKOFF * 2**failures)
            log.exception("%s: %s failed; again in %.1f s", self.name, key, after)
            self.enqueue(key, after)
        else:
            self._failures.pop(key, None)
            if decision.requeue_after is not None:
                self.enqueue(key, decision.requeue_after)
