"""``PartialObjectMetadata``: an object cut down to its metadata. Pure."""

from typing import Any

from pinnace.objects.types import Object


def partial_object(obj: Object, version: str = "v1") -> Object:
    """Return the metadata of an object as an object of its own."""
    return {
        "kind": "PartialObjectMetadata",
        "apiVersion": f"meta.k8s.io/{version}",
        "metadata": obj.get("metadata") or {},
    }


def partial_list(objects: list[Object], metadata: dict[str, Any], version: str = "v1") -> Object:
    """Return the list form."""
    return {
        "kind": "PartialObjectMetadataList",
        "apiVersion": f"meta.k8s.io/{version}",
        "metadata": metadata,
        "items": [partial_object(obj, version) for obj in objects],
    }
