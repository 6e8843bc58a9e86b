"""The columns of core kinds, each a name and a function of the object: a table.

Mirrors k8s.io/kubernetes/pkg/printers/internalversion/printers.go. Kinds that are not here have the
columns of :mod:`pinnace.objects.kinds`, as CRDs have ``additionalPrinterColumns``.
"""

from collections.abc import Mapping

from pinnace.apiserver.tables import core, network, workloads
from pinnace.apiserver.tables.cells import (
    AGE,
    CREATED,
    NAME,
    NONE,
    Printed,
    at,
    joined,
    pairs,
    size,
)
from pinnace.apiserver.tables.paths import read
from pinnace.apiserver.tables.pods import summary
from pinnace.objects import kinds
from pinnace.objects.kinds import Kind

COLUMNS: Mapping[Kind, tuple[Printed, ...]] = {
    kinds.PODS: (
        NAME,
        Printed("Ready", lambda pod, now: summary(pod, now).ready),
        Printed("Status", lambda pod, now: summary(pod, now).status),
        Printed("Restarts", lambda pod, now: summary(pod, now).restarts),
        AGE,
        Printed("IP", at(".status.podIP", NONE), wide=True),
        Printed("Node", at(".spec.nodeName", NONE), wide=True),
        Printed("Nominated Node", at(".status.nominatedNodeName", NONE), wide=True),
        Printed("Readiness Gates", lambda pod, now: NONE, wide=True),
    ),
    kinds.EVENTS: (
        Printed("Last Seen", core.event_time("lastTimestamp", "eventTime", "firstTimestamp")),
        Printed("Type", at(".type")),
        Printed("Reason", at(".reason")),
        Printed("Object", core.event_object),
        Printed("Subobject", at(".involvedObject.fieldPath"), wide=True),
        Printed("Source", core.event_source, wide=True),
        Printed("Message", lambda obj, now: str(obj.get("message") or "").strip()),
        Printed("First Seen", core.event_time("firstTimestamp", "eventTime"), wide=True),
        Printed("Count", at(".count", 1), wide=True, type="integer"),
        Printed("Name", at(".metadata.name"), wide=True),
    ),
    kinds.CONFIG_MAPS: (NAME, Printed("Data", size("data", "binaryData"), type="integer"), AGE),
    kinds.SECRETS: (
        NAME, Printed("Type", at(".type")), Printed("Data", size("data"), type="integer"), AGE,
    ),
    kinds.SERVICES: (
        NAME,
        Printed("Type", at(".spec.type")),
        Printed("Cluster-IP", at(".spec.clusterIP", NONE)),
        Printed("External-IP", joined(".spec.externalIPs", NONE)),
        Printed("Port(s)", network.ports),
        AGE,
        Printed("Selector", pairs(".spec.selector"), wide=True),
    ),
    kinds.ENDPOINTS: (NAME, Printed("Endpoints", network.endpoints), AGE),
    kinds.NAMESPACES: (NAME, Printed("Status", at(".status.phase")), AGE),
    kinds.NODES: (
        NAME,
        Printed("Status", core.node_status),
        Printed("Roles", core.node_roles),
        AGE,
        Printed("Version", at(".status.nodeInfo.kubeletVersion")),
        Printed("Internal-IP",
                at('.status.addresses[?(@.type=="InternalIP")].address', NONE), wide=True),
        Printed("External-IP",
                at('.status.addresses[?(@.type=="ExternalIP")].address', NONE), wide=True),
        Printed("OS-Image", at(".status.nodeInfo.osImage", "<unknown>"), wide=True),
        Printed("Kernel-Version", at(".status.nodeInfo.kernelVersion", "<unknown>"), wide=True),
        Printed("Container-Runtime",
                at(".status.nodeInfo.containerRuntimeVersion", "<unknown>"), wide=True),
    ),
    kinds.PERSISTENT_VOLUME_CLAIMS: (
        NAME,
        Printed("Status", at(".status.phase")),
        Printed("Volume", at(".spec.volumeName")),
        Printed("Capacity", at(".status.capacity.storage")),
        Printed("Access Modes", core.access),
        Printed("StorageClass", at(".spec.storageClassName")),
        Printed("VolumeAttributesClass", at(".spec.volumeAttributesClassName", "<unset>")),
        AGE,
        Printed("VolumeMode", at(".spec.volumeMode", "Filesystem"), wide=True),
    ),
    kinds.SERVICE_ACCOUNTS: (NAME, Printed("Secrets", size("secrets"), type="integer"), AGE),
    kinds.RESOURCE_QUOTAS: (
        NAME,
        Printed("Request", core.quota(limits=False)),
        Printed("Limit", core.quota(limits=True)),
        AGE,
    ),
    kinds.LIMIT_RANGES: (NAME, CREATED),
    kinds.DEPLOYMENTS: (
        NAME,
        Printed("Ready", workloads.rolled),
        Printed("Up-to-date", at(".status.updatedReplicas", 0), type="integer"),
        Printed("Available", at(".status.availableReplicas", 0), type="integer"),
        AGE,
        *workloads.TEMPLATE,
    ),
    kinds.REPLICA_SETS: (
        NAME,
        Printed("Desired", at(".spec.replicas", 0), type="integer"),
        Printed("Current", at(".status.replicas", 0), type="integer"),
        Printed("Ready", at(".status.readyReplicas", 0), type="integer"),
        AGE,
        *workloads.TEMPLATE,
    ),
    kinds.JOBS: (
        NAME,
        Printed("Status", workloads.job_status),
        Printed("Completions", workloads.completions),
        Printed("Duration", workloads.job_duration),
        AGE,
        *workloads.TEMPLATE,
    ),
    kinds.LEASES: (NAME, Printed("Holder", at(".spec.holderIdentity")), AGE),
    kinds.ENDPOINT_SLICES: (
        NAME,
        Printed("AddressType", at(".addressType")),
        Printed("Ports", network.slice_ports),
        Printed("Endpoints", network.slice_addresses),
        AGE,
    ),
    kinds.INGRESSES: (
        NAME,
        Printed("Class", at(".spec.ingressClassName", NONE)),
        Printed("Hosts", network.hosts),
        Printed("Address", at(".status.loadBalancer.ingress[0].ip")),
        Printed("Ports", lambda obj, now: "80, 443" if read(".spec.tls", obj) else "80"),
        AGE,
    ),
    kinds.NETWORK_POLICIES: (
        NAME, Printed("Pod-Selector", pairs(".spec.podSelector.matchLabels")), AGE,
    ),
    kinds.CUSTOM_RESOURCE_DEFINITIONS: (NAME, CREATED),
    kinds.ROLES: (NAME, CREATED),
    kinds.CLUSTER_ROLES: (NAME, CREATED),
    kinds.ROLE_BINDINGS: (NAME, Printed("Role", core.role), AGE),
    kinds.CLUSTER_ROLE_BINDINGS: (NAME, Printed("Role", core.role), AGE),
}  # fmt: skip
