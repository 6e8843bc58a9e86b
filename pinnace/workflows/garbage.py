"""What is left of a completed workflow: its pods, its task results, and at last itself.

Mirrors ``workflow/gccontroller`` and ``workflow/controller/pod/cleanup.go``.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from pinnace.objects.kinds import PODS, WORKFLOW_TASK_RESULTS, WORKFLOWS
from pinnace.objects.meta import Key, labels_of, name_of, namespace_of
from pinnace.objects.selectors import from_match_labels
from pinnace.objects.types import Object
from pinnace.reconcile import Decision
from pinnace.workflows.constants import LABEL_COMPLETED, Phase
from pinnace.workflows.durations import instant, parse_duration
from pinnace.workflows.nodes import ended
from pinnace.workflows.operation import Operation

_ENDED = frozenset({"Succeeded", "Failed"})


def collect(
    workflow: Object, pods: Sequence[Object], task_results: Sequence[Object], now: datetime
) -> Decision:
    """Clean up after a completed workflow; asks to be called again when there is more to come."""
    finished = instant((workflow.get("status") or {}).get("finishedAt")) or now
    spec = (workflow.get("status") or {}).get("storedWorkflowTemplateSpec") or workflow["spec"]
    namespace = namespace_of(workflow)
    delete = [Key(WORKFLOW_TASK_RESULTS, namespace, name_of(each)) for each in task_results]
    waits: list[float] = []
    for pod in _to_collect(spec, workflow, pods):
        _at(finished + _delay(spec), now, Key(PODS, namespace, name_of(pod)), delete, waits)
    lifetime = _lifetime(spec, workflow)
    if lifetime is not None:
        key = Key(WORKFLOWS, namespace, name_of(workflow))
        _at(finished + lifetime + timedelta(seconds=1), now, key, delete, waits)
    return Decision(
        changed=tuple(_labelled(pods, {each.name for each in delete if each.kind == PODS})),
        delete=tuple(delete),
        requeue_after=min(waits, default=None),
    )


def _at(moment: datetime, now: datetime, key: Key, delete: list[Key], waits: list[float]) -> None:
    """Delete a thing when its time has come, else note how long that is."""
    if now >= moment:
        delete.append(key)
    else:
        waits.append((moment - now).total_seconds())


def _labelled(pods: Iterable[Object], gone: set[str]) -> Iterable[Object]:
    """Label pods that stay as completed, as clients and selectors expect."""
    for pod in pods:
        over = (pod.get("status") or {}).get("phase") in _ENDED
        labels = labels_of(pod)
        if over and name_of(pod) not in gone and labels.get(LABEL_COMPLETED) != "true":
            meta = {**pod["metadata"], "labels": {**labels, LABEL_COMPLETED: "true"}}
            yield {**pod, "metadata": meta}


def sweep(op: Operation) -> list[Object]:
    """Clean up pods while the workflow still runs; returns those to label as completed."""
    done = [
        (node, op.pods[node["id"]])
        for node in op.nodes
        if node["id"] in op.pods and ended(node) and node["id"] not in op.doomed
    ]
    strategy = (op.spec.get("podGC") or {}).get("strategy") or ""
    gone: set[str] = set()
    if strategy in ("OnPodCompletion", "OnPodSuccess"):
        for node, pod in done:
            finished = instant(node.get("finishedAt"))
            if finished is None or pod not in _to_collect(op.spec, op.workflow, [pod]):
                continue
            if op.now >= finished + _delay(op.spec):
                op.deletions.append(Key(PODS, namespace_of(pod), name_of(pod)))
                gone.add(name_of(pod))
            else:
                op.wake(finished + _delay(op.spec))
    return list(_labelled((pod for _, pod in done), gone))


def _delay(spec: Object) -> timedelta:
    return parse_duration((spec.get("podGC") or {}).get("deleteDelayDuration") or "5s")


def _to_collect(spec: Object, workflow: Object, pods: Sequence[Object]) -> list[Object]:
    pod_gc = spec.get("podGC") or {}
    selector = from_match_labels(pod_gc.get("labelSelector") or {})
    match pod_gc.get("strategy") or "":
        case "":
            chosen: Sequence[Object] = ()
        case "OnPodSuccess":
            chosen = [pod for pod in pods if _has_succeeded(pod)]
        case "OnWorkflowSuccess" if not _has_succeeded(workflow):
            chosen = ()
        case _:
            chosen = pods
    return [pod for pod in chosen if selector.matches(labels_of(pod))]


def _has_succeeded(obj: Object) -> bool:
    return (obj.get("status") or {}).get("phase") == Phase.SUCCEEDED


def _lifetime(spec: Object, workflow: Object) -> timedelta | None:
    """Return how long the workflow is kept after its end, or None for ever."""
    strategy = spec.get("ttlStrategy") or {}
    phase = str((workflow.get("status") or {}).get("phase"))
    specific = {
        "Succeeded": strategy.get("secondsAfterSuccess"),
        "Failed": strategy.get("secondsAfterFailure"),
    }.get(phase)
    seconds = specific if specific is not None else strategy.get("secondsAfterCompletion")
    return None if seconds is None else timedelta(seconds=int(seconds))
