"""Applying the four kinds of patch to an object. Pure.

Mirrors k8s.io/apiserver/pkg/endpoints/handlers/patch.go.
"""

from dataclasses import dataclass
from typing import Any

from pinnace.apiserver.identity import complete
from pinnace.apiserver.negotiation import JSON, YAML, UnsupportedMediaType, media_type
from pinnace.apiserver.options import WriteOptions
from pinnace.apiserver.routing import Target
from pinnace.apiserver.validation import examine, shape_of
from pinnace.objects.errors import BadRequest, Conflict, NotFound
from pinnace.objects.patch import (
    ApplyConflict,
    Manager,
    apply_configuration,
    apply_json_patch,
    apply_merge_patch,
    apply_strategic_patch,
)
from pinnace.objects.types import Object

JSON_PATCH = "application/json-patch+json"
MERGE = "application/merge-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"
APPLY = "application/apply-patch+yaml"
_BODIES = {JSON_PATCH: JSON, MERGE: JSON, STRATEGIC: JSON, APPLY: YAML}


@dataclass(frozen=True, kw_only=True)
class Patch:
    """A patch: its media type and its decoded body."""

    media: str
    body: Any


def patch_body(content_type: str, target: Target) -> str:
    """Return how the body of a patch is written (JSON or YAML); raises UnsupportedMediaType."""
    media = media_type(content_type)
    if media == STRATEGIC and not target.kind.built_in:
        media = ""
    if media not in _BODIES:
        served = [m for m in _BODIES if m != STRATEGIC or target.kind.built_in]
        raise UnsupportedMediaType(
            "the body of the request was in an unknown format - accepted media types include: "
            + ", ".join(served)
        )
    return _BODIES[media]


def is_apply(patch: Patch) -> bool:
    """Tell whether it is a server-side apply, which may create what isn't there."""
    return patch.media == APPLY


def patched(
    old: Object | None, patch: Patch, target: Target, options: WriteOptions, now: str
) -> Object:
    """Return the object after the patch; raises NotFound when there is nothing to patch."""
    if patch.media == APPLY:
        return _applied(old, patch, target, options, now)
    if old is None:
        raise NotFound(target.kind.resource, target.name)
    match patch.media:
        case "application/json-patch+json":
            result = apply_json_patch(old, patch.body)
        case "application/merge-patch+json":
            if not isinstance(patch.body, dict):
                raise BadRequest("error decoding patch: a merge patch is an object")
            result = apply_merge_patch(old, patch.body)
        case _:
            result = apply_strategic_patch(old, patch.body, shape_of(target.kind))
    if not isinstance(result, dict):
        raise BadRequest("the patch leaves no object")
    return result


def _applied(
    old: Object | None, patch: Patch, target: Target, options: WriteOptions, now: str
) -> Object:
    _check_apply(patch.body, options)
    configuration = complete(target, patch.body)
    if configuration["metadata"].get("managedFields"):
        raise BadRequest("metadata.managedFields must be nil in an apply patch")
    examine(target.kind, configuration, mode=options.validation, partial=True)
    manager = Manager(
        name=options.manager,
        operation="Apply",
        api_version=target.kind.api_version,
        subresource=target.subresource,
    )
    of = shape_of(target.kind)
    try:
        return apply_configuration(old, configuration, manager, of=of, now=now, force=options.force)
    except ApplyConflict as error:
        raise ConflictingManagers(target, error) from error


def _check_apply(body: Any, options: WriteOptions) -> None:
    if not isinstance(body, dict) or not body.get("apiVersion") or not body.get("kind"):
        raise BadRequest("an apply patch is a whole object with apiVersion and kind")
    if options.manager == "unknown":
        raise BadRequest("fieldManager is required for apply patch")


class ConflictingManagers(Conflict):
    """An apply that other managers' fields stand against."""

    def __init__(self, target: Target, conflict: ApplyConflict) -> None:
        super().__init__(target.kind.resource, target.name)
        self.args = (str(conflict),)
        self.conflicts = conflict.conflicts
