"""Joining events over several dependencies (upstream: jetstream/sensor/trigger_conn.go).

Pure: the state goes in and comes out. The latest event of a dependency replaces an earlier one; all
that is kept is cleared when the trigger fires, whether or not the satisfied branch needed it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from pinnace.sensors.conditions import Condition

E = TypeVar("E")


@dataclass(frozen=True, kw_only=True)
class Step(Generic[E]):
    """What one event does: the events to fire with (or None), and what is kept afterwards."""

    fires: Mapping[str, E] | None
    held: Mapping[str, E]


def step(condition: Condition, held: Mapping[str, E], dependency: str, event: E) -> Step[E]:
    """Let an event of ``dependency`` in."""
    if not condition.joins:
        return Step(fires={dependency: event}, held=held)
    kept = {name: other for name, other in held.items() if name in condition.names}
    together = {**kept, dependency: event}
    if condition.holds(together):
        return Step(fires=together, held={})
    return Step(fires=None, held=together)
