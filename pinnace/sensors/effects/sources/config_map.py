"""An object that stands in a ConfigMap of the Sensor's namespace."""

from pinnace.sensors.actions import SecretReference
from pinnace.sensors.effects.edge import Edge
from pinnace.sensors.effects.sources.request import Request


def read(request: Request, edge: Edge) -> bytes:
    """Return the text of the key; raises Invalid."""
    reference = SecretReference(kind="ConfigMap", selector=request.place, field=request.field)
    return edge.secret(reference, request.occasion).encode()
