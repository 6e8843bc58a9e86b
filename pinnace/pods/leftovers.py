"""Ending containers that a killed control plane left running: what ``pinnace down`` does then."""

from pathlib import Path

from pinnace.pods.ending import interrupt_all
from pinnace.pods.layout import Layout
from pinnace.pods.settings import PodSettings


def interrupt_leftovers(state_dir: Path) -> int:
    """End every container below a state folder so that its Pod runs it again at the next start.

    Returns how many there were. The caller holds the state folder's lock: no agent runs.
    """
    return interrupt_all(Layout(state_dir), PodSettings().down_grace)
