"""What TF_CONFIG says about this process: its role, its peers, and the strategy that follows.

Pure. The training operator writes TF_CONFIG for jobs with more than one replica
(pkg/controller.v1/tensorflow/tensorflow.go); without it this process is alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from trainer.errors import Invalid

CHIEFS = ("chief", "master")
ROLES = (*CHIEFS, "worker", "ps", "evaluator")
WHERE = "environment: TF_CONFIG"


class Strategy(Enum):
    """How the replicas work together."""

    ALONE = "default"
    MIRRORED = "multi-worker-mirrored"


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """The group that trains, and this process's place in it."""

    addresses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    role: str = "worker"
    index: int = 0

    @property
    def strategy(self) -> Strategy:
        """Alone, or mirrored over all."""
        return Strategy.MIRRORED if self.size > 1 else Strategy.ALONE

    @property
    def size(self) -> int:
        """How many processes compute gradients."""
        return max(1, sum(len(peers) for peers in self.addresses.values()))

    @property
    def rank(self) -> int:
        """This process's number in the group, chief first."""
        roles = [role for role in ROLES if role in self.addresses]
        before = roles[: roles.index(self.role)] if self.role in roles else []
        return sum(len(self.addresses[role]) for role in before) + self.index

    @property
    def is_chief(self) -> bool:
        """Whether this process writes what the group writes once."""
        return self.rank == 0


def parse(text: str) -> Cluster:
    """The cluster of a TF_CONFIG; an empty text is a cluster of one."""
    if not text.strip():
        return Cluster()
    try:
        document = json.loads(text)
    except ValueError as error:
        raise _invalid("file", "JSON", f"{text[:80]!r} ({error})") from error
    if not isinstance(document, dict):
        raise _invalid("file", "an object", type(document).__name__)
    task = document.get("task", {})
    role, index = task.get("type", "worker"), task.get("index", 0)
    addresses = _addresses(document.get("cluster", {}))
    if "ps" in addresses:
        raise _invalid("cluster.ps", "workers only (mirrored training)", "parameter servers")
    if role == "evaluator":
        raise _invalid("task.type", "a role that trains", "evaluator; use `trainer evaluate`")
    if addresses and (role not in addresses or index not in range(len(addresses[role]))):
        raise _invalid("task", f"one of {addresses}", f"{role} {index}")
    return Cluster(addresses=addresses, role=role, index=index)


def _addresses(cluster: object) -> dict[str, tuple[str, ...]]:
    if not isinstance(cluster, dict):
        raise _invalid("cluster", "an object of lists", type(cluster).__name__)
    for role, peers in cluster.items():
        if role not in ROLES or not isinstance(peers, list):
            raise _invalid(f"cluster.{role}", f"a list for one of {', '.join(ROLES)}", repr(peers))
    return {role: tuple(peers) for role, peers in cluster.items() if role != "evaluator" and peers}


def _invalid(at: str, expected: str, found: str) -> Invalid:
    return Invalid(where=WHERE, field=at, expected=expected, found=found)
