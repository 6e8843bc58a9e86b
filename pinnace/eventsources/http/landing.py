"""Results of the writer's thread brought to an event loop: one wake-up for all of a commit."""

import asyncio
from collections import deque
from concurrent.futures import Future
from functools import partial
from typing import Any, TypeVar

T = TypeVar("T")


class Landing:
    """Where one event loop's requests wait for what they have handed in.

    asyncio's own bridge wakes the loop once for every future; under load that is most of the cost.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._landed: deque[tuple[asyncio.Future[Any], Future[Any]]] = deque()
        self._woken = False

    async def result(self, stored: "Future[T]", timeout: float) -> T:
        """Wait for a future; giving up does not cancel it (the writer has it in hand).

        Raises what the future raises, and TimeoutError after ``timeout`` seconds.
        """
        waiter: asyncio.Future[T] = self.loop.create_future()
        stored.add_done_callback(partial(self._land, waiter))
        late = self.loop.call_later(timeout, _give_up, waiter)
        try:
            return await waiter
        finally:
            late.cancel()

    def _land(self, waiter: asyncio.Future[Any], stored: Future[Any]) -> None:
        """Take a future that is done, on whichever thread finished it."""
        self._landed.append((waiter, stored))
        if not self._woken:
            self._woken = True
            self.loop.call_soon_threadsafe(self._hand_out)

    def _hand_out(self) -> None:
        self._woken = False  # first: what lands from here on wakes the loop again
        while self._landed:
            waiter, stored = self._landed.popleft()
            if waiter.done():
                continue
            if (error := stored.exception()) is not None:
                waiter.set_exception(error)
            else:
                waiter.set_result(stored.result())


def _give_up(waiter: asyncio.Future[Any]) -> None:
    if not waiter.done():
        waiter.set_exception(TimeoutError("the event was not on disk in time"))
