"""Reading and writing the metadata of objects; conditions; owner references."""

from dataclasses import dataclass
from typing import Any

from pinnace.objects.kinds import Kind, kind_of
from pinnace.objects.types import Object

DEFAULT_NAMESPACE = "default"


@dataclass(frozen=True, order=True)
class Key:
    """Which object: its kind, namespace ("" for cluster-scoped kinds) and name."""

    kind: Kind
    namespace: str
    name: str

    @property
    def place(self) -> tuple[str, str]:
        """Return namespace and name."""
        return self.namespace, self.name

    def __str__(self) -> str:
        """Write it as kubectl does, ``pods/default/web``."""
        place = f"{self.namespace}/" if self.namespace else ""
        return f"{self.kind.plural}/{place}{self.name}"


def key_of(obj: Object) -> Key:
    """Return the key of an object; its kind must be known."""
    kind = kind_of(obj)
    return Key(kind, namespace_of(obj) if kind.namespaced else "", name_of(obj))


def metadata_of(obj: Object) -> dict[str, Any]:
    """Return ``metadata``, or an empty one (a view: do not write to it)."""
    return obj.get("metadata") or {}


def name_of(obj: Object) -> str:
    """Return ``metadata.name``, or "" before it has one."""
    return str(metadata_of(obj).get("name") or "")


def namespace_of(obj: Object) -> str:
    """Return ``metadata.namespace``, or the default namespace."""
    return str(metadata_of(obj).get("namespace") or DEFAULT_NAMESPACE)


def uid_of(obj: Object) -> str:
    """Return ``metadata.uid``, or "" before the store has given one."""
    return str(metadata_of(obj).get("uid") or "")


def created_at(obj: Object) -> str:
    """Return when an object was created, to the second: text that sorts."""
    return str(metadata_of(obj).get("creationTimestamp") or "")


def creation_of(obj: Object) -> tuple[str, str]:
    """Return what sorts objects by their creation: in one second, by the uids of :mod:`names`."""
    return created_at(obj), uid_of(obj)


def labels_of(obj: Object) -> dict[str, str]:
    """Return the labels (a view: do not write to it)."""
    return metadata_of(obj).get("labels") or {}


def annotations_of(obj: Object) -> dict[str, str]:
    """Return the annotations (a view: do not write to it)."""
    return metadata_of(obj).get("annotations") or {}


def owners_of(obj: Object) -> list[dict[str, Any]]:
    """Return the owner references."""
    return metadata_of(obj).get("ownerReferences") or []


def controller_reference(obj: Object) -> dict[str, Any] | None:
    """Return the owner reference marked ``controller``, if there is one."""
    return next((owner for owner in owners_of(obj) if owner.get("controller")), None)


def owner_reference(owner: Object, *, controller: bool = True) -> dict[str, Any]:
    """Make the reference a child carries to its owner."""
    return {
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": name_of(owner),
        "uid": uid_of(owner),
        "controller": controller,
        "blockOwnerDeletion": controller,
    }


def object_reference(obj: Object) -> dict[str, Any]:
    """Make the ``involvedObject`` of an Event."""
    return {
        "apiVersion": obj["apiVersion"],
        "kind": obj["kind"],
        "name": name_of(obj),
        "namespace": namespace_of(obj),
        "uid": uid_of(obj),
        "resourceVersion": str(metadata_of(obj).get("resourceVersion") or ""),
    }


def condition(obj: Object, type_: str) -> dict[str, Any] | None:
    """Return the status condition of that type, if the object has it."""
    conditions = (obj.get("status") or {}).get("conditions") or []
    return next((entry for entry in conditions if entry.get("type") == type_), None)


def set_condition(
    conditions: list[dict[str, Any]], new: dict[str, Any], now: str
) -> list[dict[str, Any]]:
    """Return the list with ``new`` in it; ``lastTransitionTime`` moves only when status changes."""
    old = next((entry for entry in conditions if entry["type"] == new["type"]), None)
    if old is None:
        return [*conditions, {"lastTransitionTime": now, **new}]
    kept = old.get("lastTransitionTime", now) if old.get("status") == new["status"] else now
    merged = {**new, "lastTransitionTime": kept}
    return [merged if entry is old else entry for entry in conditions]
