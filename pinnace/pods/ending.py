"""Ending containers: of Pods that are gone, and all of them when the control plane goes down."""

import threading
import time

from pinnace.pods import runs
from pinnace.pods.layout import Attempt, Layout, PodDirectory
from pinnace.pods.runs import Life
from pinnace.pods.watching import Watcher


def ended_directory(directory: PodDirectory) -> bool:
    """Kill what still runs of a Pod; once nothing does, remove its folder and return True."""
    attempts = [a for name in directory.containers() for a in directory.attempts(name)]
    running = [attempt for attempt in attempts if runs.life(attempt) is Life.RUNNING]
    for attempt in running:
        runs.kill(attempt)
    if running:
        return False
    for attempt in attempts:
        runs.bury(attempt)
    directory.remove()
    return True


def end_all(attempts: list[Attempt], grace: float) -> None:
    """Wait for containers that were asked to end; kill those that don't within the grace."""
    watcher = Watcher()
    left = threading.Semaphore(0)
    for attempt in attempts:
        watcher.watch(attempt, left.release)
    deadline = time.monotonic() + grace
    for done in range(len(attempts)):
        if left.acquire(timeout=max(0.0, deadline - time.monotonic())):
            continue
        for attempt in attempts:
            runs.kill(attempt)
        for _ in range(len(attempts) - done):
            left.acquire(timeout=grace)
        break
    watcher.close()


def interrupt_all(layout: Layout, grace: float) -> int:
    """End every container so that its Pod runs it again at the next start; returns how many."""
    running = [
        attempt
        for uid in layout.pods()
        for name in layout.pod(uid).containers()
        for attempt in layout.pod(uid).attempts(name)[-1:]
        if runs.life(attempt) is Life.RUNNING
    ]
    for attempt in running:
        attempt.interrupted.touch()
        runs.terminate(attempt)
    end_all(running, grace)
    return len(running)
