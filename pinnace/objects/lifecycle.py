"""What creation, update and deletion do to an object's metadata: pure functions.

Mirrors k8s.io/apiserver/pkg/registry/rest (create.go, update.go, delete.go).
"""

from datetime import datetime, timedelta
from typing import Any

from pinnace.objects import definitions, kinds
from pinnace.objects.clock import rfc3339
from pinnace.objects.defaults import with_defaults
from pinnace.objects.errors import Invalid
from pinnace.objects.kinds import Kind
from pinnace.objects.meta import DEFAULT_NAMESPACE, name_of
from pinnace.objects.names import generate_name, is_subdomain
from pinnace.objects.schema import Structural, defaulted, pruned, violations
from pinnace.objects.secrets import merge_string_data
from pinnace.objects.types import Object

#: Kept from the stored object whatever an update says.
_IMMUTABLE = ("uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds")
_FINISHED = frozenset({"Succeeded", "Failed"})
_FREE_NAMES = frozenset({"rbac.authorization.k8s.io"})
_DEFAULT_GRACE = 30
#: Finalizers: of an object whose dependents go first, and of a namespace that is not yet empty.
FOREGROUND = "foregroundDeletion"
CONTENT = "kubernetes"


def created(kind: Kind, obj: Object, *, uid: str, now: datetime) -> Object:
    """Return the object as it is stored the first time; raises Invalid for a bad name."""
    metadata = {k: v for k, v in (obj.get("metadata") or {}).items() if k not in _IMMUTABLE}
    name = str(metadata.get("name") or "")
    if not name and metadata.get("generateName"):
        name = generate_name(str(metadata["generateName"]))
    _check_name(kind, name)
    namespace = {"namespace": metadata.get("namespace") or DEFAULT_NAMESPACE}
    metadata |= {"name": name, "uid": uid, "creationTimestamp": rfc3339(now)}
    metadata |= namespace if kind.namespaced else {}
    metadata |= {"generation": 1} if kind.generation else {}
    body = {k: v for k, v in obj.items() if k not in ("apiVersion", "kind", "metadata")}
    head = {"apiVersion": kind.api_version, "kind": kind.kind, "metadata": metadata}
    whole = with_defaults(kind, {**head, **body})
    if kind == kinds.CUSTOM_RESOURCE_DEFINITIONS:
        return definitions.settled(whole, rfc3339(now))
    return _fitting(kind, whole)


def _fitting(kind: Kind, obj: Object) -> Object:
    """Return an object of a custom kind with its schema's defaults and fields; raises Invalid."""
    if kind.schema is None:
        return obj
    structural = Structural(kind.schema, root=True)
    whole: Object = defaulted(pruned(obj, structural), structural)
    for problem in violations(whole, kind.schema):
        problem.kind, problem.name = kind.kind, name_of(obj)
        raise problem
    return whole


def _check_name(kind: Kind, name: str) -> None:
    if not name:
        raise Invalid(
            kind=kind.kind,
            field="metadata.name",
            message="Required value: name or generateName is required",
        )
    if kind.group not in _FREE_NAMES and not is_subdomain(name):
        raise Invalid(
            kind=kind.kind,
            name=name,
            field="metadata.name",
            message=f'Invalid value: "{name}"',
            expected="lower case letters, digits, '-' and '.', starting and ending with a letter "
            "or digit, at most 253 characters",
        )


def updated(kind: Kind, old: Object, new: Object, *, now: datetime) -> Object:
    """Return ``new`` as stored over ``old``: identity kept, generation moved with the spec."""
    before = old["metadata"]
    metadata = {k: v for k, v in (new.get("metadata") or {}).items() if k not in _IMMUTABLE}
    metadata |= {k: before[k] for k in (*_IMMUTABLE, "name", "namespace") if k in before}
    metadata["resourceVersion"] = before["resourceVersion"]
    if kind.generation:
        moved = _wanted(old) != _wanted(new)
        metadata["generation"] = int(before.get("generation") or 1) + (1 if moved else 0)
    body = {k: v for k, v in new.items() if k not in ("apiVersion", "kind", "metadata")}
    head = {"apiVersion": kind.api_version, "kind": kind.kind, "metadata": metadata}
    whole = {**head, **body}
    if kind == kinds.CUSTOM_RESOURCE_DEFINITIONS and not is_deleting(old):
        _check_scope(old, whole)
        return definitions.settled(whole, rfc3339(now))
    return merge_string_data(whole) if kind == kinds.SECRETS else _fitting(kind, whole)


