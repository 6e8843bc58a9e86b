"""What happened to objects, in order: the recent changes in memory and who listens to them.

The log is not on disk: after a restart a watcher with an older revision is told ``Gone`` and lists
again, as after a compaction of etcd.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from time import monotonic

import orjson

from pinnace.objects.errors import Gone
from pinnace.objects.kinds import Kind
from pinnace.objects.meta import Key
from pinnace.objects.types import Object

Listener = Callable[[Sequence["Change"]], None]

_KEPT = 8192  # changes kept for watchers that reconnect
_BACKLOG = 16384  # changes a watcher may lag behind before it must list again


@dataclass(frozen=True, kw_only=True)
class Change:
    """One committed change; ``raw`` is the object's JSON, ``object`` is shared: don't modify it."""

    type: str  # ADDED, MODIFIED or DELETED
    key: Key
    revision: int
    raw: bytes
    previous_raw: bytes | None = None

    @cached_property
    def object(self) -> Object:
        """Return the object after the change (for DELETED: as it was last)."""
        decoded: Object = orjson.loads(self.raw)
        return decoded

    @cached_property
    def previous(self) -> Object | None:
        """Return the object before the change."""
        return orjson.loads(self.previous_raw) if self.previous_raw else None


class Subscription:
    """A watcher's own queue of changes, filled after each commit; iterate or :meth:`get`."""

    def __init__(self, kind: Kind | None, namespace: str | None, close: Callable[[], None]) -> None:
        self._kind, self._namespace, self._close = kind, namespace, close
        self._queue: deque[Change] = deque()
        self._ready = threading.Condition()
        self._closed = self._overrun = False
        self.on_ready: Callable[[], None] | None = None

    def offer(self, changes: Sequence[Change]) -> None:
        """Take what concerns this watcher; called by the store, never blocks."""
        mine = [change for change in changes if self._concerns(change)]
        if not mine:
            return
        with self._ready:
            if len(self._queue) + len(mine) > _BACKLOG:
                self._overrun = True
            else:
                self._queue.extend(mine)
            self._ready.notify_all()
        if self.on_ready:
            self.on_ready()

    def _concerns(self, change: Change) -> bool:
        same_kind = self._kind is None or change.key.kind == self._kind
        return same_kind and self._namespace in (None, change.key.namespace)

    def get(self, timeout: float | None = None) -> Change | None:
        """Return the next change, or None after ``timeout`` seconds or when closed.

        Raises Gone when this watcher fell too far behind and must list again.
        """
        deadline = None if timeout is None else monotonic() + timeout
        with self._ready:
            while True:
                if self._queue:
                    return self._queue.popleft()
                if self._overrun:
                    raise Gone("too old resource version: the watcher fell behind; list again")
                left = None if deadline is None else deadline - monotonic()
                if self._closed or (left is not None and left <= 0):
                    return None
                self._ready.wait(left)

    def __iter__(self) -> Iterator[Change]:
        """Iterate over changes until the subscription is closed."""
        while (change := self.get()) is not None:
            yield change

    @property
    def closed(self) -> bool:
        """Tell whether the subscription (or the store) was closed."""
        return self._closed

    def close(self) -> None:
        """Stop listening; a waiting reader wakes with None."""
        self._close()
        with self._ready:
            self._closed = True
            self._ready.notify_all()
        if self.on_ready:
            self.on_ready()


class ChangeLog:
    """The newest changes and the listeners; ``publish`` is called by the one writer thread."""

    def __init__(self, revision: int) -> None:
        self._lock = threading.Lock()
        self._recent: deque[Change] = deque()
        self._oldest = revision  # a watcher at this revision or later misses nothing
        self._revision = revision
        self._listeners: dict[object, Listener] = {}
        self._subscriptions: set[Subscription] = set()

    @property
    def revision(self) -> int:
        """Return the newest published revision."""
        return self._revision

    def publish(self, changes: Sequence[Change], revision: int) -> None:
        """Remember changes and hand them on, in order."""
        with self._lock:
            # Copies: what listeners decode must not stay in memory as long as the log does.
            self._recent.extend(replace(change) for change in changes)
            self._revision = revision
            while len(self._recent) > _KEPT:
                self._oldest = self._recent.popleft().revision
            listeners = (*self._listeners.values(), *(s.offer for s in self._subscriptions))
            for listener in listeners:
                listener(changes)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call ``listener`` after each commit that changed something; it must not block."""
        token = object()
        with self._lock:
            self._listeners[token] = listener

        def unsubscribe() -> None:
            with self._lock:
                self._listeners.pop(token, None)

        return unsubscribe

    def watch(self, kind: Kind | None, namespace: str | None, since: int | None) -> Subscription:
        """Open a subscription from ``since`` (None: from now); raises Gone when that is too old."""
        subscription = Subscription(kind, namespace, lambda: self._forget(subscription))
        with self._lock:
            if since is not None and since < self._oldest:
                raise Gone(f"too old resource version: {since} ({self._oldest})")
            if since is not None:
                subscription.offer([c for c in self._recent if c.revision > since])
            self._subscriptions.add(subscription)
        return subscription

    def _forget(self, subscription: Subscription) -> None:
        with self._lock:
            self._subscriptions.discard(subscription)

    def close(self) -> None:
        """Wake and end every watcher."""
        for subscription in tuple(self._subscriptions):
            subscription.close()
