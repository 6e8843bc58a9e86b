"""The workflows of a CronWorkflow: which are active, how the others ended, which must go. Pure.

Mirrors ``reconcileActiveWfs`` and ``enforceHistoryLimit`` of ``workflow/cron/operator.go``.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pinnace.objects.kinds import WORKFLOWS
from pinnace.objects.meta import Key, labels_of, name_of, namespace_of, uid_of
from pinnace.objects.types import Object
from pinnace.workflows.constants import LABEL_CRON_WORKFLOW, Phase
from pinnace.workflows.finish import is_completed

Reference = dict[str, Any]

#: How an ended workflow is counted.
_COUNTERS: dict[str, str] = {
    Phase.SUCCEEDED: "succeeded",
    Phase.FAILED: "failed",
    Phase.ERROR: "failed",
}


def reference_of(workflow: Object) -> Reference:
    """Return what ``status.active`` holds of a workflow; one that is yet to be made has no uid."""
    made = {
        "apiVersion": workflow["apiVersion"], "kind": workflow["kind"],
        "name": name_of(workflow), "namespace": namespace_of(workflow),
    }  # fmt: skip
    return {**made, "uid": uid_of(workflow)} if uid_of(workflow) else made


def active_now(active: Iterable[Reference], children: Sequence[Object]) -> list[Reference]:
    """Return ``status.active`` as it is now: who ended or is gone is not in it any more."""
    running = {name_of(each): each for each in children if not is_completed(each)}
    kept = [name for ref in active if (name := ref["name"]) in running]
    found = [name for name in running if name not in kept]
    return [reference_of(running[name]) for name in (*kept, *found)]


def ended_since(active: Iterable[Reference], children: Sequence[Object]) -> Iterator[str]:
    """Yield a counter's name for each workflow that was active and has ended."""
    done = {name_of(each): each for each in children if is_completed(each)}
    for ref in active:
        child = done.get(ref["name"])
        if child is not None and ref.get("uid") in (None, uid_of(child)):
            counter = _COUNTERS.get(str((child.get("status") or {}).get("phase")))
            if counter is not None:
                yield counter


def beyond_limits(
    cron: Object, children: Sequence[Object], *, successful: int, failed: int
) -> list[Key]:
    """Return the ended workflows over the history limits, the oldest ones."""
    name = name_of(cron)
    done = [each for each in children if is_completed(each)]
    mine = [each for each in done if labels_of(each).get(LABEL_CRON_WORKFLOW) == name]
    good = [each for each in mine if each["status"].get("phase") == Phase.SUCCEEDED]
    bad = [each for each in mine if each["status"].get("phase") != Phase.SUCCEEDED]
    return [*_oldest(good, successful), *_oldest(bad, failed)]


def _oldest(workflows: list[Object], kept: int) -> list[Key]:
    def finished(workflow: Object) -> tuple[str, str]:
        return str(workflow["status"].get("finishedAt") or ""), name_of(workflow)

    newest_first = sorted(workflows, key=finished, reverse=True)
    return [Key(WORKFLOWS, namespace_of(each), name_of(each)) for each in newest_first[kept:]]
