"""The object that a ``k8s`` or ``argoWorkflow`` trigger works on: its source, parameters, labels.

Upstream: pkg/sensors/artifacts, pkg/sensors/triggers/standard-k8s. What stands in the manifest
becomes an action at once; any other source is fetched at the edge, and :func:`planned` makes the
action there.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any

import orjson

from pinnace.bus import Event
from pinnace.objects import yamls
from pinnace.objects.clock import rfc3339_micro
from pinnace.objects.errors import BadRequest, Invalid
from pinnace.objects.types import Object
from pinnace.sensors.actions import Action, FetchAction, ObjectAction, ObjectPlan
from pinnace.sensors.parameter_list import read_parameters
from pinnace.sensors.reading import Node
from pinnace.sensors.triggers import sources
from pinnace.sensors.triggers.kind import Context
from pinnace.sensors.triggers.workflow_plans import workflow_action

#: Sources that need nothing but the manifest: they are read in the transaction that fires.
_HERE = ("inline", "resource")


def check_source(node: Node, dependencies: Collection[str] | None, kind: str) -> None:
    """Refuse a source that isn't there or can't be read here, and wrong parameters."""
    source = node["source"]
    if not source.given:
        raise source.refuse(f"{kind} trigger does not contain an absolute action")
    sources.check(source)
    read_parameters(node["parameters"], dependencies)


def prepared(
    node: Node, context: Context, *, kind: str, operation: str, **more: Any
) -> Action:  # fmt: skip
    """Return the action on the object of the source, or the one that fetches it first."""
    source, chosen = node["source"], sources.kind_of(node["source"])
    plan = ObjectPlan(
        kind=kind, operation=operation, sensor=context.sensor.name, at=source.path,
        namespace=context.sensor.namespace, marks=marks(context), **more,
    )  # fmt: skip
    parameters = read_parameters(node["parameters"], context.dependencies)
    if plan.live or chosen not in _HERE:
        values = context.resolver.resolved(parameters)
        plan = ObjectPlan(**{**vars(plan), "values": values})
    if chosen not in _HERE:
        return FetchAction(source=chosen, place=source[chosen].mapping(), plan=plan)
    document = _written_here(source)
    if not plan.live:
        document = context.resolver.apply(document, parameters)
    return planned(plan, document)


def planned(plan: ObjectPlan, document: Any) -> ObjectAction:
    """Return the action on an object that was read; raises Invalid when it is none."""
    if not isinstance(document, dict) or not document.get("kind"):
        raise Invalid(kind="Sensor", name=plan.sensor, field=plan.at,
                      expected="an object with apiVersion and kind")  # fmt: skip
    metadata = document.get("metadata") or {}
    place = {"namespace": metadata.get("namespace") or plan.namespace}
    obj = {**document, "metadata": {**metadata, **place}}
    if plan.kind == "argoWorkflow":
        return workflow_action(plan, obj)
    if plan.operation == "create":
        obj = marked(obj, plan.marks)
    return ObjectAction(
        operation=plan.operation, object=obj, strategy=plan.strategy,
        values=plan.values if plan.live else None,
    )  # fmt: skip


def parsed(text: str | bytes, refuse: Callable[[str], Invalid]) -> Any:
    """Return the first YAML document of a text; ``refuse`` makes the error of a text without.

    With limits on depth and size: aliases may make a short text an endless one.
    """
    try:
        documents = yamls.parse(text.decode() if isinstance(text, bytes) else text)
        return next((document.value for document in documents), None)
    except (BadRequest, UnicodeDecodeError) as error:
        raise refuse(f"not YAML: {error}") from error


def _written_here(source: Node) -> Object:
    if source["inline"].given:
        inline = source["inline"]
        found = parsed(inline.text(), lambda why: inline.refuse(why, expected="one object"))
        return Node(found, inline.path, source.name).mapping()
    return source["resource"].mapping()


def marked(obj: Object, marks: Mapping[str, Mapping[str, str]]) -> Object:
    """Return the object with upstream's labels and the annotations that carry its lineage."""
    metadata = obj.get("metadata") or {}
    added = {part: {**(metadata.get(part) or {}), **pairs} for part, pairs in marks.items()}
    return {**obj, "metadata": {**metadata, **added}}


def marks(context: Context) -> dict[str, dict[str, str]]:
    """Return the labels and annotations of what this firing makes."""
    labels = {
        "events.argoproj.io/sensor": context.sensor.name,
        "events.argoproj.io/trigger": context.trigger.name,
        "events.argoproj.io/action-timestamp": str(int(context.now.timestamp() * 1000)),
    }
    return {"labels": labels, "annotations": _lineage(context.resolver.events)}


def _lineage(events: Mapping[str, Event]) -> dict[str, str]:
    """Describe the events; with several the last to come is the one that fired."""
    newest = list(events.values())[-1]
    identities = {name: event.id for name, event in events.items()}
    return {
        "pinnace.dev/event-id": newest.id,
        "pinnace.dev/event-source": f"{newest.source}/{newest.subject}",
        "pinnace.dev/event-time": rfc3339_micro(newest.time),
        "pinnace.dev/dependencies": orjson.dumps(identities).decode(),
    }
