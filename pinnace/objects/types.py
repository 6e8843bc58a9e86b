"""The one shape every room speaks: a Kubernetes object as plain JSON data."""

from typing import Any, TypeAlias

#: A Kubernetes object: ``apiVersion``, ``kind``, ``metadata`` and the rest, as JSON gives it.
Object: TypeAlias = dict[str, Any]
