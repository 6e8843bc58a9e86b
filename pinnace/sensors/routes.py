"""Which consumers an event concerns: an index by namespace, source and event name."""

from collections.abc import Iterable

from pinnace.bus import Route
from pinnace.sensors.consumer import Consumer


class Routes:
    """Finds an event's consumers without asking those that it doesn't concern."""

    def __init__(self) -> None:
        self._consumers: dict[Route, dict[str, Consumer]] = {}

    def add(self, consumer: Consumer) -> None:
        """Lead to the consumer what concerns it, as its Sensor stands."""
        for route in consumer.concerns():
            self._consumers.setdefault(route, {})[consumer.name] = consumer

    def remove(self, consumer: Consumer) -> None:
        """Lead nothing to it any more; to be called before its Sensor is replaced."""
        for route in consumer.concerns():
            self._consumers[route].pop(consumer.name, None)
            if not self._consumers[route]:
                del self._consumers[route]

    def to(self, route: Route) -> Iterable[Consumer]:
        """The consumers of such an event."""
        return self._consumers.get(route, {}).values()
