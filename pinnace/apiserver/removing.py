"""Deleting one object inside a transaction: preconditions, and what the answer is.

Mirrors k8s.io/apiserver/pkg/registry/generic/registry (store.go, Delete).
"""

from dataclasses import dataclass

from pinnace.objects import kinds
from pinnace.objects.errors import Conflict
from pinnace.objects.kinds import Kind
from pinnace.objects.meta import Key, name_of, uid_of
from pinnace.objects.types import Object
from pinnace.store import Transaction

#: Kinds whose deletion answers with the object (rest.ReturnDeletedObject), not a Status.
_RETURN_DELETED = frozenset(
    {kinds.PODS, kinds.SERVICES, kinds.PERSISTENT_VOLUME_CLAIMS, kinds.SERVICE_ACCOUNTS,
     kinds.RESOURCE_QUOTAS}
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class DeleteOptions:
    """How a deletion is to be done (meta/v1 DeleteOptions)."""

    grace: int | None = None
    propagation: str = ""
    uid: str | None = None
    resource_version: str | None = None
    dry_run: bool = False


def returns_deleted(kind: Kind) -> bool:
    """Tell whether deleting answers with the object even when it is gone."""
    return kind in _RETURN_DELETED


def remove(tx: Transaction, kind: Kind, old: Object, options: DeleteOptions) -> Object | None:
    """Delete an object that was looked at before; returns what is left of it, None: it is gone.

    Raises NotFound, and Conflict when a precondition doesn't hold.
    """
    key = Key(kind, old["metadata"].get("namespace", ""), name_of(old))
    current = tx.get(kind, key.namespace, key.name)
    wanted = options.resource_version
    if wanted and wanted != current["metadata"]["resourceVersion"]:
        raise Conflict(
            kind.resource,
            key.name,
            "Precondition failed: ResourceVersion in precondition: "
            f"{wanted}, ResourceVersion in object meta: {current['metadata']['resourceVersion']}",
        )
    if options.uid and options.uid != uid_of(current):
        raise Conflict(
            kind.resource,
            key.name,
            f"Precondition failed: UID in precondition: {options.uid}, UID in object meta: "
            f"{uid_of(current)}",
        )
    return tx.delete(key, propagation=options.propagation, grace=options.grace)
