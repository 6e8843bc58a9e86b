"""The threads that wait for the store, so that the event loop does not.

A fixed number of long-lived threads, since each has a database connection of its own; writes that
wait in them share the next commit.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")

_THREADS = 24


class Workers:
    """Runs functions on a pool of threads."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="api-worker")

    async def run(self, work: Callable[[], T]) -> T:
        """Run ``work`` on a thread and wait for it without blocking the loop."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    def close(self) -> None:
        """Let running work finish and the threads end."""
        self._pool.shutdown(wait=False, cancel_futures=True)
