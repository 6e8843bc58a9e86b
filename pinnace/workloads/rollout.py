"""How many replicas each ReplicaSet of a Deployment shall have next: numbers only. Pure.

Mirrors k8s.io/kubernetes/pkg/controller/deployment/rolling.go and util.NewRSNewReplicas. Where
upstream scales all ReplicaSets in proportion while a rollout is under way, here the rollout goes on
to the new number.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pinnace.workloads.deployment_spec import Rollout


@dataclass(frozen=True, kw_only=True)
class Size:
    """One ReplicaSet in numbers: its replicas as its spec wants them, and the available ones."""

    name: str
    replicas: int
    available: int = 0


def grown(rollout: Rollout, present: int, others: Sequence[Size]) -> int:
    """Return the size of the present ReplicaSet: as many as wanted, within the surge."""
    if rollout.recreate or present >= rollout.replicas:
        return rollout.replicas
    total = present + sum(other.replicas for other in others)
    room = rollout.replicas + rollout.max_surge - total
    return present + max(0, min(room, rollout.replicas - present))


def shrunk(rollout: Rollout, present: Size, others: Sequence[Size]) -> Mapping[str, int]:
    """Return new sizes of the other ReplicaSets (oldest first), those that change.

    First what isn't available anyway, then as much as keeps the minimum available.
    """
    total = present.replicas + sum(other.replicas for other in others)
    spare = total - rollout.min_available - (present.replicas - present.available)
    sizes = {other.name: other.replicas for other in others}
    for other in others:
        broken = max(0, min(spare, other.replicas - other.available))
        sizes[other.name] -= broken
        spare -= broken
    available = present.available + sum(other.available for other in others)
    room = min(spare, available - rollout.min_available)
    for other in others:
        fewer = max(0, min(room, sizes[other.name]))
        sizes[other.name] -= fewer
        room -= fewer
    return {other.name: sizes[other.name] for other in others
            if sizes[other.name] != other.replicas}  # fmt: skip
