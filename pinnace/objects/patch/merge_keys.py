"""How lists merge: the table of ``patchMergeKey`` and ``listMapKey`` of the Kubernetes types.

From the struct tags of k8s.io/api; a list that is not here is replaced as a whole. Keyed by the
names of :mod:`pinnace.objects.schema`; ``*`` stands for any type.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from pinnace.objects.schema import Structural, Type

#: What patches go by: a type of the catalogue, or a node of a definition's schema.
Shape: TypeAlias = Type | Structural


@dataclass(frozen=True, kw_only=True)
class ListMerge:
    """How one list merges: by ``keys`` of its elements, or as a set when there are none."""

    keys: tuple[str, ...] = ()
    retain_keys: bool = False

    @property
    def patch_key(self) -> str:
        """Return the one key that strategic merge patches go by."""
        return self.keys[0] if self.keys else ""


def _by(*keys: str, retain: bool = False) -> ListMerge:
    return ListMerge(keys=keys, retain_keys=retain)


_SET = ListMerge()

_TABLE: Mapping[tuple[str, str], ListMerge] = {
    ("k8s.ObjectMeta", "ownerReferences"): _by("uid"),
    ("k8s.ObjectMeta", "finalizers"): _SET,
    ("k8s.PodSpec", "containers"): _by("name"),
    ("k8s.PodSpec", "initContainers"): _by("name"),
    ("k8s.PodSpec", "ephemeralContainers"): _by("name"),
    ("k8s.PodSpec", "volumes"): _by("name", retain=True),
    ("k8s.PodSpec", "imagePullSecrets"): _by("name"),
    ("k8s.PodSpec", "hostAliases"): _by("ip"),
    ("k8s.PodSpec", "topologySpreadConstraints"): _by("topologyKey", "whenUnsatisfiable"),
    ("k8s.PodSpec", "resourceClaims"): _by("name", retain=True),
    ("k8s.PodSpec", "schedulingGates"): _by("name"),
    ("k8s.Container", "env"): _by("name"),
    ("k8s.Container", "ports"): _by("containerPort", "protocol"),
    ("k8s.Container", "volumeMounts"): _by("mountPath"),
    ("k8s.Container", "volumeDevices"): _by("devicePath"),
    ("k8s.EphemeralContainer", "env"): _by("name"),
    ("k8s.EphemeralContainer", "ports"): _by("containerPort", "protocol"),
    ("k8s.EphemeralContainer", "volumeMounts"): _by("mountPath"),
    ("k8s.EphemeralContainer", "volumeDevices"): _by("devicePath"),
    ("k8s.PodStatus", "podIPs"): _by("ip"),
    ("k8s.PodStatus", "hostIPs"): _by("ip"),
    ("k8s.ServiceSpec", "ports"): _by("port", "protocol"),
    ("k8s.ServiceAccount", "secrets"): _by("name"),
    ("k8s.ServiceAccount", "imagePullSecrets"): _by("name"),
    ("k8s.NodeStatus", "addresses"): _by("type"),
    ("k8s.NodeSpec", "podCIDRs"): _SET,
    ("*", "conditions"): _by("type"),
}


def list_merge(of: Shape | None, field: str) -> ListMerge | None:
    """Return how the list in that field merges; None: it is replaced as a whole."""
    if isinstance(of, Structural):
        return _declared(of.field(field))
    if of is None or not of.name.startswith("k8s."):
        return None
    return _TABLE.get((of.name, field)) or _TABLE.get(("*", field))


def _declared(node: Structural | None) -> ListMerge | None:
    """Read ``x-kubernetes-list-type`` of a definition's schema."""
    match node.schema.get("x-kubernetes-list-type") if node else None:
        case "map" if node and node.schema.get("x-kubernetes-list-map-keys"):
            return ListMerge(keys=tuple(node.schema["x-kubernetes-list-map-keys"]))
        case "set":
            return _SET
    return None