def _check_scope(old: Object, new: Object) -> None:
    scope = (new.get("spec") or {}).get("scope")
    if scope != old["spec"]["scope"]:
        raise Invalid(
            f'Invalid value: "{scope}": field is immutable',
            kind=new["kind"],
            name=name_of(new),
            field="spec.scope",
        )


def _wanted(obj: Object) -> dict[str, Any]:
    return {k: v for k, v in obj.items() if k not in ("apiVersion", "kind", "metadata", "status")}


def is_deleting(obj: Object) -> bool:
    """Tell whether deletion has begun."""
    return "deletionTimestamp" in obj["metadata"]


def may_vanish(kind: Kind, obj: Object) -> bool:
    """Tell whether an object whose deletion has begun holds nothing back any more."""
    metadata = obj["metadata"]
    graceful = kind == kinds.PODS and int(metadata.get("deletionGracePeriodSeconds") or 0) > 0
    return is_deleting(obj) and not is_held(kind, obj) and not graceful


def deleting(
    kind: Kind, obj: Object, *, grace: int | None, now: datetime, propagation: str = ""
) -> Object | None:
    """Return the object marked for deletion, or None when it can go at once.

    A Pod that is on the node and not finished is first given its grace period: the node agent ends
    its containers and then deletes it with ``grace=0``. Namespaces, definitions of kinds and what
    is deleted in the foreground wait until what they hold is gone.
    """
    seconds = _grace(kind, obj, grace)
    obj = _held_back(kind, obj, propagation)
    if not is_held(kind, obj) and seconds == 0:
        return None
    metadata = dict(obj["metadata"])
    shorter = seconds < int(metadata.get("deletionGracePeriodSeconds", seconds + 1))
    if "deletionTimestamp" not in metadata or shorter:
        metadata["deletionTimestamp"] = rfc3339(now + timedelta(seconds=seconds))
        metadata["deletionGracePeriodSeconds"] = seconds
    return {**obj, "metadata": metadata}


def _held_back(kind: Kind, obj: Object, propagation: str) -> Object:
    """Add what keeps an object until what it holds is gone (rest.BeforeDelete, and the strategies).

    ``propagation`` "": as its deletion began, else in the background.
    """
    metadata = obj["metadata"]
    finalizers = [f for f in metadata.get("finalizers") or () if f != FOREGROUND or not propagation]
    if propagation == "Foreground":
        finalizers.append(FOREGROUND)
    first = not is_deleting(obj)
    if kind == kinds.CUSTOM_RESOURCE_DEFINITIONS and first:
        finalizers = [*(f for f in finalizers if f != definitions.CLEANUP), definitions.CLEANUP]
    if finalizers != (metadata.get("finalizers") or []):
        obj = {**obj, "metadata": {**metadata, "finalizers": finalizers}}
    if kind == kinds.NAMESPACES and first:
        spec = {**(obj.get("spec") or {}), "finalizers": [CONTENT]}
        obj = {**obj, "spec": spec, "status": {**(obj.get("status") or {}), "phase": "Terminating"}}
    return obj


def is_held(kind: Kind, obj: Object) -> bool:
    """Tell whether finalizers keep an object; a namespace has some in its spec too."""
    in_spec = kind == kinds.NAMESPACES and (obj.get("spec") or {}).get("finalizers")
    return bool(obj["metadata"].get("finalizers") or in_spec)


def _grace(kind: Kind, obj: Object, asked: int | None) -> int:
    spec, status = obj.get("spec") or {}, obj.get("status") or {}
    running = bool(spec.get("nodeName")) and status.get("phase") not in _FINISHED
    if kind != kinds.PODS or not running:
        return 0
    default = spec.get("terminationGracePeriodSeconds")
    return max(
        0, asked if asked is not None else default if default is not None else _DEFAULT_GRACE
    )


def describe(kind: Kind, obj: Object) -> str:
    """Name an object for messages: ``Workflow hello``."""
    return f"{kind.kind} {name_of(obj)}"
