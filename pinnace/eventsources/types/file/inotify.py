"""Noticing file operations through Linux inotify, with the kernel's own event kinds.

watchdog's observers fold operations together (an attribute change is a modification there); its
inotify layer does not, so the operations are those that fsnotify reports to Argo Events.
"""

import os
import queue
from collections.abc import Iterator
from contextlib import contextmanager

from watchdog.utils import UnsupportedLibcError

from pinnace.eventsources.types.file.ops import Notice, Op

try:
    from watchdog.observers.inotify_c import (
        CallbackId,
        InotifyConstants,
        InotifyEvent,
        InotifyFD,
        Mask,
    )

    AVAILABLE = True
except (ImportError, UnsupportedLibcError):  # no inotify on this system: the source polls
    AVAILABLE = False

#: fsnotify backend_inotify.go:newEvent. The first that fits counts for each operation.
_OPS = (
    (0x100 | 0x080, Op.CREATE),  # IN_CREATE, IN_MOVED_TO
    (0x200 | 0x400, Op.REMOVE),  # IN_DELETE, IN_DELETE_SELF
    (0x002, Op.WRITE),  # IN_MODIFY
    (0x800 | 0x040, Op.RENAME),  # IN_MOVE_SELF, IN_MOVED_FROM
    (0x004, Op.CHMOD),  # IN_ATTRIB
)


class Lost(Exception):
    """Events can't be trusted any more: the directory is gone, or the kernel's queue ran over."""


class Watch:
    """The operations in one directory, in order."""

    def __init__(self, directory: str) -> None:
        self._directory = os.path.normpath(directory)
        self._notices: queue.SimpleQueue[Notice | Lost] = queue.SimpleQueue()

    def get(self, timeout: float) -> Notice | None:
        """Return the next operation, None when there is none in time; raises Lost."""
        try:
            notice = self._notices.get(timeout=timeout)
        except queue.Empty:
            return None
        if isinstance(notice, Lost):
            raise notice
        return notice

    def on_event(self, event: "InotifyEvent") -> None:
        """Take an event of the kernel."""
        op = Op(0)
        for mask, meaning in _OPS:
            if event.mask & mask:
                op |= meaning
        name = os.fsdecode(event.name)
        path = f"{self._directory}/{name}" if name else self._directory
        if op:
            self._notices.put(Notice(name=path, op=op))

    def on_watch_deleted(self, wd: object) -> None:
        """Take note that the directory is gone."""
        del wd
        self._notices.put(Lost(f"{self._directory} is gone"))

    def on_queue_overflow(self) -> None:
        """Take note that the kernel dropped events."""
        self._notices.put(Lost(f"too much happened at once in {self._directory}"))


@contextmanager
def watching(directory: str) -> Iterator[Watch]:
    """Watch a directory (not what is below it) until the block ends; raises OSError."""
    watch = Watch(directory)
    kernel = InotifyFD()
    kernel.start()
    try:
        wanted = 0
        for mask, _ in _OPS:
            wanted |= mask
        kernel.add_callback(
            os.fsencode(directory), Mask(wanted | InotifyConstants.IN_ONLYDIR), watch, CallbackId(1)
        )
        yield watch
    finally:
        kernel.stop()
        kernel.join(2.0)
