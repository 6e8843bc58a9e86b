"""The WorkflowTaskResult of a pod: how argoexec tells the controller what came out."""

from typing import Any

from pinnace.objects.kinds import WORKFLOW_TASK_RESULTS
from pinnace.objects.types import Object
from pinnace.store import Store, Transaction
from pinnace.workflows.constants import LABEL_OUTPUTS_COMPLETED, LABEL_WORKFLOW
from pinnace.workflows.executor.context import Told


def report(
    store: Store, told: Told, outputs: dict[str, Any], *, progress: str | None = None
) -> None:
    """Create the task result, or bring the one from an earlier call up to date."""
    result: Object = {
        "apiVersion": WORKFLOW_TASK_RESULTS.api_version,
        "kind": WORKFLOW_TASK_RESULTS.kind,
        "metadata": {
            "name": told.node_id,
            "namespace": told.namespace,
            "labels": {LABEL_WORKFLOW: told.workflow, LABEL_OUTPUTS_COMPLETED: "true"},
            "ownerReferences": [told.owner] if told.owner else [],
        },
        "outputs": outputs,
    }
    if progress is not None:
        result["progress"] = progress

    def write(tx: Transaction) -> None:
        old = tx.find(WORKFLOW_TASK_RESULTS, told.namespace, told.node_id)
        if old is None:
            tx.create(result)
        else:
            tx.update({**result, "metadata": {**old["metadata"], **result["metadata"]}})

    store.write(write)
