"""What a Pod's environment and volumes are filled from: ConfigMaps, Secrets, and the Pod itself.

A missing source is a `NotReady`: the container waits with that reason and message, and is tried
again, as the object may come (Kubernetes: CreateContainerConfigError and FailedMount).
"""

import base64
import math
from decimal import Decimal
from typing import Any, Protocol

from pinnace.objects import secrets
from pinnace.objects.errors import PinnaceError
from pinnace.objects.meta import annotations_of, labels_of, name_of, namespace_of, uid_of
from pinnace.objects.quantities import parse_quantity
from pinnace.objects.types import Object
from pinnace.pods.resources import container_resources


class NotReady(PinnaceError):
    """Something that the Pod refers to isn't there (yet)."""

    def __init__(self, message: str, *, reason: str) -> None:
        self.waiting_reason = reason
        super().__init__(message)


class Sources(Protocol):
    """Finds objects in the Pod's namespace."""

    def config_map(self, namespace: str, name: str) -> Object | None:
        """Return a ConfigMap, or None."""
        ...

    def secret(self, namespace: str, name: str) -> Object | None:
        """Return a Secret, or None."""
        ...

    def claim(self, namespace: str, name: str) -> Object | None:
        """Return a PersistentVolumeClaim, or None."""
        ...


def config_map_data(config_map: Object) -> dict[str, bytes]:
    """Return all data of a ConfigMap as bytes."""
    text = {key: str(value).encode() for key, value in (config_map.get("data") or {}).items()}
    binary = config_map.get("binaryData") or {}
    return text | {key: base64.b64decode(value) for key, value in binary.items()}


def secret_data(secret: Object) -> dict[str, bytes]:
    """Return all data of a Secret, decoded."""
    return {key: secrets.decode(secret, key) for key in secret.get("data") or {}}


def pod_field(pod: Object, path: str) -> str:
    """Return what a ``fieldRef`` names; raises NotReady for a field that no Pod has."""
    meta = {"metadata.name": name_of, "metadata.namespace": namespace_of, "metadata.uid": uid_of}
    if path in meta:
        return meta[path](pod)
    for prefix, values in (("labels", labels_of(pod)), ("annotations", annotations_of(pod))):
        if path.startswith(f"metadata.{prefix}['") and path.endswith("']"):
            return str(values.get(path.partition("'")[2][:-2], ""))
        if path == f"metadata.{prefix}":
            return "\n".join(f'{key}="{value}"' for key, value in sorted(values.items()))
    spec = pod.get("spec") or {}
    fields = {
        "spec.nodeName": str(spec.get("nodeName") or ""),
        "spec.serviceAccountName": str(spec.get("serviceAccountName") or "default"),
        "status.podIP": "127.0.0.1",
        "status.podIPs": "127.0.0.1",
        "status.hostIP": "127.0.0.1",
        "status.hostIPs": "127.0.0.1",
    }
    if path not in fields:
        message = (
            f'fieldPath "{path}" is not supported: expected one of {", ".join(sorted(fields))}'
        )
        raise NotReady(message, reason="CreateContainerConfigError")
    return fields[path]


def resource_field(pod: Object, container: Object, selector: dict[str, Any]) -> str:
    """Return what a ``resourceFieldRef`` names, in units of its divisor, rounded up."""
    spec = pod.get("spec") or {}
    name = selector.get("containerName")
    if name:
        everyone = (*(spec.get("containers") or ()), *(spec.get("initContainers") or ()))
        container = next((c for c in everyone if c.get("name") == name), container)
    kind, _, resource = str(selector.get("resource", "")).partition(".")
    amounts = container_resources(container, kind)
    divisor = parse_quantity(selector.get("divisor") or "1") or Decimal(1)
    return str(math.ceil(amounts.get(resource, Decimal(0)) / divisor))
