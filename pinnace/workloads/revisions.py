"""A Deployment's ReplicaSets: which is the present one, which revision each is. Pure.

Mirrors getNewReplicaSet of k8s.io/kubernetes/pkg/controller/deployment/sync.go and
pkg/controller/deployment/util.
"""

import json
from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from pinnace.objects.defaults import pod_template
from pinnace.objects.kinds import REPLICA_SETS
from pinnace.objects.meta import (
    annotations_of,
    created_at,
    labels_of,
    metadata_of,
    name_of,
    namespace_of,
    owner_reference,
)
from pinnace.objects.names import fnv1a32
from pinnace.objects.types import Object
from pinnace.workloads.deployment_spec import Rollout
from pinnace.workloads.replicasets import wanted

HASH = "pod-template-hash"
REVISION = "deployment.kubernetes.io/revision"
_HISTORY = "deployment.kubernetes.io/revision-history"
_DESIRED = "deployment.kubernetes.io/desired-replicas"
_MOST = "deployment.kubernetes.io/max-replicas"
_NOT_COPIED = frozenset({
    "kubectl.kubernetes.io/last-applied-configuration", REVISION, _HISTORY, _DESIRED, _MOST,
    "deprecated.deployment.rollback.to",
})  # fmt: skip
_SAFE = "bcdfghjklmnpqrstvwxz2456789"


def template_hash(template: Any, collisions: int) -> str:
    """Return what names a template: the same for the same content."""
    text = json.dumps(_comparable(template), sort_keys=True) + (
        str(collisions) if collisions else ""
    )
    return "".join(_SAFE[ord(digit) % len(_SAFE)] for digit in str(fnv1a32(text)))


def present_of(deployment: Object, sets: Iterable[Object]) -> Object | None:
    """Return the oldest ReplicaSet that has the Deployment's template, if there is one."""
    template = _without_hash(_template(deployment))
    same = [one for one in sets if _without_hash(_template(one)) == template]
    return min(same, key=lambda one: (created_at(one), name_of(one)), default=None)


def revision_of(obj: Object) -> int:
    """Return the revision that an object's annotation says; 0 without one."""
    text = annotations_of(obj).get(REVISION, "0")
    return int(text) if text.isdigit() else 0


def next_revision(others: Iterable[Object]) -> int:
    """Return the revision of the present ReplicaSet: one after the highest of the others."""
    return max((revision_of(one) for one in others), default=0) + 1


def make(deployment: Object, rollout: Rollout, revision: int, replicas: int) -> Object:
    """Return a new ReplicaSet of the Deployment's template."""
    spec = deployment.get("spec") or {}
    collisions = int((deployment.get("status") or {}).get("collisionCount") or 0)
    template = deepcopy(_template(deployment))
    label = {HASH: template_hash(template, collisions)}
    inner = {**metadata_of(template)}
    inner["labels"] = {**labels_of(template), **label}
    selector = deepcopy(spec.get("selector") or {})
    selector["matchLabels"] = {**(selector.get("matchLabels") or {}), **label}
    annotations = {**_copied(deployment), **_sizes(rollout), REVISION: str(revision)}
    minimum = {"minReadySeconds": rollout.min_ready} if rollout.min_ready else {}
    return {
        "apiVersion": REPLICA_SETS.api_version,
        "kind": REPLICA_SETS.kind,
        "metadata": {
            "name": f"{name_of(deployment)}-{label[HASH]}",
            "namespace": namespace_of(deployment),
            "labels": inner["labels"],
            "annotations": annotations,
            "ownerReferences": [owner_reference(deployment)],
        },
        "spec": {
            "replicas": replicas,
            "selector": selector,
            "template": {**template, "metadata": inner},
            **minimum,
        },
    }


def refreshed(deployment: Object, rollout: Rollout, present: Object, revision: int) -> Object:
    """Return the present ReplicaSet with the revision and annotations that it shall have."""
    annotations = {**annotations_of(present), **_copied(deployment), **_sizes(rollout)}
    before = revision_of(present)
    if before < revision:
        annotations[REVISION] = str(revision)
        if before:
            history = [*annotations.get(_HISTORY, "").split(","), str(before)]
            annotations[_HISTORY] = ",".join(filter(None, history))
    spec = {**present["spec"]}
    if int(spec.get("minReadySeconds") or 0) != rollout.min_ready:
        spec["minReadySeconds"] = rollout.min_ready
    return _with(present, annotations, spec)


def scaled(rollout: Rollout, replicas: Object, size: int) -> Object:
    """Return a ReplicaSet with another number of replicas."""
    annotations = {**annotations_of(replicas), **_sizes(rollout)}
    return _with(replicas, annotations, {**replicas["spec"], "replicas": size})


def expendable(others: Iterable[Object], history: int) -> list[Object]:
    """Return the ReplicaSets beyond the history that is kept: the oldest revisions, empty ones."""
    empty = [
        one for one in others
        if not wanted(one) and not (one.get("status") or {}).get("replicas")
        and not metadata_of(one).get("deletionTimestamp")
    ]  # fmt: skip
    empty.sort(key=lambda one: (revision_of(one), created_at(one)))
    return empty[: max(0, len(empty) - history)]


def _with(replicas: Object, annotations: Mapping[str, str], spec: Mapping[str, Any]) -> Object:
    metadata = {**metadata_of(replicas), "annotations": dict(annotations)}
    return {**replicas, "metadata": metadata, "spec": dict(spec)}


def _template(obj: Object) -> Object:
    found: Object = (obj.get("spec") or {}).get("template") or {}
    return found


def _without_hash(template: Object) -> Any:
    labels = {key: value for key, value in labels_of(template).items() if key != HASH}
    return _comparable({**template, "metadata": {**metadata_of(template), "labels": labels}})


def _comparable(template: Object) -> Any:
    """Return a template with its defaults (an update may have left them out) and no empty parts."""
    return _said(pod_template(template))


def _said(value: Any) -> Any:
    """Leave out what says nothing: Go clients write ``null``, ``{}`` and ``[]`` where others don't.

    Only for comparing; in a manifest an empty object can mean something.
    """
    if isinstance(value, dict):
        kept = {key: _said(inner) for key, inner in value.items()}
        return {key: inner for key, inner in kept.items() if inner not in (None, {}, [])}
    return [_said(inner) for inner in value] if isinstance(value, list) else value


def _copied(deployment: Object) -> dict[str, str]:
    return {k: v for k, v in annotations_of(deployment).items() if k not in _NOT_COPIED}


def _sizes(rollout: Rollout) -> dict[str, str]:
    return {_DESIRED: str(rollout.replicas), _MOST: str(rollout.replicas + rollout.max_surge)}
