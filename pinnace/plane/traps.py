"""What is allowed in a manifest and yet probably not what was meant: warnings of ``pinnace lint``,
``up`` and ``status``.

Each trap is a function of one object and of those beside it; it yields an Invalid (message, field,
fix) for each place. A trap is listed under the kinds it looks at.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from pinnace.eventsources.traps import traps as event_source_traps
from pinnace.objects.errors import Invalid
from pinnace.objects.kinds import EVENT_SOURCES, SENSORS, Kind
from pinnace.objects.types import Object
from pinnace.sensors.buses import bus_traps
from pinnace.sensors.traps import traps as sensor_traps

Trap = Callable[[Object, Sequence[Object]], Iterable[Invalid]]

TRAPS: Mapping[Kind, tuple[Trap, ...]] = {
    EVENT_SOURCES: (event_source_traps,),
    SENSORS: (sensor_traps, bus_traps),
}


def warnings(kind: Kind, obj: Object, beside: Sequence[Object]) -> Iterable[Invalid]:
    """Yield what may surprise whoever wrote an object."""
    for trap in TRAPS.get(kind, ()):
        yield from trap(obj, beside)
