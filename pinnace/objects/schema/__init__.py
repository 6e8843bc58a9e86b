"""Schemas of the kinds: what fields they have, of which type, and whether an object fits."""

from pinnace.objects.schema.check import Finding, check, prune
from pinnace.objects.schema.types import Field, Type, describe, type_at, type_named, type_of

__all__ = [
    "Field",
    "Finding",
    "Type",
    "check",
    "describe",
    "prune",
    "type_at",
    "type_named",
    "type_of",
]
