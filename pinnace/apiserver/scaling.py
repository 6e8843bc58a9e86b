"""The ``scale`` subresource: the number of replicas of any kind that has one. Pure.

What ``kubectl scale`` and autoscalers read and write: an ``autoscaling/v1`` Scale made of the
object, and the object with a Scale's number in it. Mirrors
k8s.io/apiextensions-apiserver/pkg/registry/customresource/status_strategy.go and
k8s.io/kubernetes/pkg/registry/apps/deployment/storage.
"""

from typing import Any

from pinnace.apiserver.patching import JSON_PATCH, Patch
from pinnace.apiserver.tables.paths import read
from pinnace.objects.errors import BadRequest, Conflict, Invalid
from pinnace.objects.kinds import Kind, ScalePaths
from pinnace.objects.meta import metadata_of, name_of
from pinnace.objects.patch import apply_json_patch, apply_merge_patch
from pinnace.objects.selectors import from_match_labels, written
from pinnace.objects.types import Object

_METADATA = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")


def scale_of(paths: ScalePaths, obj: Object) -> Object:
    """Return the Scale of an object."""
    metadata = {key: metadata_of(obj)[key] for key in _METADATA if key in metadata_of(obj)}
    status: dict[str, Any] = {"replicas": int(read(paths.status, obj) or 0)}
    selector = read(paths.selector, obj) if paths.selector else None
    if isinstance(selector, dict):
        selector = written(from_match_labels(selector))
    if selector:
        status["selector"] = selector
    replicas = read(paths.replicas, obj)
    spec = {} if replicas is None else {"replicas": replicas}
    return {
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": metadata,
        "spec": spec,
        "status": status,
    }


def rescaled(kind: Kind, paths: ScalePaths, obj: Object, scale: Any) -> Object:
    """Return the object with a Scale's number of replicas; raises BadRequest, Conflict, Invalid."""
    if not isinstance(scale, dict) or scale.get("kind") != "Scale":
        raise BadRequest(f"expected an autoscaling/v1 Scale of {name_of(obj)}")
    given = metadata_of(scale)
    if given.get("name", name_of(obj)) != name_of(obj):
        raise BadRequest(
            f"the name of the object ({given['name']}) does not match the name on the URL "
            f"({name_of(obj)})"
        )
    for field in ("resourceVersion", "uid"):
        if given.get(field) and given[field] != metadata_of(obj).get(field):
            raise Conflict(kind.resource, name_of(obj))
    spec = scale.get("spec")
    replicas = (spec if isinstance(spec, dict) else {}).get("replicas", 0)
    if not isinstance(replicas, int) or isinstance(replicas, bool) or not 0 <= replicas < 2**31:
        raise Invalid(
            f"Invalid value: {replicas}: must be greater than or equal to 0",
            kind="Scale", name=name_of(obj), field="spec.replicas",
        )  # fmt: skip
    return _put(obj, paths.replicas.strip(".").split("."), replicas)


def patched_scale(scale: Object, patch: Patch) -> Any:
    """Return a Scale after a patch (a strategic one merges: a Scale has no lists)."""
    if patch.media == JSON_PATCH:
        return apply_json_patch(scale, patch.body)
    if not isinstance(patch.body, dict):
        raise BadRequest("error decoding patch: a merge patch is an object")
    return apply_merge_patch(scale, patch.body)


def _put(obj: Object, steps: list[str], value: int) -> Object:
    head, *rest = steps
    if not rest:
        return {**obj, head: value}
    inner = obj.get(head)
    return {**obj, head: _put(inner if isinstance(inner, dict) else {}, rest, value)}
