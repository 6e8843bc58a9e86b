"""Deployments, ReplicaSets and Jobs: Kubernetes' own workloads on one machine.

In: these objects and the Pods they own, from the store. Out: Decisions, which `pinnace.reconcile`
applies. `deployments`, `replicasets` and `jobs` hold the pure decisions, `controllers` the shell.
Mirrors k8s.io/kubernetes/pkg/controller/{deployment,replicaset,job}.
"""

from pinnace.workloads.admission import problems
from pinnace.workloads.controllers import controllers

__all__ = ["controllers", "problems"]
