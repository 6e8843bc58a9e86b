"""The thin shell around ``decide``: reads, remembers, and is woken by changes and by the clock."""

from collections.abc import Iterable

from pinnace.objects.kinds import (
    CLUSTER_WORKFLOW_TEMPLATES,
    CRON_WORKFLOWS,
    WORKFLOW_TEMPLATES,
    WORKFLOWS,
)
from pinnace.objects.meta import Key, uid_of
from pinnace.reconcile import NOTHING, Controller, Decision, Watches, owned_by
from pinnace.store import Change, Store
from pinnace.workflows.cron.decide import decide
from pinnace.workflows.cron.ticks import Memory
from pinnace.workflows.finish import is_completed

_owners = owned_by(CRON_WORKFLOWS)
_OWNER = CRON_WORKFLOWS.kind.encode()


def controller(store: Store) -> Controller:
    """Build the controller of CronWorkflows (not started yet)."""
    memories: dict[Key, Memory | None] = {}
    return Controller(
        store,
        name="cron-controller",
        kind=CRON_WORKFLOWS,
        reconcile=lambda key: reconcile(store, key, memories),
        watches=(Watches(WORKFLOWS, _owner_of_child),),
        workers=2,
    )


def reconcile(store: Store, key: Key, memories: dict[Key, Memory | None]) -> Decision:
    """Read a CronWorkflow and its workflows, and decide what it needs."""
    cron = store.find(CRON_WORKFLOWS, key.namespace, key.name)
    if cron is None or "deletionTimestamp" in cron["metadata"]:
        memories.pop(key, None)
        return NOTHING
    children = store.list(WORKFLOWS, key.namespace, owner=uid_of(cron))
    templates = [
        *store.list(WORKFLOW_TEMPLATES, key.namespace),
        *store.list(CLUSTER_WORKFLOW_TEMPLATES),
    ]
    outcome = decide(cron, children, templates, memories.get(key), store.clock.now())
    memories[key] = outcome.memory
    return outcome.decision


def _owner_of_child(change: Change) -> Iterable[Key]:
    """Wake the owner of a workflow that came, ended or went; its progress is no matter here."""
    if _OWNER not in change.raw:
        return  # most workflows are nobody's: not worth decoding
    before = change.previous
    same = before is not None and is_completed(before) == is_completed(change.object)
    if change.type != "MODIFIED" or not same:
        yield from _owners(change)
