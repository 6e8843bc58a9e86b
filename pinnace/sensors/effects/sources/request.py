"""What is to be read, for whom, and how much of it at most."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pinnace.objects.errors import Invalid
from pinnace.sensors.actions import SecretReference
from pinnace.sensors.effects.edge import Edge, Occasion

#: An object of Kubernetes has at most 1.5 MB in etcd (upstream: 512 KiB from a URL).
LIMIT = 1_572_864
#: For the whole of a read, in seconds.
SECONDS = 30.0


@dataclass(frozen=True, kw_only=True)
class Request:
    """One read of a source; ``place`` is what the manifest says below ``field``."""

    place: Mapping[str, Any]
    occasion: Occasion
    field: str

    def text(self, name: str) -> str:
        """Return a text of the place, "" where there is none."""
        return str(self.place.get(name) or "")

    def secret(self, edge: Edge, name: str, below: str = "") -> str:
        """Return the secret that a field of the place names, "" without; raises Invalid."""
        at = self.place.get(below) or {} if below else self.place
        selector = at.get(name)
        if not selector:
            return ""
        field = ".".join(filter(None, (self.field, below, name)))
        reference = SecretReference(kind="Secret", selector=selector, field=field)
        return edge.secret(reference, self.occasion)

    def refuse(
        self, message: str, *, expected: str = "", found: str = "", fix: str = ""
    ) -> Invalid:
        """Make the error that names the Sensor and the field."""
        return Invalid(message, kind="Sensor", name=self.occasion.sensor, field=self.field,
                       expected=expected, found=found, fix=fix)  # fmt: skip
