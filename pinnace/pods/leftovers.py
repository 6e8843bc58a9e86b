"""Ending containers that a killed control plane left running: what ``pinnace down`` does then."""

from pathlib import Path

from pinnace.pods import launching
from pinnace.pods.agent import end_all
from pinnace.pods.launching import Life
from pinnace.pods.layout import Layout
from pinnace.pods.settings import PodSettings


def interrupt_leftovers(state_dir: Path) -> int:
    """End every container below a state folder so that its Pod runs it again at the next start.

    Returns how many there were. The caller holds the state folder's lock: no agent runs.
    """
    layout = Layout(state_dir)
    running = [
        attempt
        for uid in layout.pods()
        for name in layout.pod(uid).containers()
        for attempt in layout.pod(uid).attempts(name)[-1:]
        if launching.life(attempt) is Life.RUNNING
    ]
    for attempt in running:
        attempt.interrupted.touch()
        launching.terminate(attempt)
    end_all(running, PodSettings().down_grace)
    return len(running)
