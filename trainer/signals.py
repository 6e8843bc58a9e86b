"""Ends the process on SIGTERM at once. `__main__` is the only user: it owns the process."""

from __future__ import annotations

import os
import signal
import threading

SIGTERM_CODE = 128 + signal.SIGTERM


def die_at_once_on_sigterm() -> None:
    """End on SIGTERM even while TensorFlow computes, and even as process 1 of a container.

    A Python handler waits for the interpreter to be back from C++, and the kernel drops a signal
    without handler for process 1; a thread that waits for the signal has neither problem.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})

    def wait() -> None:
        signal.sigwait({signal.SIGTERM})
        os._exit(SIGTERM_CODE)

    threading.Thread(target=wait, name="sigterm", daemon=True).start()
