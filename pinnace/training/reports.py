"""Events about single pods: exits, in-place restarts, containers that do not start.

Mirrors RecordAbnormalPods of pkg/core/job.go and the exit event of ReconcilePods. The operator says
these again at every look; here each is said once, remembered on the pod as a short hash.
"""

from collections.abc import Iterator
from typing import TypeAlias

from pinnace.objects.meta import annotations_of, name_of, namespace_of
from pinnace.objects.names import fnv1a32
from pinnace.objects.types import Object
from pinnace.training.draft import Draft, Severity
from pinnace.training.names import ANNOTATION_REPORTED
from pinnace.training.observed import (
    Observed,
    container_statuses,
    exit_code,
    phase_of,
    restart_count,
)

Line: TypeAlias = tuple[Severity, str, str]


def report(draft: Draft, observed: Observed) -> None:
    """Write events for what is new about the pods, and remember on them that it was said."""
    active = {name_of(pod) for pod in observed.active_pods()}
    for pod in observed.pods:
        said = [
            part for part in annotations_of(pod).get(ANNOTATION_REPORTED, "").split(",") if part
        ]
        fresh = {}
        for type_, reason, message in _lines(pod, active=name_of(pod) in active):
            mark = f"{fnv1a32(f'{restart_count(pod)} {reason} {message}'):08x}"
            if mark not in said and mark not in fresh:
                fresh[mark] = (type_, reason, message)
        for line in fresh.values():
            draft.note(*line)
        if fresh:
            draft.change(_remember(pod, [*said, *fresh]))


def _remember(pod: Object, marks: list[str]) -> Object:
    annotations = {**annotations_of(pod), ANNOTATION_REPORTED: ",".join(marks)}
    return {**pod, "metadata": {**pod["metadata"], "annotations": annotations}}


def _lines(pod: Object, *, active: bool) -> Iterator[Line]:
    if active:
        yield from _abnormal(pod)
        if restarts := restart_count(pod):
            yield (
                "Warning",
                "RestartedInPlace",
                f"Pod: {namespace_of(pod)}.{name_of(pod)} was restarted in place, "
                f"restart {restarts}",
            )
    code = exit_code(pod)
    if code is not None:
        text = f"Pod: {namespace_of(pod)}.{name_of(pod)} exited with code {code}"
        yield "Normal", "ExitedWithCode", text


def _abnormal(pod: Object) -> Iterator[Line]:
    listed = container_statuses(pod) or (pod.get("status") or {}).get("initContainerStatuses") or []
    for status in listed:
        yield from _container(pod, status)
    if not listed and phase_of(pod) == "Pending":
        yield from _newest_condition(pod)


def _container(pod: Object, status: Object) -> Iterator[Line]:
    state = status.get("state") or {}
    about = f"Error pod {name_of(pod)} container {status.get('name')}"
    ended, waiting = state.get("terminated"), state.get("waiting")
    if ended and ended.get("exitCode"):
        text = f"exitCode: {ended['exitCode']} terminated message: {ended.get('message', '')}"
        yield "Warning", ended.get("reason") or "Error", f"{about} {text}"
    if waiting and waiting.get("message"):
        yield (
            "Warning",
            waiting.get("reason") or "Waiting",
            f"{about} waiting message: {waiting['message']}",
        )


def _newest_condition(pod: Object) -> Iterator[Line]:
    conditions = (pod.get("status") or {}).get("conditions") or []
    if not conditions:
        return
    newest = max(conditions, key=lambda entry: str(entry.get("lastTransitionTime") or ""))
    if newest.get("status") != "True":
        text = f"Error pod {name_of(pod)} condition message: {newest.get('message', '')}"
        yield "Warning", newest.get("reason") or "Unknown", text
