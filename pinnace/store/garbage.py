"""What goes along with an object: its dependents, a namespace's content, a definition's objects.

Mirrors k8s.io/kubernetes/pkg/controller/garbagecollector and namespace, but inside the transaction
that deletes: nothing is left behind by a crash in between. Each function does one step and leaves
what follows from it to :meth:`Transaction.afterwards`, so that a long chain of owners is a queue
and not a deep stack.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from pinnace.objects import lifecycle
from pinnace.objects.definitions import CLEANUP
from pinnace.objects.kinds import CUSTOM_RESOURCE_DEFINITIONS, NAMESPACES, Kind
from pinnace.objects.meta import Key, metadata_of, name_of, owners_of, uid_of
from pinnace.objects.types import Object
from pinnace.store import sql

if TYPE_CHECKING:
    from pinnace.store.transaction import Transaction


def follow_deletion(tx: Transaction, key: Key, obj: Object) -> None:
    """Go on with an object that waits: delete what it waits for."""
    finalizers = metadata_of(obj).get("finalizers") or ()
    if key.kind == NAMESPACES:
        tx.afterwards(lambda: _delete_all(tx, sql.IN_NAMESPACE, key.name))
        tx.finally_look(("namespace", key.name), lambda: _close_namespace(tx, key.name))
    if CLEANUP in finalizers:
        group, plural = obj["spec"]["group"], obj["spec"]["names"]["plural"]
        tx.afterwards(lambda: _delete_all(tx, sql.OF_KIND, group, plural))
        tx.finally_look(("definition", key.name), lambda: _close_definition(tx, key.name))
    if lifecycle.FOREGROUND in finalizers:
        tx.afterwards(lambda: _delete_blocking(tx, uid_of(obj)))
        tx.finally_look(("owner", uid_of(obj)), lambda: release(tx, uid_of(obj)))


def follow_removal(tx: Transaction, key: Key, obj: Object) -> None:
    """Go on after an object is gone: with what it owned, and with who waited for it."""
    tx.afterwards(lambda: _collect(tx, uid_of(obj)))
    for owner in owners_of(obj):
        look_at_owner(tx, owner["uid"])
    if key.namespace:
        tx.finally_look(("namespace", key.namespace), lambda: _close_namespace(tx, key.namespace))
    if key.kind.schema is not None:
        name = key.kind.resource
        tx.finally_look(("definition", name), lambda: _close_definition(tx, name))


def look_at_owner(tx: Transaction, owner: str) -> None:
    """See later whether an owner still waits for dependents."""
    tx.finally_look(("owner", owner), lambda: release(tx, owner))


def orphan(tx: Transaction, owner: Object) -> None:
    """Take an owner's references from its dependents, which then stay."""
    for kind, child in _found(tx, sql.DEPENDENTS, uid_of(owner)):
        _disown(tx, kind, child, {uid_of(owner)})


def _found(tx: Transaction, statement: str, *arguments: str) -> list[tuple[Kind, Object]]:
    rows = tx.connection.execute(statement, arguments).fetchall()
    named = ((tx.kinds.resource(group, plural), data) for group, plural, data in rows)
    return [(kind, orjson.loads(data)) for kind, data in named if kind is not None]


def _key(kind: Kind, obj: Object) -> Key:
    return Key(kind, str(metadata_of(obj).get("namespace") or ""), name_of(obj))


def _delete(tx: Transaction, kind: Kind, obj: Object, propagation: str = "") -> None:
    """Delete what may have gone meanwhile, with something else that was deleted before it."""
    key = _key(kind, obj)
    if tx.raw(kind, key.namespace, key.name) is not None:
        tx.delete(key, propagation=propagation)


def _delete_all(tx: Transaction, statement: str, *arguments: str) -> None:
    for kind, obj in _found(tx, statement, *arguments):
        _delete(tx, kind, obj)


def _collect(tx: Transaction, owner: str) -> None:
    """Delete what the gone object owned alone; drop the reference where others own it too."""
    for kind, child in _found(tx, sql.DEPENDENTS, owner):
        _let_go(tx, kind, child, owner, propagation="")


