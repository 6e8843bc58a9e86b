"""Writing the events of a ``log`` trigger to the log."""

import logging

from pinnace.sensors.actions import LogAction
from pinnace.sensors.effects.edge import Edge, Occasion

log = logging.getLogger(__name__)


def perform(action: LogAction, edge: Edge, occasion: Occasion) -> str:
    """Write one line for each event."""
    del edge
    for line in action.lines:
        log.info("trigger '%s': %s", occasion.trigger, dict(line))
    return ""
