"""From a finished reconcile to a Decision: the workflow as it should be, pods, events, wake-up."""

from typing import Any

from pinnace.objects.kinds import PODS
from pinnace.objects.meta import Key, name_of, namespace_of
from pinnace.objects.types import Object
from pinnace.reconcile import Decision
from pinnace.workflows.events import notes_of
from pinnace.workflows.garbage import sweep
from pinnace.workflows.operation import Operation
from pinnace.workflows.progress import update_sums


def decision_of(op: Operation, before: Object) -> Decision:
    """Gather what one reconcile wants."""
    progress, spent = update_sums(op.nodes)
    status = op.status
    status["nodes"] = op.nodes.as_json()
    status["progress"] = progress
    status["resourcesDuration"] = spent
    if op.library.stored:
        status["storedTemplates"] = op.library.stored
    changed, delete = sweep(op), [*op.deletions]
    made = {name_of(each) for each in op.wanted}
    for pod in [op.pods[node] for node in op.doomed if node in op.pods]:
        if _is_at_work(pod):
            changed.append(_ended_by_deadline(pod))
        elif name_of(pod) not in made:
            delete.append(_pod_key(pod))
    return Decision(
        status=_tidy(op.workflow),
        wanted=tuple(_without_doomed(op)),
        changed=tuple(changed),
        delete=tuple(dict.fromkeys(delete)),
        requeue_after=_seconds_until_wake(op),
        events=tuple(notes_of(before, op.workflow)),
    )


def _without_doomed(op: Operation) -> list[Object]:
    """A pod that this very reconcile has both asked for and ended is not made at all."""
    doomed = {name_of(op.pods[node]) for node in op.doomed if node in op.pods}
    return [each for each in op.wanted if each["kind"] != "Pod" or name_of(each) not in doomed]


def _is_at_work(pod: Object) -> bool:
    return (pod.get("status") or {}).get("phase") == "Running"


def _ended_by_deadline(pod: Object) -> Object:
    """Return the pod with no time left: its node ends it and its logs stay, as on a cluster.

    ``activeDeadlineSeconds`` is one of the few fields that Kubernetes lets change on a running Pod.
    """
    return {**pod, "spec": {**pod["spec"], "activeDeadlineSeconds": 1}}


def _pod_key(pod: Object) -> Key:
    return Key(PODS, namespace_of(pod), name_of(pod))


def _seconds_until_wake(op: Operation) -> float | None:
    if op.wake_at is None:
        return None
    return max(0.0, (op.wake_at - op.now).total_seconds())


def _tidy(workflow: Object) -> Object:
    """Drop what is empty from the status: absent and empty are one in Argo's types."""
    status: dict[str, Any] = {
        key: value for key, value in workflow["status"].items() if value not in ("", None, {}, [])
    }
    status.setdefault("finishedAt", None)
    return {**workflow, "status": status}
