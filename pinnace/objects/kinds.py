"""The table of kinds: it drives discovery, storage, tables and the names that the CLI takes.

A new kind is one entry. Columns are those of the CRD's ``additionalPrinterColumns`` or, for core
kinds, of kubectl's own printers (k8s.io/kubernetes/pkg/printers/internalversion); columns that need
code are named here and computed in ``pinnace.apiserver``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pinnace.objects.errors import BadRequest
from pinnace.objects.types import Object


@dataclass(frozen=True)
class Column:
    """One printer column; ``path`` is JSONPath below the object, ``wide`` hides it by default."""

    name: str
    path: str
    type: str = "string"
    wide: bool = False


@dataclass(frozen=True)
class ScalePaths:
    """Where an object holds what its ``scale`` subresource shows (a CRD's ``subresources.scale``).

    ``selector`` leads to a label selector, as a string or as ``matchLabels`` and the rest.
    """

    replicas: str = ".spec.replicas"
    status: str = ".status.replicas"
    selector: str = ".spec.selector"


@dataclass(frozen=True)
class Kind:
    """One resource of the API. Identity is (group, plural); the rest describes it.

    ``schema``: the OpenAPI schema of a kind that a CustomResourceDefinition defines.
    """

    group: str
    plural: str
    version: str = field(compare=False)
    kind: str = field(compare=False)
    short_names: tuple[str, ...] = field(default=(), compare=False)
    namespaced: bool = field(default=True, compare=False)
    columns: tuple[Column, ...] = field(default=(), compare=False)
    status_subresource: bool = field(default=False, compare=False)
    generation: bool = field(default=True, compare=False)
    categories: tuple[str, ...] = field(default=(), compare=False)
    scale: ScalePaths | None = field(default=None, compare=False)
    schema: Mapping[str, Any] | None = field(default=None, compare=False, repr=False)
    given_singular: str = field(default="", compare=False)
    given_list: str = field(default="", compare=False)

    @property
    def api_version(self) -> str:
        """Return what objects of this kind carry in ``apiVersion``."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def singular(self) -> str:
        """Return the lower-case singular name."""
        return self.given_singular or self.kind.lower()

    @property
    def list_kind(self) -> str:
        """Return the kind of a list of these objects."""
        return self.given_list or f"{self.kind}List"

    @property
    def built_in(self) -> bool:
        """Tell whether a kind is Kubernetes' own, not a custom resource."""
        return self.schema is None and ("." not in self.group or self.group.endswith(".k8s.io"))

    @property
    def resource(self) -> str:
        """Return the name that messages use: ``workflows.argoproj.io``, ``pods``."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    def __lt__(self, other: "Kind") -> bool:
        """Order by group and plural, so keys sort."""
        return (self.group, self.plural) < (other.group, other.plural)


_AGE = Column("Age", ".metadata.creationTimestamp", "date")


def _core(plural: str, kind: str, *short: str, **more: object) -> Kind:
    return Kind("", plural, "v1", kind, short, **more)  # type: ignore[arg-type]  # table shorthand


def _argo(plural: str, kind: str, *short: str, **more: object) -> Kind:
    return Kind("argoproj.io", plural, "v1alpha1", kind, short, **more)  # type: ignore[arg-type]


def _rbac(plural: str, kind: str, **more: object) -> Kind:
    return Kind("rbac.authorization.k8s.io", plural, "v1", kind, (), **more)  # type: ignore[arg-type]


NAMESPACES = _core("namespaces", "Namespace", "ns", namespaced=False)
NODES = _core("nodes", "Node", "no", namespaced=False, status_subresource=True)
PODS = _core("pods", "Pod", "po", status_subresource=True, generation=False, categories=("all",))
CONFIG_MAPS = _core("configmaps", "ConfigMap", "cm", generation=False)
SECRETS = _core("secrets", "Secret", generation=False)
SERVICES = _core("services", "Service", "svc", status_subresource=True, categories=("all",))
ENDPOINTS = _core("endpoints", "Endpoints", "ep", generation=False)
EVENTS = _core("events", "Event", "ev", generation=False)
SERVICE_ACCOUNTS = _core("serviceaccounts", "ServiceAccount", "sa", generation=False)
PERSISTENT_VOLUME_CLAIMS = _core(
    "persistentvolumeclaims", "PersistentVolumeClaim", "pvc", status_subresource=True
)
RESOURCE_QUOTAS = _core("resourcequotas", "ResourceQuota", "quota", status_subresource=True)
LIMIT_RANGES = _core("limitranges", "LimitRange", "limits")
DEPLOYMENTS = Kind(
    "apps", "deployments", "v1", "Deployment", ("deploy",), status_subresource=True,
    categories=("all",), scale=ScalePaths(),
)  # fmt: skip
REPLICA_SETS = Kind(
    "apps", "replicasets", "v1", "ReplicaSet", ("rs",), status_subresource=True,
    categories=("all",), scale=ScalePaths(),
)  # fmt: skip
JOBS = Kind("batch", "jobs", "v1", "Job", (), status_subresource=True, categories=("all",))
LEASES = Kind("coordination.k8s.io", "leases", "v1", "Lease", generation=False)
ENDPOINT_SLICES = Kind("discovery.k8s.io", "endpointslices", "v1", "EndpointSlice")
INGRESSES = Kind(
    "networking.k8s.io", "ingresses", "v1", "Ingress", ("ing",), status_subresource=True
)
NETWORK_POLICIES = Kind("networking.k8s.io", "networkpolicies", "v1", "NetworkPolicy", ("netpol",))
CUSTOM_RESOURCE_DEFINITIONS = Kind(
    "apiextensions.k8s.io", "customresourcedefinitions", "v1", "CustomResourceDefinition",
    ("crd", "crds"), namespaced=False, status_subresource=True, categories=("api-extensions",),
)  # fmt: skip
ROLES = _rbac("roles", "Role")
ROLE_BINDINGS = _rbac("rolebindings", "RoleBinding")
CLUSTER_ROLES = _rbac("clusterroles", "ClusterRole", namespaced=False)
CLUSTER_ROLE_BINDINGS = _rbac("clusterrolebindings", "ClusterRoleBinding", namespaced=False)
WORKFLOWS = _argo(
    "workflows", "Workflow", "wf",
    columns=(
        Column("Status", ".status.phase"),
        Column("Age", ".status.startedAt", "date"),
        Column("Message", ".status.message"),
    ),
)  # fmt: skip
WORKFLOW_TEMPLATES = _argo("workflowtemplates", "WorkflowTemplate", "wftmpl")
CLUSTER_WORKFLOW_TEMPLATES = _argo(
    "clusterworkflowtemplates", "ClusterWorkflowTemplate", "clusterwftmpl", "cwft",
    namespaced=False,
)  # fmt: skip
CRON_WORKFLOWS = _argo("cronworkflows", "CronWorkflow", "cwf", "cronwf")
WORKFLOW_TASK_RESULTS = _argo("workflowtaskresults", "WorkflowTaskResult")
WORKFLOW_TASK_SETS = _argo("workflowtasksets", "WorkflowTaskSet", "wfts", status_subresource=True)
WORKFLOW_EVENT_BINDINGS = _argo("workfloweventbindings", "WorkflowEventBinding", "wfeb")
EVENT_SOURCES = _argo("eventsources", "EventSource", "es", status_subresource=True)
SENSORS = _argo("sensors", "Sensor", "sn", status_subresource=True)
EVENT_BUSES = _argo("eventbus", "EventBus", "eb", status_subresource=True)
TFJOBS = Kind(
    "kubeflow.org", "tfjobs", "v1", "TFJob", (),
    columns=(Column("State", ".status.conditions[-1:].type"), _AGE),
    status_subresource=True,
)  # fmt: skip

#: Every kind the embedded control plane serves.
KINDS: tuple[Kind, ...] = (
    NAMESPACES, NODES, PODS, CONFIG_MAPS, SECRETS, SERVICES, ENDPOINTS, EVENTS, SERVICE_ACCOUNTS,
    PERSISTENT_VOLUME_CLAIMS, RESOURCE_QUOTAS, LIMIT_RANGES, DEPLOYMENTS, REPLICA_SETS, JOBS,
    LEASES, ENDPOINT_SLICES, INGRESSES, NETWORK_POLICIES, CUSTOM_RESOURCE_DEFINITIONS, ROLES,
    ROLE_BINDINGS, CLUSTER_ROLES, CLUSTER_ROLE_BINDINGS, WORKFLOWS, WORKFLOW_TEMPLATES,
    CLUSTER_WORKFLOW_TEMPLATES, CRON_WORKFLOWS, WORKFLOW_TASK_RESULTS, WORKFLOW_TASK_SETS,
    WORKFLOW_EVENT_BINDINGS, EVENT_SOURCES, SENSORS, EVENT_BUSES, TFJOBS,
)  # fmt: skip

_BY_KIND = {(kind.api_version, kind.kind): kind for kind in KINDS}


def names_of(kind: Kind) -> Iterable[str]:
    """Yield every name that a person may call a kind."""
    yield from (kind.plural, kind.singular, kind.resource, *kind.short_names)


_BY_NAME = {name: kind for kind in reversed(KINDS) for name in names_of(kind)}


def find_kind(api_version: str, kind: str) -> Kind | None:
    """Return the built-in kind that ``apiVersion`` and ``kind`` name.

    What CustomResourceDefinitions add is known to :class:`pinnace.objects.registry.Registry`.
    """
    return _BY_KIND.get((api_version, kind))


def kind_of(obj: Object) -> Kind:
    """Return an object's built-in kind; raises BadRequest when there is no such kind."""
    api_version, name = str(obj.get("apiVersion")), str(obj.get("kind"))
    kind = find_kind(api_version, name)
    if kind is None:
        raise BadRequest(
            f'no matches for kind "{name}" in version "{api_version}"; '
            f"served kinds: {', '.join(sorted({k.kind for k in KINDS}))}"
        )
    return kind


def by_name(name: str) -> Kind | None:
    """Return the kind a person means: plural, singular, short name or ``plural.group``."""
    return _BY_NAME.get(name.lower())
