"""``podSpecPatch``: a strategic merge patch laid on a pod's spec.

Mirrors ``ApplyPodSpecPatch`` of ``workflow/util/util.go``.
"""

from collections.abc import Mapping
from typing import Any

import yaml

from pinnace.objects.types import Object
from pinnace.workflows.problems import Problem

#: Lists of a pod's spec that merge by a field; all others are replaced.
_MERGE_KEYS = {
    "containers": "name",
    "initContainers": "name",
    "volumes": "name",
    "env": "name",
    "volumeMounts": "mountPath",
    "ports": "containerPort",
    "imagePullSecrets": "name",
    "hostAliases": "ip",
}


def apply_patch(spec: Mapping[str, Any], patch: str) -> Object:
    """Return the pod's spec with the patch (YAML or JSON) laid on it."""
    try:
        read = yaml.safe_load(patch)
    except yaml.YAMLError as problem:
        raise Problem(f"Error applying PodSpecPatch: {problem}") from None
    if not isinstance(read, dict):
        raise Problem("Error applying PodSpecPatch: it must be an object")
    return _merge(spec, read)


def _merge(under: Mapping[str, Any], over: Mapping[str, Any]) -> Object:
    merged = dict(under)
    for key, value in over.items():
        below = under.get(key)
        if value is None:
            merged.pop(key, None)
        elif isinstance(below, dict) and isinstance(value, dict):
            merged[key] = _merge(below, value)
        elif isinstance(below, list) and isinstance(value, list) and key in _MERGE_KEYS:
            merged[key] = _merge_list(below, value, _MERGE_KEYS[key])
        else:
            merged[key] = value
    return merged


def _merge_list(under: list[Any], over: list[Any], key: str) -> list[Any]:
    merged = list(under)
    for entry in over:
        at = next((i for i, old in enumerate(merged) if old.get(key) == entry.get(key)), None)
        if at is None:
            merged.append(entry)
        else:
            merged[at] = _merge(merged[at], entry)
    return merged