def _delete_blocking(tx: Transaction, owner: str) -> None:
    """Delete the dependents that an owner in foreground deletion waits for, theirs before them."""
    for kind, child in _found(tx, sql.DEPENDENTS, owner):
        if _blocks(child, owner):
            _let_go(tx, kind, _unblocked(tx, child), owner, propagation="Foreground")


def _unblocked(tx: Transaction, child: Object) -> Object:
    """Return a dependent that blocks no owner when it owns one itself: a circle would never end."""
    dependents = [each for _, each in _found(tx, sql.DEPENDENTS, uid_of(child))]
    if all(_stays(tx, uid_of(each)) for each in dependents):
        return child
    free = [{**ref, "blockOwnerDeletion": False} for ref in owners_of(child)]
    return tx.update({**child, "metadata": {**metadata_of(child), "ownerReferences": free}})


def _let_go(tx: Transaction, kind: Kind, child: Object, owner: str, *, propagation: str) -> None:
    """Delete a dependent, or only its reference when another owner of it is there and stays."""
    others = [ref["uid"] for ref in owners_of(child) if ref["uid"] != owner]
    staying = {uid for uid in others if _stays(tx, uid)}
    if staying:
        going = {ref["uid"] for ref in owners_of(child)} - staying
        _disown(tx, kind, child, going)
    else:
        _delete(tx, kind, child, propagation)


def _stays(tx: Transaction, uid: str) -> bool:
    found = tx.find_uid(uid)
    waits = found and lifecycle.FOREGROUND in (metadata_of(found).get("finalizers") or ())
    return found is not None and not (waits and lifecycle.is_deleting(found))


def _blocks(child: Object, owner: str) -> bool:
    return any(
        ref["uid"] == owner and bool(ref.get("blockOwnerDeletion")) for ref in owners_of(child)
    )


def _disown(tx: Transaction, kind: Kind, child: Object, owners: set[str]) -> None:
    current = tx.find(kind, *_key(kind, child).place)
    if current is None:
        return
    rest = [ref for ref in owners_of(current) if ref["uid"] not in owners]
    tx.update({**current, "metadata": {**metadata_of(current), "ownerReferences": rest}})


def release(tx: Transaction, owner: str) -> None:
    """Let an owner in foreground deletion go once no dependent blocks it."""
    found = tx.find_uid(owner)
    finalizers = metadata_of(found).get("finalizers") or [] if found else []
    if found is None or lifecycle.FOREGROUND not in finalizers or not lifecycle.is_deleting(found):
        return
    if not any(_blocks(child, owner) for _, child in _found(tx, sql.DEPENDENTS, owner)):
        _without(tx, found, lifecycle.FOREGROUND)


def _without(tx: Transaction, obj: Object, finalizer: str) -> None:
    left = [each for each in metadata_of(obj)["finalizers"] if each != finalizer]
    tx.update({**obj, "metadata": {**metadata_of(obj), "finalizers": left}})


def _close_namespace(tx: Transaction, name: str) -> None:
    """Let a namespace that is being terminated go once it is empty."""
    found = tx.find(NAMESPACES, "", name)
    if found is None or not lifecycle.is_deleting(found):
        return
    if tx.connection.execute(sql.OCCUPIED, (name,)).fetchone() is None:
        spec = found.get("spec") or {}
        left = [each for each in spec.get("finalizers") or () if each != lifecycle.CONTENT]
        tx.update({**found, "spec": {**spec, "finalizers": left}})


def _close_definition(tx: Transaction, name: str) -> None:
    """Let a definition of a kind that is being deleted go once no object of the kind is left."""
    found = tx.find(CUSTOM_RESOURCE_DEFINITIONS, "", name)
    if found is None or CLEANUP not in (metadata_of(found).get("finalizers") or ()):
        return
    spec = found["spec"]
    arguments = (spec["group"], spec["names"]["plural"])
    if lifecycle.is_deleting(found) and not _found(tx, sql.OF_KIND, *arguments):
        _without(tx, found, CLEANUP)
