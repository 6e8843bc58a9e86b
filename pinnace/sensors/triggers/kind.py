"""What a kind of trigger is to the rest of the room."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from pinnace.sensors.actions import Action
from pinnace.sensors.parameters import Resolver
from pinnace.sensors.reading import Node
from pinnace.sensors.spec import Sensor, Trigger


@dataclass(frozen=True, kw_only=True)
class Context:
    """What a kind needs to make its action: who fires, with which values, when."""

    sensor: Sensor
    trigger: Trigger
    resolver: Resolver
    now: datetime

    @property
    def dependencies(self) -> tuple[str, ...]:
        """Return the names of all dependencies of the Sensor."""
        return tuple(dependency.name for dependency in self.sensor.dependencies)


@dataclass(frozen=True, kw_only=True)
class TriggerKind:
    """``check`` refuses a wrong manifest; ``prepare`` makes the action, or raises Invalid."""

    check: Callable[[Node, Collection[str] | None], None]
    prepare: Callable[[Node, Context], Action]
