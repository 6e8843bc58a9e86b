"""The thin shell around ``decide``: reads the objects, hands them over, and is woken by changes."""

from collections.abc import Iterable
from dataclasses import dataclass

from pinnace.objects.kinds import (
    CLUSTER_WORKFLOW_TEMPLATES,
    CONFIG_MAPS,
    PODS,
    WORKFLOW_TASK_RESULTS,
    WORKFLOW_TEMPLATES,
    WORKFLOWS,
)
from pinnace.objects.meta import Key, labels_of, namespace_of, uid_of
from pinnace.objects.types import Object
from pinnace.reconcile import NOTHING, Controller, Decision, Watches, owned_by
from pinnace.store import Change, Store
from pinnace.workflows.constants import LABEL_WORKFLOW
from pinnace.workflows.decide import decide
from pinnace.workflows.finish import is_completed

#: The pods of each running workflow by uid, as last read: a reconcile decodes only those that
#: changed since. A workflow's reconciles are in sequence, so each inner table has one user.
Known = dict[Key, dict[str, Object]]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What may be set about the controller."""

    workers: int = 4


def controller(store: Store, settings: Settings = Settings()) -> Controller:
    """Build the controller of Workflows (not started yet)."""
    known: Known = {}
    return Controller(
        store,
        name="workflow-controller",
        kind=WORKFLOWS,
        reconcile=lambda key: reconcile(store, key, known),
        watches=(
            Watches(PODS, _owner_of_pod),
            Watches(WORKFLOW_TASK_RESULTS, owned_by(WORKFLOWS)),
        ),
        workers=settings.workers,
    )


def reconcile(store: Store, key: Key, known: Known) -> Decision:
    """Read a workflow and everything about it, and decide what it needs."""
    workflow = store.find(WORKFLOWS, key.namespace, key.name)
    if workflow is None or "deletionTimestamp" in workflow["metadata"]:
        known.pop(key, None)
        return NOTHING
    # The pods are read before the results: a pod that has ended has reported before it ended.
    pods = store.owned(PODS, uid_of(workflow), known.setdefault(key, {}))
    results = store.list(WORKFLOW_TASK_RESULTS, key.namespace, owner=uid_of(workflow))
    if is_completed(workflow):
        known.pop(key, None)
        return decide(workflow, pods, results, (), (), store.clock.now())
    return decide(
        workflow, pods, results, _templates(store, workflow),
        store.list(CONFIG_MAPS, key.namespace), store.clock.now(),
    )  # fmt: skip


def _templates(store: Store, workflow: Object) -> Iterable[Object]:
    """Return the templates a workflow may refer to."""
    namespace = namespace_of(workflow)
    return [
        *store.list(WORKFLOW_TEMPLATES, namespace),
        *store.list(CLUSTER_WORKFLOW_TEMPLATES),
    ]


def _owner_of_pod(change: Change) -> Iterable[Key]:
    """Wake the workflow of a pod; changes that say nothing new about a node are passed over."""
    name = labels_of(change.object).get(LABEL_WORKFLOW)
    if name is None:
        return
    before, now = change.previous, change.object
    if (
        before is not None
        and change.type == "MODIFIED"
        and before.get("status") == now.get("status")
    ):
        return
    yield Key(WORKFLOWS, change.key.namespace, name)
