"""Object actions, performed inside the transaction that consumes the event.

Upstream: triggers/standard-k8s/standard-k8s.go:Execute. There, update and patch create what isn't
there, and deleting what is gone is a success. Operations on workflows are the workflow room's: they
are handed in (see pinnace.plane.workflow_operations).
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from pinnace.objects.clock import rfc3339
from pinnace.objects.errors import Conflict, Invalid, NotFound, Permanent
from pinnace.objects.meta import Key, name_of
from pinnace.objects.patch import (
    ApplyConflict,
    Manager,
    apply_configuration,
    apply_merge_patch,
    apply_strategic_patch,
)
from pinnace.objects.schema import type_of
from pinnace.objects.types import Object
from pinnace.sensors.actions import ObjectAction
from pinnace.sensors.triggers.k8s import APPLY, MERGE, STRATEGIC
from pinnace.sensors.writing import written
from pinnace.store import Transaction

#: What an operation of the argo CLI does: (transaction, the object it is about, its options).
Operation: TypeAlias = Callable[[Transaction, Object, Mapping[str, Any]], Object]
Operations: TypeAlias = Mapping[str, Operation]

_MANAGER = "argo-events"


def act(tx: Transaction, action: ObjectAction, operations: Operations) -> Key:
    """Perform the action and return which object it was about."""
    match action.operation:
        case "create":
            return tx.key_of(tx.create(action.object))
        case "update":
            return _update(tx, action)
        case "patch":
            return _patch(tx, action)
        case "delete":
            return _delete(tx, action.object)
        case operation:
            if operation not in operations:
                raise Permanent(f"operation {operation} on workflows can't be done here")
            return tx.key_of(operations[operation](tx, action.object, action.options))


def _update(tx: Transaction, action: ObjectAction) -> Key:
    key = _named(tx, action.object)
    live = tx.find(key.kind, key.namespace, key.name)
    if action.values is not None:
        if live is None:
            raise NotFound(key.kind.resource, key.name)
        return tx.key_of(tx.update(written(live, action.values, "")))
    if live is None:
        return tx.key_of(tx.create(action.object))
    return tx.key_of(tx.update(apply_merge_patch(live, action.object)))


def _patch(tx: Transaction, action: ObjectAction) -> Key:
    key = _named(tx, action.object)
    live = tx.find(key.kind, key.namespace, key.name)
    if live is None:
        return tx.key_of(tx.create(action.object))
    return tx.key_of(tx.update(_STRATEGIES[action.strategy or MERGE](tx, key, live, action.object)))


def _merged(tx: Transaction, key: Key, live: Object, patch: Object) -> Object:
    merged: Object = apply_merge_patch(live, patch)
    return merged


def _strategic(tx: Transaction, key: Key, live: Object, patch: Object) -> Object:
    if not key.kind.built_in:
        raise Invalid(
            kind=key.kind.kind, name=key.name, expected="merge or apply", found=STRATEGIC,
            message="a strategic merge patch is for Kubernetes' own kinds only",
            fix="leave patchStrategy out",
        )  # fmt: skip
    merged: Object = apply_strategic_patch(live, patch, type_of(key.kind))
    return merged


def _applied(tx: Transaction, key: Key, live: Object, patch: Object) -> Object:
    manager = Manager(name=_MANAGER, operation="Apply", api_version=key.kind.api_version)
    try:
        return apply_configuration(
            live, patch, manager, of=type_of(key.kind), now=rfc3339(tx.now), force=True
        )
    except ApplyConflict as error:
        raise Conflict(key.kind.resource, key.name, str(error)) from error


_STRATEGIES: Mapping[str, Callable[[Transaction, Key, Object, Object], Object]] = {
    MERGE: _merged,
    STRATEGIC: _strategic,
    APPLY: _applied,
}


def _delete(tx: Transaction, obj: Object) -> Key:
    key = _named(tx, obj)
    try:
        tx.delete(key)
    except NotFound:
        return key  # gone already, which is what was wanted
    return key


def _named(tx: Transaction, obj: Object) -> Key:
    if not name_of(obj):
        raise Invalid(
            kind=str(obj.get("kind")), field="metadata.name", expected="the name of an object",
            found="none", fix="give the name in the Sensor, or map it with a parameter",
        )  # fmt: skip
    return tx.key_of(obj)
