"""A Sensor and an EventSource that name different buses: here one journal serves all. Pure.

On a cluster each ``eventBusName`` is a bus of its own, and a Sensor hears of its own bus only.
"""

from collections.abc import Iterable, Sequence

from pinnace.objects.errors import Invalid
from pinnace.objects.kinds import EVENT_SOURCES, SENSORS
from pinnace.objects.meta import name_of, namespace_of
from pinnace.objects.types import Object

_DEFAULT = "default"


def bus_traps(obj: Object, beside: Sequence[Object]) -> Iterable[Invalid]:
    """Yield the dependencies whose events would never reach a Sensor on a cluster."""
    own = _bus(obj)
    buses = {
        name_of(each): _bus(each)
        for each in beside
        if each.get("kind") == EVENT_SOURCES.kind and namespace_of(each) == namespace_of(obj)
    }
    for number, dependency in enumerate((obj.get("spec") or {}).get("dependencies") or []):
        source = str(dependency.get("eventSourceName") or "")
        theirs = buses.get(source, own)
        if theirs != own:
            yield Invalid(
                f"the Sensor listens to the event bus {own!r}, EventSource {source} sends to "
                f"{theirs!r}: on a cluster no event arrives",
                kind=SENSORS.kind, name=name_of(obj),
                field=f"spec.dependencies[{number}].eventSourceName",
                fix="give both one eventBusName",
            )  # fmt: skip


def _bus(obj: Object) -> str:
    return str((obj.get("spec") or {}).get("eventBusName") or _DEFAULT)
