"""Schemas of the kinds: what fields they have, of which type, and whether an object fits."""

from pinnace.objects.schema.check import Finding, check, prune
from pinnace.objects.schema.soundness import unsound
from pinnace.objects.schema.structural import Structural, defaulted, pruned, unknown_fields
from pinnace.objects.schema.types import Field, Type, describe, type_at, type_named, type_of
from pinnace.objects.schema.values import json_name, violations

__all__ = [
    "Field",
    "Finding",
    "Structural",
    "Type",
    "check",
    "defaulted",
    "describe",
    "json_name",
    "prune",
    "pruned",
    "type_at",
    "type_named",
    "type_of",
    "unknown_fields",
    "unsound",
    "violations",
]
