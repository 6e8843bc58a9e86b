"""Object actions, performed inside the transaction that consumes the event.

Upstream: triggers/standard-k8s/standard-k8s.go:Execute. There, update and patch create what isn't
there, and deleting what is gone is a success.
"""

from pinnace.objects.errors import Invalid, NotFound
from pinnace.objects.meta import Key, name_of
from pinnace.objects.patch.merge import apply_merge_patch
from pinnace.objects.types import Object
from pinnace.sensors.actions import ObjectAction
from pinnace.store import Transaction


def act(tx: Transaction, action: ObjectAction) -> Key:
    """Perform the action and return which object it was about."""
    obj = action.object
    match action.operation:
        case "create":
            return tx.key_of(tx.create(obj))
        case "update" | "patch":
            return _merge(tx, obj, create=True)
        case "change":
            return _merge(tx, obj, create=False)
        case "delete":
            return _delete(tx, obj)
        case other:
            raise Invalid(f"unknown operation type {other}")


def _merge(tx: Transaction, obj: Object, *, create: bool) -> Key:
    key = _named(tx, obj)
    live = tx.find(key.kind, key.namespace, key.name)
    if live is None:
        if not create:
            raise NotFound(key.kind.resource, key.name)
        return tx.key_of(tx.create(obj))
    return tx.key_of(tx.update(apply_merge_patch(live, obj)))


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
