"""What a person can set about Pods (from pinnace.yaml, read by `pinnace.plane`)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pinnace.pods.lifecycle import Backoff


@dataclass(frozen=True, kw_only=True)
class PodSettings:
    """Settings of the node agent; every one has a default."""

    node_name: str = "pinnace"
    images: Mapping[str, Any] = field(default_factory=dict)
    host_paths: tuple[str, ...] = ()  # folders that hostPath volumes may show
    cpus: Decimal | None = None  # None: what this machine has
    memory: Decimal | None = None  # in bytes
    pods: int = 110
    backoff: Backoff = Backoff()
    environment: Mapping[str, str] = field(default_factory=dict)  # of every container
    down_grace: float = 5.0  # seconds that containers get when the control plane goes down
    workers: int = 8  # Pods that are worked on at the same time; running ones need none
