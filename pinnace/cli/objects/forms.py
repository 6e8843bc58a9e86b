"""Objects as kubectl's ``-o yaml``, ``-o json`` and ``-o name`` print them. Pure."""

import json
from collections.abc import Sequence
from typing import Any

from pinnace.cli.kinds import reference
from pinnace.objects.kinds import Kind
from pinnace.objects.types import Object


def without_managers(obj: Object) -> Object:
    """Leave out ``metadata.managedFields``, which is for machines."""
    metadata = obj.get("metadata") or {}
    if "managedFields" not in metadata:
        return obj
    kept = {key: value for key, value in metadata.items() if key != "managedFields"}
    return {**obj, "metadata": kept}


def as_list(objects: Sequence[Object]) -> Object:
    """Return objects as the ``List`` that kubectl makes of several."""
    return {"apiVersion": "v1", "items": list(objects), "kind": "List",
            "metadata": {"resourceVersion": ""}}  # fmt: skip


def document(value: Any, output: str) -> str:
    """Return a value as ``yaml`` or ``json``, keys in alphabetical order."""
    if output == "json":
        return json.dumps(value, indent=4, sort_keys=True, ensure_ascii=False)
    from pinnace.cli.objects.goyaml import dump  # noqa: PLC0415 - a table needs no YAML

    return dump(value).rstrip("\n")


def names(objects: Sequence[tuple[Kind, Object]]) -> str:
    """Return a line for each object, as ``-o name`` prints it."""
    return "\n".join(reference(kind, str(obj["metadata"]["name"])) for kind, obj in objects)
