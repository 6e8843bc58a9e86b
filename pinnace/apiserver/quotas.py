"""Admission by ResourceQuotas: a write that would use more than a namespace may is Forbidden.

It is looked at inside the transaction that writes, so two writes at once can't both be the last
that fits. What is used is counted and not remembered: no quota drifts from the truth.
"""

from collections.abc import Iterator

from pinnace.objects.errors import Forbidden
from pinnace.objects.kinds import PERSISTENT_VOLUME_CLAIMS, PODS, RESOURCE_QUOTAS, SERVICES, Kind
from pinnace.objects.meta import name_of
from pinnace.objects.quota import Asked, refusal, total
from pinnace.objects.types import Object
from pinnace.store.reads import Reads

#: Kinds whose later change may use more; of all others only the number is limited.
_GROWING = frozenset({PERSISTENT_VOLUME_CLAIMS, SERVICES})


def check_quotas(reads: Reads, namespace: str, asked: Asked) -> None:
    """Raise Forbidden when a quota of the namespace refuses the write."""
    if asked.old is not None and asked.kind not in _GROWING:
        return
    for quota in reads.list(RESOURCE_QUOTAS, namespace):
        if reason := refusal(quota, asked, total(quota, counted(reads, namespace, quota))):
            raise Forbidden(asked.kind.resource, name_of(asked.new), reason)


def counted(reads: Reads, namespace: str, quota: Object) -> Iterator[tuple[Kind, Object]]:
    """Yield the objects of a namespace that a quota's limits are about."""
    for kind in _kinds(reads, quota):
        for obj in reads.scan(kind, namespace):
            yield kind, obj


def _kinds(reads: Reads, quota: Object) -> set[Kind]:
    found: set[Kind] = set()
    for name in (quota.get("spec") or {}).get("hard") or {}:
        kind = _kind(reads, name)
        if kind is not None and kind.namespaced:
            found.add(kind)
    return found


def _kind(reads: Reads, resource: str) -> Kind | None:
    """Return the kind that a limit is about: ``count/jobs.batch``, ``services.nodeports``, …."""
    if resource.startswith("count/"):
        plural, _, group = resource.removeprefix("count/").partition(".")
        return reads.kinds.resource(group, plural)
    if resource.endswith("requests.storage"):
        return PERSISTENT_VOLUME_CLAIMS
    return reads.kinds.resource("", resource.partition(".")[0]) or PODS
