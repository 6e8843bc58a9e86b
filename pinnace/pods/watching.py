"""Learn at once when a shim ends: one pidfd per running container, and one thread for all."""

import contextlib
import fcntl
import os
import selectors
import threading
from collections.abc import Callable

from pinnace.pods.layout import Attempt
from pinnace.pods.runs import is_locked, open_shim


class Watcher:
    """Calls back when shims end: one thread, one pidfd each."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._wake, self._poke = os.pipe()
        self._selector.register(self._wake, selectors.EVENT_READ, None)
        self._stopped = False
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="pods-watcher", daemon=True)
        self._thread.start()

    def watch(self, attempt: Attempt, ended: Callable[[], None]) -> None:
        """Call ``ended`` once, as soon as the run's shim is gone."""
        try:
            descriptor = open_shim(attempt)
        except OSError:  # no pidfds on this system
            descriptor = None
        if descriptor is None and is_locked(attempt.lock):
            # It lives, but its pid isn't known (yet): a thread can wait for the lock.
            threading.Thread(target=_await_unlock, args=(attempt, ended), daemon=True).start()
            return
        with self._lock:
            if descriptor is not None and not self._stopped:
                self._selector.register(descriptor, selectors.EVENT_READ, ended)
                return
        if descriptor is not None:
            os.close(descriptor)
        if not self._stopped:
            ended()

    def close(self) -> None:
        """Stop watching; the containers go on."""
        with self._lock:
            self._stopped = True
        os.write(self._poke, b".")
        self._thread.join(5)
        for key in list(self._selector.get_map().values()):
            os.close(key.fd)
        os.close(self._poke)
        self._selector.close()

    def _run(self) -> None:
        while not self._stopped:
            for key, _ in self._selector.select():
                if key.data is None:
                    os.read(key.fd, 4096)
                    continue
                self._selector.unregister(key.fd)
                os.close(key.fd)
                key.data()


def _await_unlock(attempt: Attempt, ended: Callable[[], None]) -> None:
    with contextlib.suppress(FileNotFoundError), attempt.lock.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
    ended()
