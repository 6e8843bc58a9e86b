"""Streams that threads read, ended in order.

A socket that is closed while another thread reads it gives its number to the next socket, and the
thread then steals what is meant for that one. So the ends are woken first, and waited for.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

_PATIENCE = 3.0  # seconds that threads have to notice


class Streams:
    """The streams of one client that are open now."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._open: dict[object, tuple[int, socket.socket | None]] = {}
        self.ended = False

    @contextmanager
    def reading(self) -> Iterator["Reading"]:
        """Count a stream from before it is asked for until it has been read."""
        reading = Reading(self)
        self.note(reading, None)
        try:
            yield reading
        finally:
            with self._changed:
                del self._open[reading]
                self._changed.notify_all()

    def note(self, reading: object, sock: socket.socket | None) -> None:
        """Remember the socket of a stream."""
        with self._changed:
            self._open[reading] = (threading.get_ident(), sock)
            self._changed.notify_all()

    def end(self) -> None:
        """Wake every other thread that reads a stream, and wait until it has let go of it."""
        self.ended = True
        deadline = monotonic() + _PATIENCE
        with self._changed:
            while (others := self._of_others()) and monotonic() < deadline:
                for sock in others:
                    _wake(sock)
                self._changed.wait(0.05)

    def _of_others(self) -> list[socket.socket | None]:
        me = threading.get_ident()
        return [sock for thread, sock in self._open.values() if thread != me]


class Reading:
    """One stream."""

    def __init__(self, streams: Streams) -> None:
        self._streams = streams

    def through(self, sock: socket.socket | None) -> None:
        """Tell which socket the stream comes through."""
        self._streams.note(self, sock)


def _wake(sock: socket.socket | None) -> None:
    if sock is None:
        return  # not connected yet
    try:
        socket.socket.shutdown(sock, socket.SHUT_RDWR)  # of TLS too: its own forgets the keys
    except OSError:
        return  # it has ended by itself
