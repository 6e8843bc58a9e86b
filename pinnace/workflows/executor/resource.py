"""``argoexec resource``: a resource template's action, done in process on the store.

Mirrors ``workflow/executor/resource.go``, which runs kubectl. Called again after a crash it finds
what it has made by the pod's uid, so that nothing is made twice.
"""

from typing import Any

from pinnace.objects.errors import PinnaceError
from pinnace.objects.meta import Key, name_of
from pinnace.objects.types import Object
from pinnace.store import Store
from pinnace.workflows import constants as words
from pinnace.workflows.executor.actions import perform
from pinnace.workflows.executor.context import ExecutorFailed, Surroundings, Told
from pinnace.workflows.executor.report import report
from pinnace.workflows.executor.resource_conditions import Conditions
from pinnace.workflows.executor.resource_outputs import read_outputs
from pinnace.workflows.executor.stream import documents
from pinnace.workflows.spec import named, parameters

#: A change of the object wakes the wait; this only bounds how late a stop is noticed.
_LOOK_UP = 1.0


def run_resource(store: Store, ctx: Surroundings, told: Told, action: str) -> None:
    """Perform the action, wait for the conditions, report the outputs."""
    resource = told.template["resource"]
    conditions = Conditions.of(resource)
    declared = parameters(told.template.get("outputs"))
    if action == "delete" and (conditions.are_set or declared):
        raise ExecutorFailed(
            "successCondition, failureCondition and outputs are not supported for delete action"
        )
    objects = perform(store, told, action, documents(_manifest(ctx, told)))
    outputs: dict[str, Any] = {}
    for obj in objects:
        ctx.log(f"{action} {store.key_of(obj)}")
    if objects and action != "delete":
        last = _wait(store, ctx, store.key_of(objects[0]), conditions)
        found = read_outputs(declared, last if last is not None else objects[0])
        if found:
            outputs["parameters"] = found
    report(store, told, outputs)


def _manifest(ctx: Surroundings, told: Told) -> str:
    """Return the manifest: from the template, or from the artifact that init has loaded."""
    resource = told.template["resource"]
    source = (resource.get("manifestFrom") or {}).get("artifact")
    if source is None:
        return str(resource.get("manifest") or "")
    file = ctx.path(words.INIT, f"{words.INPUT_ARTIFACTS_DIR}/{source['name']}")
    artifact = named((told.template.get("inputs") or {}).get("artifacts") or [], source["name"])
    if not file.is_file():
        where = (artifact or {}).get("path") or file.name
        raise ExecutorFailed(f"manifestFrom.artifact {source['name']}: {where} is not a file")
    return file.read_text()


def _wait(store: Store, ctx: Surroundings, key: Key, conditions: Conditions) -> Object | None:
    """Wait till the object satisfies the conditions; return it as it is then."""
    if not conditions.are_set:
        return store.find(key.kind, key.namespace, key.name)
    changes = store.watch(key.kind, key.namespace)
    try:
        while True:
            obj = store.find(key.kind, key.namespace, key.name)
            if obj is None:
                raise ExecutorFailed(
                    "The resource has been deleted while its status was still being checked. "
                    f"Will not be retried: {key.kind.resource} {key.name!r} not found"
                )
            if conditions.are_met_by(obj):
                ctx.log(f"{name_of(obj)}: success conditions met")
                return obj
            _sleep(ctx, changes, key)
    finally:
        changes.close()


def _sleep(ctx: Surroundings, changes: Any, key: Key) -> None:
    """Sleep till the object changes, or this container is asked to end."""
    while True:
        if ctx.stopping.is_set():
            raise Stopped(f"stopped while waiting for {key}")
        change = changes.get(timeout=_LOOK_UP)
        if change is not None and change.key == key:
            return
        if change is None and changes.closed:
            raise Stopped(f"the store was closed while waiting for {key}")


class Stopped(PinnaceError):
    """The container was asked to end before its conditions came true."""
