"""Waiting for a condition, with a deadline: what tests use instead of sleeping."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


PATIENCE = 30.0  # seconds: for a machine that is busy; only a test that fails waits so long


def eventually(probe: Callable[[], T], *, timeout: float = PATIENCE, interval: float = 0.02) -> T:
    """Return the first truthy value of ``probe``; fail with its last value or error in the end."""
    deadline = time.monotonic() + timeout
    while True:
        try:
            value = probe()
            problem: object = value
            if value:
                return value
        except Exception as error:  # noqa: BLE001 - the last error is shown at the deadline
            problem = error
        if time.monotonic() > deadline:
            raise AssertionError(f"not true within {timeout} s; last: {problem!r}")
        time.sleep(interval)
