"""ResourceQuotas: what an object uses, and whether a quota lets it in. Pure.

Mirrors k8s.io/apiserver/pkg/admission/plugin/resourcequota (controller.go, checkRequest) and
k8s.io/kubernetes/pkg/quota/v1/evaluator/core.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pinnace.objects.kinds import PERSISTENT_VOLUME_CLAIMS, PODS, SERVICES, Kind
from pinnace.objects.meta import name_of
from pinnace.objects.quantities import format_quantity, parse_quantity
from pinnace.objects.types import Object

Usage = Mapping[str, Decimal]
_ONE, _ZERO = Decimal(1), Decimal(0)
_FINISHED = frozenset({"Succeeded", "Failed"})
#: Kinds of which a quota may give the number by their bare plural.
_COUNTED = frozenset({"configmaps", "persistentvolumeclaims", "pods", "resourcequotas", "secrets",
                      "services"})  # fmt: skip
#: What each container must say when a quota limits it.
_COMPUTE = frozenset({"cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu",
                      "limits.memory"})  # fmt: skip


SCOPES = ("BestEffort", "NotBestEffort", "NotTerminating", "Terminating")


def usage(kind: Kind, obj: Object) -> Usage:
    """Return what one object uses, by the names that quotas have for it."""
    suffix = f".{kind.group}" if kind.group else ""
    used = {f"count/{kind.plural}{suffix}": _ONE}
    if kind == PODS:
        return used if _is_finished(obj) else {**used, "pods": _ONE, **_compute(obj)}
    if not kind.group and kind.plural in _COUNTED:
        used[kind.plural] = _ONE
    spec = obj.get("spec") or {}
    if kind == PERSISTENT_VOLUME_CLAIMS:
        asked = (spec.get("resources") or {}).get("requests") or {}
        used["requests.storage"] = parse_quantity(asked.get("storage") or 0)
    if kind == SERVICES and spec.get("type") in ("NodePort", "LoadBalancer"):
        used["services.nodeports"] = Decimal(len(spec.get("ports") or ()))
        if spec["type"] == "LoadBalancer":
            used["services.loadbalancers"] = _ONE
    return used


def _is_finished(pod: Object) -> bool:
    return (pod.get("status") or {}).get("phase") in _FINISHED


def _compute(pod: Object) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for field in ("requests", "limits"):
        for resource, amount in _pod_amounts(pod, field).items():
            found[f"{field}.{resource}"] = amount
            if field == "requests":
                found[resource] = amount
    return found


def _pod_amounts(pod: Object, field: str) -> dict[str, Decimal]:
    """Return the sum over containers, or the largest of the init containers where that is more."""
    spec = pod.get("spec") or {}
    total: dict[str, Decimal] = {}
    for container in spec.get("containers") or ():
        for resource, amount in _amounts(container, field).items():
            total[resource] = total.get(resource, _ZERO) + amount
    for container in spec.get("initContainers") or ():
        for resource, amount in _amounts(container, field).items():
            total[resource] = max(total.get(resource, _ZERO), amount)
    return total


def _amounts(container: Mapping[str, Any], field: str) -> dict[str, Decimal]:
    """Return what a container requests or is limited to; a request not given is its limit."""
    given = container.get("resources") or {}
    limits = given.get("limits") or {}
    stated = limits if field == "limits" else {**limits, **(given.get("requests") or {})}
    return {name: parse_quantity(amount) for name, amount in stated.items()}


def applies(quota: Object, kind: Kind, obj: Object) -> bool:
    """Tell whether a quota's scopes choose an object; those that have scopes choose Pods only."""
    scopes = (quota.get("spec") or {}).get("scopes") or ()
    return not scopes or (kind == PODS and all(_in_scope(scope, obj) for scope in scopes))


def _in_scope(scope: str, pod: Object) -> bool:
    limited = (pod.get("spec") or {}).get("activeDeadlineSeconds") is not None
    effort = not _compute(pod)
    return {"Terminating": limited, "NotTerminating": not limited,
            "BestEffort": effort, "NotBestEffort": not effort}.get(scope, False)  # fmt: skip


def hard_limits(quota: Object) -> Usage:
    """Return a quota's limits."""
    hard = (quota.get("spec") or {}).get("hard") or {}
    return {name: parse_quantity(amount) for name, amount in hard.items()}


def total(quota: Object, objects: Iterable[tuple[Kind, Object]]) -> Usage:
    """Return what objects use of what a quota limits."""
    used = dict.fromkeys(hard_limits(quota), _ZERO)
    for kind, obj in objects:
        if applies(quota, kind, obj):
            for name, amount in usage(kind, obj).items():
                if name in used:
                    used[name] += amount
    return used


def written(amounts: Usage) -> dict[str, str]:
    """Write amounts as ``status.used`` has them."""
    return {name: format_quantity(amount, binary=_is_binary(name))
            for name, amount in sorted(amounts.items())}  # fmt: skip


def _is_binary(resource: str) -> bool:
    return resource.rpartition(".")[2] in ("memory", "storage", "ephemeral-storage")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a write would have: an object of a kind, and what it was before (None: new)."""

    kind: Kind
    new: Object
    old: Object | None = None

    def delta(self, quota: Object) -> Usage:
        """Return what it would use more than now, of what a quota limits."""
        before = usage(self.kind, self.old) if self.old is not None else {}
        after = usage(self.kind, self.new)
        more = {name: amount - before.get(name, _ZERO) for name, amount in after.items()}
        limits = hard_limits(quota)
        return {name: amount for name, amount in more.items() if amount > 0 and name in limits}


def refusal(quota: Object, asked: Asked, used: Usage) -> str:
    """Say why a quota refuses a write, as Kubernetes words it; "" when it doesn't.

    ``used``: the :func:`total` before the write.
    """
    if not applies(quota, asked.kind, asked.new):
        return ""
    limits = hard_limits(quota)
    if asked.kind == PODS and asked.old is None and (missing := _unsaid(asked.new, limits)):
        return f"failed quota: {name_of(quota)}: must specify {missing}"
    wanted = asked.delta(quota)
    over = {name for name, amount in wanted.items() if used[name] + amount > limits[name]}
    if not over:
        return ""
    columns = (("requested", wanted), ("used", used), ("limited", limits))
    said = (f"{word}: {_listed(amounts, over)}" for word, amounts in columns)
    return f"exceeded quota: {name_of(quota)}, " + ", ".join(said)


def _listed(amounts: Usage, names: Iterable[str]) -> str:
    chosen = written({name: amounts[name] for name in names})
    return ",".join(f"{name}={amount}" for name, amount in chosen.items())


def _unsaid(pod: Object, limits: Usage) -> str:
    """Name the resources that a quota limits and containers don't state."""
    spec = pod.get("spec") or {}
    missing = []
    for resource in sorted(_COMPUTE & limits.keys()):
        field, _, bare = resource.rpartition(".")
        silent = [
            str(container.get("name"))
            for container in (*(spec.get("initContainers") or ()), *(spec.get("containers") or ()))
            if bare not in _amounts(container, field or "requests")
        ]
        if silent:
            missing.append(f"{resource} for: {','.join(silent)}")
    return "; ".join(missing)
