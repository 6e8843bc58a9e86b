"""The artifact repository: where artifacts without a place of their own are kept.

It is named by the workflow, or found in the ConfigMap ``artifact-repositories``. Mirrors
``workflow/artifactrepositories`` and ``addArchiveLocation``.
"""

from collections.abc import Mapping
from typing import Any

import yaml

from pinnace.objects.meta import annotations_of
from pinnace.objects.types import Object
from pinnace.workflows.constants import ANNOTATION_DEFAULT_REPOSITORY, ARTIFACT_REPOSITORIES
from pinnace.workflows.problems import Problem
from pinnace.workflows.spec import ARTIFACT_LOCATIONS, Template, artifacts

_DEFAULT_KEY_FORMAT = "{{workflow.name}}/{{pod.name}}"


def find_reference(spec: Object, namespace: str, config_maps: Mapping[str, Object]) -> Object:
    """Return what ``status.artifactRepositoryRef`` records: which ConfigMap and key, if any."""
    wanted = spec.get("artifactRepositoryRef") or {}
    name = wanted.get("configMap") or ARTIFACT_REPOSITORIES
    config_map = config_maps.get(name)
    if config_map is None:
        if wanted:
            raise Problem(
                f"failed to resolve artifact repository: config map {namespace}/{name} not found"
            )
        return {"default": True}
    key = wanted.get("key") or annotations_of(config_map).get(ANNOTATION_DEFAULT_REPOSITORY)
    data = config_map.get("data") or {}
    if key is None and len(data) == 1:
        key = next(iter(data))
    if key not in data:
        raise Problem(
            f"failed to resolve artifact repository: config map {namespace}/{name} has no key "
            f"{key!r}; it has: {', '.join(sorted(data)) or 'none'}"
        )
    return {"configMap": name, "key": key, "namespace": namespace}


def read_repository(reference: Object, config_maps: Mapping[str, Object]) -> Object:
    """Return the repository that a reference names; empty when there is none."""
    if "configMap" not in reference:
        return {}
    config_map = config_maps.get(reference["configMap"]) or {}
    try:
        found = yaml.safe_load((config_map.get("data") or {}).get(reference["key"]) or "")
    except yaml.YAMLError as problem:
        raise Problem(
            f"failed to get artifact repository: {reference['configMap']}.{reference['key']} "
            f"is not YAML: {problem}"
        ) from None
    return found if isinstance(found, dict) else {}


def archive_location(repository: Mapping[str, Any]) -> Object:
    """Return the location of a repository, its key a pattern of variables."""
    location: Object = {}
    for kind in ARTIFACT_LOCATIONS:
        place = repository.get(kind)
        if place is None:
            continue
        kept = {key: value for key, value in place.items() if key not in ("keyFormat", "keyPrefix")}
        key = place.get("keyFormat")
        if not key:
            prefix = str(place.get("keyPrefix") or "").strip("/")
            key = f"{prefix}/{_DEFAULT_KEY_FORMAT}" if prefix else _DEFAULT_KEY_FORMAT
        location[kind] = {**kept, "key": key}
    return location


def with_archive_location(
    template: Template, repository: Mapping[str, Any], spec: Mapping[str, Any]
) -> Template:
    """Return the template told where to keep what has no place of its own, if it needs to know."""
    own = template.get("archiveLocation") or {}
    if any(own.get(kind) is not None for kind in ARTIFACT_LOCATIONS):
        return template
    logs = own.get("archiveLogs")
    if logs is None:
        logs = spec.get("archiveLogs") or repository.get("archiveLogs") or False
    every = [*artifacts(template.get("inputs")), *artifacts(template.get("outputs"))]
    if all(_has_home(each) for each in every) and not logs:
        return template
    location = archive_location(repository)
    return {**template, "archiveLocation": {**location, "archiveLogs": bool(logs)}}


def _has_home(artifact: Mapping[str, Any]) -> bool:
    """Tell whether the artifact's place is complete: an s3 key alone is one in the repository."""
    kind = next((each for each in ARTIFACT_LOCATIONS if artifact.get(each) is not None), None)
    if kind == "s3":
        return bool(artifact["s3"].get("endpoint") and artifact["s3"].get("bucket"))
    return kind is not None
