"""Whether a body is about what its URL names, and the blanks that the URL fills. Pure."""

import json
from typing import Any

from pinnace.apiserver.routing import Target
from pinnace.objects.errors import BadRequest, Invalid
from pinnace.objects.types import Object


def complete(target: Target, body: Any) -> Object:
    """Return the body as an object of the target's kind; raises BadRequest where they disagree."""
    kind = target.kind
    if not isinstance(body, dict):
        raise BadRequest(f"expected an object of kind {kind.kind}, found {json.dumps(body)[:80]}")
    _same_kind(target, body)
    given = body.get("metadata")
    metadata: dict[str, Any] = dict(given) if isinstance(given, dict) else {}
    if given is not None and not isinstance(given, dict):
        raise BadRequest(
            f'{kind.kind} in version "{kind.version}" cannot be handled as a {kind.kind}: json: '
            f"cannot unmarshal into Go struct field {kind.kind}.metadata of type v1.ObjectMeta"
        )
    _same_name(target, metadata)
    _place(target, metadata)
    head = {"apiVersion": kind.api_version, "kind": kind.kind, "metadata": metadata}
    return {**head, **{k: v for k, v in body.items() if k not in head}}


def _same_kind(target: Target, body: Object) -> None:
    kind = target.kind
    version, name = body.get("apiVersion") or kind.api_version, body.get("kind") or kind.kind
    if version != kind.api_version:
        raise BadRequest(
            f"the API version in the data ({version}) does not match the expected API version "
            f"({kind.api_version})"
        )
    if name != kind.kind:
        raise BadRequest(
            f'{name} in version "{kind.version}" cannot be handled as a {kind.kind}: the body is '
            f"of kind {name}, the URL is that of {kind.plural}"
        )


def _same_name(target: Target, metadata: dict[str, Any]) -> None:
    if not target.name:
        return
    name = metadata.setdefault("name", target.name)
    if name != target.name:
        raise BadRequest(
            f"the name of the object ({name}) does not match the name on the URL ({target.name})"
        )


def _place(target: Target, metadata: dict[str, Any]) -> None:
    if not target.kind.namespaced:
        metadata.pop("namespace", None)
        return
    if target.namespace is None:
        raise Invalid(
            "Required value: an object of this kind is created below a namespace",
            kind=target.kind.kind,
            field="metadata.namespace",
        )
    namespace = metadata.get("namespace") or target.namespace
    if namespace != target.namespace:
        raise BadRequest(
            "the namespace of the provided object does not match the namespace sent on the "
            f"request ({namespace} is not {target.namespace})"
        )
    metadata["namespace"] = namespace
