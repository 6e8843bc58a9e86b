"""Cells about nodes, claims, events, role bindings and quotas.

Mirrors k8s.io/kubernetes/pkg/printers/internalversion/printers.go.
"""

from datetime import datetime

from pinnace.apiserver.tables.cells import NONE, Cell
from pinnace.apiserver.tables.paths import read
from pinnace.objects.ages import age
from pinnace.objects.types import Object


def node_status(obj: Object, now: datetime) -> str:
    """Ready or not, and whether it takes Pods."""
    ready = read('.status.conditions[?(@.type=="Ready")].status', obj)
    text = {"True": "Ready", "False": "NotReady"}.get(str(ready), "Unknown")
    return f"{text},SchedulingDisabled" if read(".spec.unschedulable", obj) else text


def node_roles(obj: Object, now: datetime) -> str:
    """The roles that a node's labels name."""
    prefix = "node-role.kubernetes.io/"
    labels = read(".metadata.labels", obj) or {}
    return ",".join(sorted(k[len(prefix) :] for k in labels if k.startswith(prefix))) or NONE


_MODES = {"ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX",
          "ReadWriteOncePod": "RWOP"}  # fmt: skip


def access(obj: Object, now: datetime) -> str:
    """A claim's access modes, abbreviated."""
    modes = read(".status.accessModes", obj) or read(".spec.accessModes", obj) or []
    return ",".join(_MODES.get(mode, mode) for mode in modes)


def event_object(obj: Object, now: datetime) -> str:
    """What an event is about, as `kind/name`."""
    about = obj.get("involvedObject") or {}
    return f"{str(about.get('kind', '')).lower()}/{about.get('name', '')}"


def event_time(*fields: str) -> Cell:
    """How long ago the first of these times that is set is."""

    def cell(obj: Object, now: datetime) -> str:
        found = next((obj[field] for field in fields if obj.get(field)), None)
        return age(found or read(".metadata.creationTimestamp", obj), now)

    return cell


def event_source(obj: Object, now: datetime) -> str:
    """The component and host that told an event."""
    source = obj.get("source") or {}
    parts = [source.get("component") or obj.get("reportingComponent") or "", source.get("host")]
    return ", ".join(str(part) for part in parts if part)


def role(obj: Object, now: datetime) -> str:
    """What a binding refers to, as `kind/name`."""
    return f"{read('.roleRef.kind', obj)}/{read('.roleRef.name', obj)}"


def quota(limits: bool) -> Cell:
    """Used and hard amounts: of limits, or of all else."""

    def cell(obj: Object, now: datetime) -> str:
        hard, used = (
            read(".status.hard", obj) or read(".spec.hard", obj) or {},
            read(".status.used", obj) or {},
        )
        return ", ".join(
            f"{name}: {used.get(name, '0')}/{amount}"
            for name, amount in sorted(hard.items())
            if name.startswith("limits.") is limits
        )

    return cell
