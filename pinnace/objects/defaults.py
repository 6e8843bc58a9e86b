"""What the API server fills in on creation (k8s.io/kubernetes/pkg/apis/*/v1/defaults).

Only what clients and controllers read back; a table from kind to a function of the object.
"""

from collections.abc import Callable, Mapping
from typing import Any

from pinnace.objects import kinds
from pinnace.objects.kinds import Kind
from pinnace.objects.secrets import merge_string_data
from pinnace.objects.types import Object


def _under(defaults: Mapping[str, Any], given: Any) -> dict[str, Any]:
    return {**defaults, **(given or {})}


def _pod(pod: Object) -> Object:
    spec = _under(
        {
            "restartPolicy": "Always",
            "terminationGracePeriodSeconds": 30,
            "dnsPolicy": "ClusterFirst",
            "serviceAccountName": "default",
            "schedulerName": "default-scheduler",
            "enableServiceLinks": True,
        },
        pod.get("spec"),
    )
    return {**pod, "spec": spec, "status": _under({"phase": "Pending"}, pod.get("status"))}


def _claim(claim: Object) -> Object:
    """Bind at once: a local claim is a folder of this machine."""
    spec = claim.get("spec") or {}
    capacity = (spec.get("resources") or {}).get("requests") or {}
    bound = {"phase": "Bound", "accessModes": spec.get("accessModes") or [], "capacity": capacity}
    volume = {"volumeName": f"local-{(claim.get('metadata') or {}).get('name', '')}"}
    return {**claim, "spec": _under(volume, spec), "status": _under(bound, claim.get("status"))}


def _service(service: Object) -> Object:
    spec = service.get("spec") or {}
    ports = [_under({"protocol": "TCP", "targetPort": port.get("port")}, port)
             for port in spec.get("ports") or []]  # fmt: skip
    filled = _under({"type": "ClusterIP", "clusterIP": "127.0.0.1"}, spec)
    return {**service, "spec": {**filled, "ports": ports} if ports else filled}


def _namespace(namespace: Object) -> Object:
    name = str((namespace.get("metadata") or {}).get("name", ""))
    labels = (namespace.get("metadata") or {}).get("labels") or {}
    metadata = {**namespace["metadata"], "labels": {**labels, "kubernetes.io/metadata.name": name}}
    spec = _under({"finalizers": ["kubernetes"]}, namespace.get("spec"))
    status = _under({"phase": "Active"}, namespace.get("status"))
    return {**namespace, "metadata": metadata, "spec": spec, "status": status}


def _secret(secret: Object) -> Object:
    return merge_string_data({"type": "Opaque", **secret})


def pod_template(template: Any) -> Object:
    """Return the pod template of a workload, filled."""
    given: Object = template or {}
    spec = _under(
        {
            "restartPolicy": "Always",
            "terminationGracePeriodSeconds": 30,
            "dnsPolicy": "ClusterFirst",
            "schedulerName": "default-scheduler",
        },
        given.get("spec"),
    )
    return {**given, "spec": spec}


def _deployment(deployment: Object) -> Object:
    spec = _under(
        {"replicas": 1, "revisionHistoryLimit": 10, "progressDeadlineSeconds": 600},
        deployment.get("spec"),
    )
    strategy = _under({"type": "RollingUpdate"}, spec.get("strategy"))
    if strategy["type"] == "RollingUpdate":
        pace = {"maxUnavailable": "25%", "maxSurge": "25%"}
        strategy["rollingUpdate"] = _under(pace, strategy.get("rollingUpdate"))
    spec |= {"strategy": strategy, "template": pod_template(spec.get("template"))}
    return {**deployment, "spec": spec}


def _replica_set(replicas: Object) -> Object:
    spec = _under({"replicas": 1}, replicas.get("spec"))
    return {**replicas, "spec": {**spec, "template": pod_template(spec.get("template"))}}


def _job(job: Object) -> Object:
    """Fill a Job, its selector and its pods' labels too (pkg/registry/batch/job/strategy.go)."""
    given = job.get("spec") or {}
    counts = {"completions": 1} if given.get("parallelism") is None else {}
    spec = _under(
        {
            "parallelism": 1, "backoffLimit": 6, "completionMode": "NonIndexed", "suspend": False,
            "podReplacementPolicy": "TerminatingOrFailed", "manualSelector": False, **counts,
        },
        given,
    )  # fmt: skip
    template = pod_template(spec.get("template"))
    metadata = job.get("metadata") or {}
    if not spec["manualSelector"]:
        uid, name = str(metadata.get("uid") or ""), str(metadata.get("name") or "")
        chosen = {"batch.kubernetes.io/controller-uid": uid}
        labels = {"controller-uid": uid, "job-name": name,
                  "batch.kubernetes.io/job-name": name, **chosen}  # fmt: skip
        inner = template.get("metadata") or {}
        inner = {**inner, "labels": {**(inner.get("labels") or {}), **labels}}
        template = {**template, "metadata": inner}
        spec["selector"] = {"matchLabels": chosen}
    return {**job, "spec": {**spec, "template": template}}


_DEFAULTS: Mapping[Kind, Callable[[Object], Object]] = {
    kinds.PODS: _pod,
    kinds.PERSISTENT_VOLUME_CLAIMS: _claim,
    kinds.SERVICES: _service,
    kinds.NAMESPACES: _namespace,
    kinds.SECRETS: _secret,
    kinds.DEPLOYMENTS: _deployment,
    kinds.REPLICA_SETS: _replica_set,
    kinds.JOBS: _job,
}


def with_defaults(kind: Kind, obj: Object) -> Object:
    """Return the object with what its kind fills in on creation."""
    fill = _DEFAULTS.get(kind)
    return fill(obj) if fill else obj
