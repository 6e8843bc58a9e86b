"""What containers ask for: requests, limits, and the quality-of-service class. Pure.

Mirrors k8s.io/component-helpers/resource (PodRequests) and k8s.io/kubernetes/pkg/apis/core/v1/
helper/qos.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from pinnace.objects.quantities import parse_quantity
from pinnace.objects.types import Object

_ZERO = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class Amounts:
    """An amount of what a node has to give."""

    cpu: Decimal = _ZERO
    memory: Decimal = _ZERO
    pods: int = 0

    def __add__(self, other: "Amounts") -> "Amounts":
        return Amounts(
            cpu=self.cpu + other.cpu, memory=self.memory + other.memory, pods=self.pods + other.pods
        )


def container_resources(container: Object, kind: str) -> dict[str, Decimal]:
    """Return the ``requests`` or ``limits``; a request that isn't given is its limit."""
    resources = container.get("resources") or {}
    limits = {k: parse_quantity(v) for k, v in (resources.get("limits") or {}).items()}
    if kind == "limits":
        return limits
    return limits | {k: parse_quantity(v) for k, v in (resources.get("requests") or {}).items()}


def pod_requests(pod: Object) -> Amounts:
    """Return what the scheduler sets aside for a Pod.

    That is the sum of its containers or its largest init container, whichever is more; sidecars
    (init containers that restart always) run beside both.
    """
    spec = pod.get("spec") or {}
    asked = {name: _ZERO for name in ("cpu", "memory")}
    highest, sidecars = dict(asked), dict(asked)
    for init in spec.get("initContainers") or ():
        wanted = container_resources(init, "requests")
        for name in asked:
            amount = wanted.get(name, _ZERO)
            if is_sidecar(init):
                sidecars[name] += amount
            highest[name] = max(
                highest[name], sidecars[name] + (_ZERO if is_sidecar(init) else amount)
            )
    for container in spec.get("containers") or ():
        wanted = container_resources(container, "requests")
        for name in asked:
            asked[name] += wanted.get(name, _ZERO)
    total = {name: max(asked[name] + sidecars[name], highest[name]) for name in asked}
    overhead = {k: parse_quantity(v) for k, v in (spec.get("overhead") or {}).items()}
    cpu, memory = (total[name] + overhead.get(name, _ZERO) for name in ("cpu", "memory"))
    return Amounts(cpu=cpu, memory=memory, pods=1)


def is_sidecar(container: Object) -> bool:
    """Tell whether an init container keeps running beside the others."""
    return container.get("restartPolicy") == "Always"


def qos_class(pod: Object) -> str:
    """Return Guaranteed, Burstable or BestEffort."""
    spec = pod.get("spec") or {}
    containers = [*(spec.get("containers") or ()), *(spec.get("initContainers") or ())]
    requests = [container_resources(c, "requests") for c in containers]
    limits = [container_resources(c, "limits") for c in containers]
    if not _any_amount((*requests, *limits)):
        return "BestEffort"
    for request, limit in zip(requests, limits, strict=True):
        if not all(limit.get(name) and request.get(name) == limit[name] for name in _COMPUTE):
            return "Burstable"
    return "Guaranteed"


_COMPUTE = ("cpu", "memory")


def _any_amount(amounts: Iterable[Mapping[str, Decimal]]) -> bool:
    return any(entry.get(name) for entry in amounts for name in _COMPUTE)
