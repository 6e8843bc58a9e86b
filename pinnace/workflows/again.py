"""Doing a stored workflow again: retry and resubmit, as part of a transaction.

The decisions are in :mod:`operations` and :mod:`memoized`; here they are written, with the pods
that must go first.
"""

from collections.abc import Mapping

from pinnace.objects.errors import NotFound
from pinnace.objects.kinds import PODS
from pinnace.objects.meta import Key, name_of, namespace_of, uid_of
from pinnace.objects.names import generate_name
from pinnace.objects.types import Object
from pinnace.store import Transaction
from pinnace.workflows import operations
from pinnace.workflows.manual_retry import NodeSelector
from pinnace.workflows.memoized import resubmit_memoized


def retry_stored(
    tx: Transaction, old: Object, selected: NodeSelector | None, values: Mapping[str, str]
) -> Object:
    """Have a failed workflow go on; the pods of what runs again are deleted with it.

    Raises Refused when it makes no sense.
    """
    again = operations.retry(old, selected)
    for pod in again.pods:
        _delete_pod(tx, namespace_of(old), pod, uid_of(old))
    return tx.update(operations.with_arguments(again.workflow, values))


def resubmitted(old: Object, values: Mapping[str, str], *, memoized: bool) -> Object:
    """Return a new workflow that does the same again, or (memoized) what the other left."""
    if not memoized:
        return operations.resubmit(old, values)
    name = generate_name(old["metadata"].get("generateName") or f"{name_of(old)}-")
    return resubmit_memoized(old, name, values)


def _delete_pod(tx: Transaction, namespace: str, name: str, owner: str) -> None:
    """Delete a workflow's pod at once: the next one has the same name."""
    pod = tx.find(PODS, namespace, name)
    owners = (pod or {}).get("metadata", {}).get("ownerReferences") or []
    if pod is None or owner not in [each["uid"] for each in owners]:
        return
    try:
        tx.delete(Key(PODS, namespace, name), grace=0)
    except NotFound:
        return
