"""The Node object of this machine: what it has, and that it is ready."""

import os
import platform
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from pinnace.objects.clock import rfc3339
from pinnace.objects.kinds import NODES
from pinnace.objects.meta import set_condition
from pinnace.objects.types import Object
from pinnace.pods.resources import Amounts
from pinnace.pods.settings import PodSettings
from pinnace.store import Store, Transaction

_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


def allocatable(settings: PodSettings) -> Amounts:
    """Return what Pods may ask for: what this process may use, unless the settings say less."""
    cpus = Decimal(len(os.sched_getaffinity(0))) if settings.cpus is None else settings.cpus
    memory = _memory() if settings.memory is None else settings.memory
    return Amounts(cpu=cpus, memory=memory, pods=settings.pods)


def _memory() -> Decimal:
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limits = [physical]
    for name in ("memory.max", "memory/memory.limit_in_bytes"):  # cgroup v2, v1
        try:
            limits.append(int(Path("/sys/fs/cgroup", name).read_text()))
        except (OSError, ValueError):
            continue
    return Decimal(min(limits))


def node_object(old: Object, name: str, amounts: Amounts, runtime: str, now: datetime) -> Object:
    """Return the Node as it should be."""
    machine = _ARCHITECTURES.get(platform.machine(), platform.machine())
    labels = {"kubernetes.io/hostname": name, "kubernetes.io/os": "linux"}
    labels |= {"kubernetes.io/arch": machine, "node-role.kubernetes.io/control-plane": ""}
    amount = {"cpu": f"{amounts.cpu:f}", "memory": f"{int(amounts.memory) // 1024}Ki"}
    amount |= {"pods": str(amounts.pods)}
    ready = {"type": "Ready", "status": "True", "reason": "KubeletReady"}
    ready["message"] = f"pinnace runs Pods with its {runtime} runtime"
    status = dict(old.get("status") or {})
    conditions = set_condition(status.get("conditions") or [], ready, rfc3339(now))
    status |= {"capacity": amount, "allocatable": amount, "conditions": conditions}
    status["addresses"] = [
        {"type": "InternalIP", "address": "127.0.0.1"},
        {"type": "Hostname", "address": name},
    ]
    info: dict[str, Any] = {"architecture": machine, "operatingSystem": "linux"}
    info |= {"kernelVersion": platform.release(), "containerRuntimeVersion": f"pinnace://{runtime}"}
    info |= {"kubeletVersion": "v1.32.0+pinnace", "osImage": platform.system(), "machineID": name}
    status["nodeInfo"] = info
    metadata = {**(old.get("metadata") or {}), "name": name}
    metadata["labels"] = {**(metadata.get("labels") or {}), **labels}
    head = {"apiVersion": NODES.api_version, "kind": NODES.kind}
    return {**head, "metadata": metadata, "spec": old.get("spec") or {}, "status": status}


def register(store: Store, settings: PodSettings, runtime: str, now: datetime) -> Amounts:
    """Create or update the Node; returns what it has to give."""
    amounts = allocatable(settings)
    name = settings.node_name

    def write(tx: Transaction) -> None:
        old = tx.find(NODES, "", name)
        node = node_object(old or {}, name, amounts, runtime, now)
        if old is None:
            tx.create(node)
        else:
            tx.update(node)

    store.write(write)
    return amounts
