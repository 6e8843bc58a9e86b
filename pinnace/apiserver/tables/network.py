"""Cells about addresses and ports: Services, Endpoints, EndpointSlices, Ingresses.

Mirrors k8s.io/kubernetes/pkg/printers/internalversion/printers.go.
"""

from datetime import datetime

from pinnace.apiserver.tables.cells import NONE, few
from pinnace.apiserver.tables.paths import read
from pinnace.objects.types import Object


def ports(obj: Object, now: datetime) -> str:
    """A Service's ports, with node ports."""
    found = read(".spec.ports", obj) or []
    written = (
        f"{port.get('port')}:{port['nodePort']}/{port.get('protocol', 'TCP')}"
        if port.get("nodePort")
        else f"{port.get('port')}/{port.get('protocol', 'TCP')}"
        for port in found
    )
    return ",".join(written) or NONE


def endpoints(obj: Object, now: datetime) -> str:
    """Addresses with ports, of all subsets."""
    found = [
        f"{address.get('ip')}:{port.get('port')}"
        for subset in obj.get("subsets") or ()
        for port in subset.get("ports") or ()
        for address in subset.get("addresses") or ()
    ]
    return few(found, NONE)


def slice_ports(obj: Object, now: datetime) -> str:
    """An EndpointSlice's ports."""
    return few([str(port.get("port")) for port in obj.get("ports") or ()], "<unset>")


def slice_addresses(obj: Object, now: datetime) -> str:
    """An EndpointSlice's addresses."""
    addresses = (each.get("addresses") or () for each in obj.get("endpoints") or ())
    return few([address for some in addresses for address in some], "<unset>")


def hosts(obj: Object, now: datetime) -> str:
    """The hosts of an Ingress's rules."""
    found = [rule["host"] for rule in read(".spec.rules", obj) or () if rule.get("host")]
    return few(found, "*")
