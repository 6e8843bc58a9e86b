"""The columns of core kinds, each a name and a function of the object: a table.

Mirrors k8s.io/kubernetes/pkg/printers/internalversion/printers.go. Kinds that are not here have the
columns of :mod:`pinnace.objects.kinds`, as CRDs have ``additionalPrinterColumns``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pinnace.apiserver.tables.paths import read
from pinnace.apiserver.tables.pods import summary
from pinnace.objects import kinds
from pinnace.objects.ages import age, human
from pinnace.objects.clock import parse_rfc3339
from pinnace.objects.kinds import Kind
from pinnace.objects.selectors import from_match_labels, written
from pinnace.objects.types import Object

Cell = Callable[[Object, datetime], Any]
_NONE = "<none>"


@dataclass(frozen=True)
class Printed:
    """One column: its name, how its cell is computed, whether only ``-o wide`` shows it."""

    name: str
    cell: Cell
    wide: bool = False
    type: str = "string"


def _at(path: str, default: Any = "") -> Cell:
    def cell(obj: Object, now: datetime) -> Any:
        found = read(path, obj)
        return default if found is None or found == "" else found

    return cell


def _age(path: str) -> Cell:
    return lambda obj, now: age(read(path, obj), now)


def _size(*fields: str) -> Cell:
    return lambda obj, now: sum(len(obj.get(field) or ()) for field in fields)


def _joined(path: str, default: str) -> Cell:
    def cell(obj: Object, now: datetime) -> str:
        found = read(path, obj)
        return ",".join(str(item) for item in found) if found else default

    return cell


def _pairs(path: str) -> Cell:
    def cell(obj: Object, now: datetime) -> str:
        found = read(path, obj) or {}
        return ",".join(f"{key}={value}" for key, value in sorted(found.items())) or _NONE

    return cell


def _containers(field: str) -> Cell:
    def cell(obj: Object, now: datetime) -> str:
        found = read(".spec.template.spec.containers", obj) or []
        return ",".join(str(container.get(field) or "") for container in found)

    return cell


def _selector(obj: Object, now: datetime) -> str:
    return written(from_match_labels(read(".spec.selector", obj))) or _NONE


def _ports(obj: Object, now: datetime) -> str:
    ports = read(".spec.ports", obj) or []
    written = (
        f"{port.get('port')}:{port['nodePort']}/{port.get('protocol', 'TCP')}"
        if port.get("nodePort")
        else f"{port.get('port')}/{port.get('protocol', 'TCP')}"
        for port in ports
    )
    return ",".join(written) or _NONE


def _endpoints(obj: Object, now: datetime) -> str:
    found = [
        f"{address.get('ip')}:{port.get('port')}"
        for subset in obj.get("subsets") or ()
        for port in subset.get("ports") or ()
        for address in subset.get("addresses") or ()
    ]
    return _few(found, _NONE)


def _few(found: list[str], default: str) -> str:
    more = f" + {len(found) - 3} more..." if len(found) > 3 else ""
    return ",".join(found[:3]) + more if found else default


def _slice_ports(obj: Object, now: datetime) -> str:
    return _few([str(port.get("port")) for port in obj.get("ports") or ()], "<unset>")


def _slice_addresses(obj: Object, now: datetime) -> str:
    addresses = (each.get("addresses") or () for each in obj.get("endpoints") or ())
    return _few([address for some in addresses for address in some], "<unset>")


def _hosts(obj: Object, now: datetime) -> str:
    hosts = [rule["host"] for rule in read(".spec.rules", obj) or () if rule.get("host")]
    return _few(hosts, "*")


def _node_status(obj: Object, now: datetime) -> str:
    ready = read('.status.conditions[?(@.type=="Ready")].status', obj)
    text = {"True": "Ready", "False": "NotReady"}.get(str(ready), "Unknown")
    return f"{text},SchedulingDisabled" if read(".spec.unschedulable", obj) else text


def _node_roles(obj: Object, now: datetime) -> str:
    prefix = "node-role.kubernetes.io/"
    labels = read(".metadata.labels", obj) or {}
    return ",".join(sorted(k[len(prefix) :] for k in labels if k.startswith(prefix))) or _NONE


_MODES = {"ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX",
          "ReadWriteOncePod": "RWOP"}  # fmt: skip


def _access(obj: Object, now: datetime) -> str:
    modes = read(".status.accessModes", obj) or read(".spec.accessModes", obj) or []
    return ",".join(_MODES.get(mode, mode) for mode in modes)


def _event_object(obj: Object, now: datetime) -> str:
    about = obj.get("involvedObject") or {}
    return f"{str(about.get('kind', '')).lower()}/{about.get('name', '')}"


def _event_time(*fields: str) -> Cell:
    def cell(obj: Object, now: datetime) -> str:
        found = next((obj[field] for field in fields if obj.get(field)), None)
        return age(found or read(".metadata.creationTimestamp", obj), now)

    return cell


def _event_source(obj: Object, now: datetime) -> str:
    source = obj.get("source") or {}
    parts = [source.get("component") or obj.get("reportingComponent") or "", source.get("host")]
    return ", ".join(str(part) for part in parts if part)


def _rolled(obj: Object, now: datetime) -> str:
    return f"{read('.status.readyReplicas', obj) or 0}/{read('.spec.replicas', obj) or 0}"


def _job_status(obj: Object, now: datetime) -> str:
    conditions = read(".status.conditions", obj) or []
    true = {entry.get("type") for entry in conditions if entry.get("status") == "True"}
    if read(".metadata.deletionTimestamp", obj) and not true & {"Complete", "Failed"}:
        return "Terminating"
    order = ("Complete", "Failed", "Suspended", "FailureTarget", "SuccessCriteriaMet")
    return next((name for name in order if name in true), "Running")


def _completions(obj: Object, now: datetime) -> str:
    wanted = read(".spec.completions", obj)
    if wanted is None:  # a work queue: one success ends it
        parallel = read(".spec.parallelism", obj) or 1
        wanted = f"1 of {parallel}" if parallel > 1 else 1
    return f"{read('.status.succeeded', obj) or 0}/{wanted}"


def _job_duration(obj: Object, now: datetime) -> str:
    start, end = read(".status.startTime", obj), read(".status.completionTime", obj)
    if not start:
        return ""
    return human(((parse_rfc3339(end) if end else now) - parse_rfc3339(start)).total_seconds())


def _role(obj: Object, now: datetime) -> str:
    return f"{read('.roleRef.kind', obj)}/{read('.roleRef.name', obj)}"


def _quota(limits: bool) -> Cell:
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


NAME = Printed("Name", _at(".metadata.name"))
AGE = Printed("Age", _age(".metadata.creationTimestamp"))
#: What the kinds that make Pods from a template show with ``-o wide``.
_TEMPLATE = (
    Printed("Containers", _containers("name"), wide=True),
    Printed("Images", _containers("image"), wide=True),
    Printed("Selector", _selector, wide=True),
)
_CREATED = Printed("Created At", _at(".metadata.creationTimestamp"))

COLUMNS: Mapping[Kind, tuple[Printed, ...]] = {
    kinds.PODS: (
        NAME,
        Printed("Ready", lambda pod, now: summary(pod, now).ready),
        Printed("Status", lambda pod, now: summary(pod, now).status),
        Printed("Restarts", lambda pod, now: summary(pod, now).restarts),
        AGE,
        Printed("IP", _at(".status.podIP", _NONE), wide=True),
        Printed("Node", _at(".spec.nodeName", _NONE), wide=True),
        Printed("Nominated Node", _at(".status.nominatedNodeName", _NONE), wide=True),
        Printed("Readiness Gates", lambda pod, now: _NONE, wide=True),
    ),
    kinds.EVENTS: (
        Printed("Last Seen", _event_time("lastTimestamp", "eventTime", "firstTimestamp")),
        Printed("Type", _at(".type")),
        Printed("Reason", _at(".reason")),
        Printed("Object", _event_object),
        Printed("Subobject", _at(".involvedObject.fieldPath"), wide=True),
        Printed("Source", _event_source, wide=True),
        Printed("Message", lambda obj, now: str(obj.get("message") or "").strip()),
        Printed("First Seen", _event_time("firstTimestamp", "eventTime"), wide=True),
        Printed("Count", _at(".count", 1), wide=True, type="integer"),
        Printed("Name", _at(".metadata.name"), wide=True),
    ),
    kinds.CONFIG_MAPS: (NAME, Printed("Data", _size("data", "binaryData"), type="integer"), AGE),
    kinds.SECRETS: (
        NAME, Printed("Type", _at(".type")), Printed("Data", _size("data"), type="integer"), AGE,
    ),
    kinds.SERVICES: (
        NAME,
        Printed("Type", _at(".spec.type")),
        Printed("Cluster-IP", _at(".spec.clusterIP", _NONE)),
        Printed("External-IP", _joined(".spec.externalIPs", _NONE)),
        Printed("Port(s)", _ports),
        AGE,
        Printed("Selector", _pairs(".spec.selector"), wide=True),
    ),
    kinds.ENDPOINTS: (NAME, Printed("Endpoints", _endpoints), AGE),
    kinds.NAMESPACES: (NAME, Printed("Status", _at(".status.phase")), AGE),
    kinds.NODES: (
        NAME,
        Printed("Status", _node_status),
        Printed("Roles", _node_roles),
        AGE,
        Printed("Version", _at(".status.nodeInfo.kubeletVersion")),
        Printed("Internal-IP",
                _at('.status.addresses[?(@.type=="InternalIP")].address', _NONE), wide=True),
        Printed("External-IP",
                _at('.status.addresses[?(@.type=="ExternalIP")].address', _NONE), wide=True),
        Printed("OS-Image", _at(".status.nodeInfo.osImage", "<unknown>"), wide=True),
        Printed("Kernel-Version", _at(".status.nodeInfo.kernelVersion", "<unknown>"), wide=True),
        Printed("Container-Runtime",
                _at(".status.nodeInfo.containerRuntimeVersion", "<unknown>"), wide=True),
    ),
    kinds.PERSISTENT_VOLUME_CLAIMS: (
        NAME,
        Printed("Status", _at(".status.phase")),
        Printed("Volume", _at(".spec.volumeName")),
        Printed("Capacity", _at(".status.capacity.storage")),
        Printed("Access Modes", _access),
        Printed("StorageClass", _at(".spec.storageClassName")),
        Printed("VolumeAttributesClass", _at(".spec.volumeAttributesClassName", "<unset>")),
        AGE,
        Printed("VolumeMode", _at(".spec.volumeMode", "Filesystem"), wide=True),
    ),
    kinds.SERVICE_ACCOUNTS: (NAME, Printed("Secrets", _size("secrets"), type="integer"), AGE),
    kinds.RESOURCE_QUOTAS: (
        NAME, Printed("Request", _quota(limits=False)), Printed("Limit", _quota(limits=True)), AGE,
    ),
    kinds.LIMIT_RANGES: (NAME, _CREATED),
    kinds.DEPLOYMENTS: (
        NAME,
        Printed("Ready", _rolled),
        Printed("Up-to-date", _at(".status.updatedReplicas", 0), type="integer"),
        Printed("Available", _at(".status.availableReplicas", 0), type="integer"),
        AGE,
        *_TEMPLATE,
    ),
    kinds.REPLICA_SETS: (
        NAME,
        Printed("Desired", _at(".spec.replicas", 0), type="integer"),
        Printed("Current", _at(".status.replicas", 0), type="integer"),
        Printed("Ready", _at(".status.readyReplicas", 0), type="integer"),
        AGE,
        *_TEMPLATE,
    ),
    kinds.JOBS: (
        NAME,
        Printed("Status", _job_status),
        Printed("Completions", _completions),
        Printed("Duration", _job_duration),
        AGE,
        *_TEMPLATE,
    ),
    kinds.LEASES: (NAME, Printed("Holder", _at(".spec.holderIdentity")), AGE),
    kinds.ENDPOINT_SLICES: (
        NAME,
        Printed("AddressType", _at(".addressType")),
        Printed("Ports", _slice_ports),
        Printed("Endpoints", _slice_addresses),
        AGE,
    ),
    kinds.INGRESSES: (
        NAME,
        Printed("Class", _at(".spec.ingressClassName", _NONE)),
        Printed("Hosts", _hosts),
        Printed("Address", _at(".status.loadBalancer.ingress[0].ip")),
        Printed("Ports", lambda obj, now: "80, 443" if read(".spec.tls", obj) else "80"),
        AGE,
    ),
    kinds.NETWORK_POLICIES: (
        NAME, Printed("Pod-Selector", _pairs(".spec.podSelector.matchLabels")), AGE,
    ),
    kinds.CUSTOM_RESOURCE_DEFINITIONS: (NAME, _CREATED),
    kinds.ROLES: (NAME, _CREATED),
    kinds.CLUSTER_ROLES: (NAME, _CREATED),
    kinds.ROLE_BINDINGS: (NAME, Printed("Role", _role), AGE),
    kinds.CLUSTER_ROLE_BINDINGS: (NAME, Printed("Role", _role), AGE),
}  # fmt: skip
