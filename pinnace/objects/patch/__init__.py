"""Patches: JSON patch, merge patch, strategic merge patch, server-side apply. All pure."""

from pinnace.objects.patch.apply import (
    ApplyConflict,
    Manager,
    apply_configuration,
    record_update,
)
from pinnace.objects.patch.json_patch import apply_json_patch
from pinnace.objects.patch.merge import apply_merge_patch
from pinnace.objects.patch.strategic import apply_strategic_patch

__all__ = [
    "ApplyConflict",
    "Manager",
    "apply_configuration",
    "apply_json_patch",
    "apply_merge_patch",
    "apply_strategic_patch",
    "record_update",
]
