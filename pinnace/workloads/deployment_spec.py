"""A Deployment's spec, read once, with Kubernetes' defaults where it is silent. Pure."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pinnace.objects.types import Object


@dataclass(frozen=True, kw_only=True)
class Rollout:
    """What a Deployment wants: how many replicas, and how old ones give way to new ones."""

    replicas: int
    recreate: bool
    max_surge: int
    max_unavailable: int
    paused: bool
    history: int
    min_ready: int
    deadline: int | None  # seconds without progress until it counts as failed; None: never

    @property
    def min_available(self) -> int:
        """Return how many Pods have to be available at any time."""
        return self.replicas - self.max_unavailable


def read_rollout(deployment: Object) -> Rollout:
    """Read a Deployment's spec."""
    spec: dict[str, Any] = deployment.get("spec") or {}
    replicas = _number(spec.get("replicas"), 1)
    strategy = spec.get("strategy") or {}
    recreate = strategy.get("type") == "Recreate"
    pace = strategy.get("rollingUpdate") or {}
    surge = 0 if recreate else _share(pace.get("maxSurge", "25%"), replicas, math.ceil)
    missing = replicas if recreate else _share(pace.get("maxUnavailable", "25%"), replicas,
                                               math.floor)  # fmt: skip
    if not recreate and not surge and not missing:
        missing = 1  # with neither, nothing could ever move
    return Rollout(
        replicas=replicas,
        recreate=recreate,
        max_surge=surge,
        max_unavailable=min(missing, replicas),
        paused=bool(spec.get("paused")),
        history=_number(spec.get("revisionHistoryLimit"), 10),
        min_ready=_number(spec.get("minReadySeconds"), 0),
        deadline=_deadline(_number(spec.get("progressDeadlineSeconds"), 600)),
    )


def _number(given: Any, default: int) -> int:
    return default if given is None else int(given)


def _deadline(seconds: int) -> int | None:
    return None if seconds >= 2**31 - 1 else seconds


def _share(given: Any, whole: int, rounded: Callable[[float], int]) -> int:
    """Read a count or a percentage of the replicas (intstr.GetScaledValueFromIntOrPercent)."""
    if isinstance(given, str) and given.endswith("%"):
        return int(rounded(int(given[:-1]) * whole / 100))
    return int(given)
