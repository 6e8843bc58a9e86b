"""What the API server fills in on creation (k8s.io/kubernetes/pkg/apis/*/v1/defaults).

Only what clients and controllers read back; a table from kind to a function of the object.
"""

from collections.abc import Callable, Mapping
from typing import Any

from pinnace.objects import kinds
from pinnace.objects.kinds import Kind
from pinnace.objects.secrets import merge_string_data
from pinnace.objects.types import Object


def _under(defaults: Mapping[str, Any], given: Any) -> dict[str, Any]:
    return {**defaults, **(given or {})}


def _pod(pod: Object) -> Object:
    spec = _under(
        {
            "restartPolicy": "Always",
            "terminationGracePeriodSeconds": 30,
            "dnsPolicy": "ClusterFirst",
            "serviceAccountName": "default",
            "schedulerName": "default-scheduler",
            "enableServiceLinks": True,
        },
        pod.get("spec"),
    )
    return {**pod, "spec": spec, "status": _under({"phase": "Pending"}, pod.get("status"))}


def _claim(claim: Object) -> Object:
    """Bind at once: a local claim is a folder of this machine."""
    spec = claim.get("spec") or {}
    capacity = (spec.get("resources") or {}).get("requests") or {}
    bound = {"phase": "Bound", "accessModes": spec.get("accessModes") or [], "capacity": capacity}
    volume = {"volumeName": f"local-{(claim.get('metadata') or {}).get('name', '')}"}
    return {**claim, "spec": _under(volume, spec), "status": _under(bound, claim.get("status"))}


def _service(service: Object) -> Object:
    spec = service.get("spec") or {}
    ports = [_under({"protocol": "TCP", "targetPort": port.get("port")}, port)
             for port in spec.get("ports") or []]  # fmt: skip
    filled = _under({"type": "ClusterIP", "clusterIP": "127.0.0.1"}, spec)
    return {**service, "spec": {**filled, "ports": ports} if ports else filled}


def _namespace(namespace: Object) -> Object:
    return {**namespace, "status": _under({"phase": "Active"}, namespace.get("status"))}


def _secret(secret: Object) -> Object:
    return merge_string_data({"type": "Opaque", **secret})


_DEFAULTS: Mapping[Kind, Callable[[Object], Object]] = {
    kinds.PODS: _pod,
    kinds.PERSISTENT_VOLUME_CLAIMS: _claim,
    kinds.SERVICES: _service,
    kinds.NAMESPACES: _namespace,
    kinds.SECRETS: _secret,
}


def with_defaults(kind: Kind, obj: Object) -> Object:
    """Return the object with what its kind fills in on creation."""
    fill = _DEFAULTS.get(kind)
    return fill(obj) if fill else obj
