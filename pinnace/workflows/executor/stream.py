"""Manifests of resource templates: YAML or JSON, one document or several, or a List."""

from typing import Any

import yaml

from pinnace.objects.types import Object
from pinnace.workflows.executor.context import ExecutorFailed


def documents(manifest: str) -> list[Any]:
    """Return the documents of a manifest; raises ExecutorFailed when it is not YAML."""
    try:
        read = [each for each in yaml.safe_load_all(manifest) if each is not None]
    except yaml.YAMLError as problem:
        raise ExecutorFailed(f"resource.manifest is not YAML: {problem}") from problem
    found: list[Any] = []
    for each in read:
        is_list = isinstance(each, dict) and str(each.get("kind", "")).endswith("List")
        found += each["items"] if is_list and isinstance(each.get("items"), list) else [each]
    return found


def require_object(document: Any) -> Object:
    """Return a document that is a Kubernetes object; raises ExecutorFailed when it is not."""
    if isinstance(document, dict) and document.get("apiVersion") and document.get("kind"):
        return dict(document)
    raise ExecutorFailed(
        "resource.manifest must be a Kubernetes object with apiVersion and kind, found "
        f"{str(document)[:200]!r}"
    )
