"""Structural schemas: what a CustomResourceDefinition says its objects look like. Pure.

Pruning, defaulting and merge keys. Mirrors k8s.io/apiextensions-apiserver/pkg/apiserver/schema
(pruning, defaulting, listtype). Whether values fit is :mod:`pinnace.objects.schema.values`.
"""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

#: Known in every object that has an apiVersion and a kind, whatever its schema says.
_TYPE_META = frozenset({"apiVersion", "kind", "metadata"})
KEEP = "x-kubernetes-preserve-unknown-fields"
EMBEDDED = "x-kubernetes-embedded-resource"
INT_OR_STRING = "x-kubernetes-int-or-string"

Schema = Mapping[str, Any]


@dataclass(frozen=True)
class Structural:
    """One node of a structural schema; ``root``: that of the whole object."""

    schema: Schema
    root: bool = False

    def field(self, name: str) -> "Structural | None":
        """Return the node of a field, None where the schema says nothing of it."""
        found = (self.schema.get("properties") or {}).get(name)
        if found is None:
            found = self.schema.get("additionalProperties")
        return Structural(found) if isinstance(found, Mapping) else None

    @property
    def items(self) -> "Structural | None":
        """Return the node of a list's elements."""
        found = self.schema.get("items")
        return Structural(found) if isinstance(found, Mapping) else None

    def knows(self, name: str) -> bool:
        """Tell whether an object here may have that field."""
        if (self.root or self.schema.get(EMBEDDED)) and name in _TYPE_META:
            return True
        if name in (self.schema.get("properties") or {}):
            return True
        return bool(self.schema.get(KEEP) or self.schema.get("additionalProperties"))


def unknown_fields(value: Any, node: Structural, path: str = "") -> Iterator[str]:
    """Yield the paths of fields that the schema does not have."""
    for below, inner, at in _inside(value, node, path):
        if below is None:
            yield at
        else:
            yield from unknown_fields(inner, below, at)


_FREE = Structural({KEEP: True})


def _inside(
    value: Any, node: Structural, path: str
) -> Iterator[tuple[Structural | None, Any, str]]:
    """Yield node (None: unknown), value and path of each thing directly inside a value."""
    if isinstance(value, dict):
        for name, inner in value.items():
            at = f"{path}.{name}" if path else str(name)
            if not node.knows(name):
                yield None, inner, at
            elif not (node.root and name == "metadata"):  # which is checked as ObjectMeta
                yield node.field(name) or _FREE, inner, at
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield node.items or _FREE, inner, f"{path}[{index}]"


def pruned(value: Any, node: Structural) -> Any:
    """Return a value without the fields that the schema does not have."""
    if isinstance(value, dict):
        return {
            name: inner if node.root and name == "metadata" else _pruned_field(name, inner, node)
            for name, inner in value.items()
            if node.knows(name)
        }
    if isinstance(value, list) and node.items is not None:
        return [pruned(inner, node.items) for inner in value]
    return value


def _pruned_field(name: str, inner: Any, node: Structural) -> Any:
    below = node.field(name)
    return inner if below is None else pruned(inner, below)


def defaulted(value: Any, node: Structural) -> Any:
    """Return a value with the schema's defaults where fields are absent, or null and may not be."""
    if isinstance(value, dict):
        result = dict(value)
        for name, schema in (node.schema.get("properties") or {}).items():
            absent = name not in result or (result[name] is None and not schema.get("nullable"))
            if absent and "default" in schema:
                result[name] = copy.deepcopy(schema["default"])
        for name, inner in result.items():
            if (below := node.field(name)) is not None:
                result[name] = defaulted(inner, below)
        return result
    if isinstance(value, list) and node.items is not None:
        return [defaulted(inner, node.items) for inner in value]
    return value
