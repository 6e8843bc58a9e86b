"""The DNS of the embedded control plane: a Service's name and port to a real local address.

On a cluster ``object-store:9000`` is resolved by the cluster; here the Service's Endpoints object
carries the address and the port that the program really listens on.
"""

from typing import Any

from pinnace.objects.kinds import ENDPOINTS, SERVICES
from pinnace.objects.types import Object
from pinnace.store.reads import Reads


def resolve(reads: Reads, address: str, namespace: str) -> str:
    """Return ``host:port`` for ``service[.namespace[.svc[.domain]]]:port``.

    An address that names no Service here is returned unchanged: it is somewhere else.
    """
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit():
        return address
    name, _, rest = host.partition(".")
    place = rest.split(".")[0] if rest else namespace
    service = reads.find(SERVICES, place, name)
    endpoints = reads.find(ENDPOINTS, place, name)
    if service is None or endpoints is None:
        return address
    return _endpoint(service, endpoints, int(port)) or address


def _endpoint(service: Object, endpoints: Object, port: int) -> str | None:
    ports: list[dict[str, Any]] = (service.get("spec") or {}).get("ports") or []
    declared = next((entry for entry in ports if entry.get("port") == port), None)
    for subset in endpoints.get("subsets") or []:
        for entry in subset.get("ports") or []:
            if declared and entry.get("name") == declared.get("name"):
                return f"{subset['addresses'][0]['ip']}:{entry['port']}"
    return None


def service_objects(
    name: str, namespace: str, ports: dict[str, tuple[int, int]]
) -> tuple[Object, Object]:
    """Make the Service and Endpoints of a program here: name → (declared port, real port)."""
    metadata = {"name": name, "namespace": namespace}
    declared = [{"name": n, "port": p, "targetPort": p} for n, (p, _) in ports.items()]
    real = [{"name": n, "port": p, "protocol": "TCP"} for n, (_, p) in ports.items()]
    service = {"apiVersion": "v1", "kind": "Service", "metadata": metadata,
               "spec": {"ports": declared}}  # fmt: skip
    endpoints = {"apiVersion": "v1", "kind": "Endpoints", "metadata": dict(metadata),
                 "subsets": [{"addresses": [{"ip": "127.0.0.1"}], "ports": real}]}  # fmt: skip
    return service, endpoints
