"""TF_CONFIG: how each TensorFlow process learns who the others are.

Mirrors pkg/controller.v1/tensorflow/tensorflow.go. Only the port differs: every replica has one
of its own (see :mod:`pinnace.training.ports`), since all of them share this machine.
"""

import json
from collections.abc import Mapping
from typing import Any

from pinnace.training.names import replica_name
from pinnace.training.spec import Job

VARIABLE = "TF_CONFIG"


def render(job: Job, replica_type: str, index: int, ports: Mapping[str, int]) -> str:
    """Write the JSON for one replica; ``ports`` gives each replica's port by its name."""
    cluster = {
        name.lower(): _addresses(job, name, ports) for name in sorted(job.replicas, key=str.lower)
    }
    task = {"type": replica_type.lower(), "index": index}
    body: dict[str, Any] = (
        {"cluster": _sparse(cluster, replica_type.lower(), index), "task": task}
        if job.dynamic_worker
        else {"cluster": cluster, "task": task, "environment": "cloud"}
    )
    return json.dumps(body, separators=(",", ":"))


def _addresses(job: Job, replica_type: str, ports: Mapping[str, int]) -> list[str]:
    names = (
        replica_name(job.name, replica_type, index)
        for index in range(job.replicas[replica_type].count)
    )
    return [f"{name}.{job.namespace}.svc:{ports[name]}" for name in names]


def _sparse(cluster: Mapping[str, list[str]], replica_type: str, index: int) -> dict[str, Any]:
    """Show a replica only what it needs, so that workers can come and go (enableDynamicWorker)."""
    match replica_type:
        case "worker":
            own = {str(index): cluster["worker"][index]}
            return {"worker": own, "ps": cluster.get("ps", [])}
        case "ps":
            return {"worker": {}, "ps": [cluster["ps"][index]]}
        case _:
            return {"worker": {}, "ps": []}
