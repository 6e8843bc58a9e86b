"""The object that a ``k8s`` or ``argoWorkflow`` trigger works on: its source, parameters, labels.

Upstream: pkg/sensors/artifacts, pkg/sensors/triggers/standard-k8s.
"""

from collections.abc import Collection, Mapping

import orjson
import yaml

from pinnace.bus import Event
from pinnace.objects.clock import rfc3339_micro
from pinnace.objects.types import Object
from pinnace.sensors.parameter_list import read_parameters
from pinnace.sensors.reading import Node
from pinnace.sensors.triggers.kind import Context

_SOURCES = ("s3", "inline", "file", "url", "git", "configmap", "resource")

#: Sources that need nothing but the manifest: they are read in the transaction that fires.
_HERE = ("inline", "resource")


def check_source(node: Node, dependencies: Collection[str] | None, kind: str) -> None:
    """Refuse a source that isn't there or can't be read here, and wrong parameters."""
    source = node["source"]
    if not source.given:
        raise source.refuse(f"{kind} trigger does not contain an absolute action")
    declared = [name for name in _SOURCES if source[name].given]
    if not declared or declared[0] not in _HERE:
        raise source.refuse(
            "", expected=f"one of {', '.join(_HERE)}", found=", ".join(declared) or "no source",
            fix="write the object in the Sensor itself, as source.resource",
        )  # fmt: skip
    read_parameters(node["parameters"], dependencies)


def object_of(node: Node, context: Context) -> Object:
    """Return the object with the resource parameters applied, in its namespace."""
    parameters = read_parameters(node["parameters"], context.dependencies)
    applied = context.resolver.apply(_source_of(node["source"]), parameters)
    if not isinstance(applied, dict) or not applied.get("kind"):
        raise node["source"].refuse("", expected="an object with apiVersion and kind")
    metadata = applied.get("metadata") or {}
    place = {"namespace": metadata.get("namespace") or context.sensor.namespace}
    return {**applied, "metadata": {**metadata, **place}}


def _source_of(source: Node) -> Object:
    if source["inline"].given:
        try:
            found = orjson.loads(orjson.dumps(yaml.safe_load(source["inline"].text())))
        except (yaml.YAMLError, orjson.JSONEncodeError) as error:
            raise source["inline"].refuse(f"not YAML: {error}", expected="one object") from error
        return Node(found, source["inline"].path, source.name).mapping()
    return source["resource"].mapping()


def marked(obj: Object, context: Context) -> Object:
    """Return the object with upstream's labels and the annotations that carry its lineage."""
    metadata = obj.get("metadata") or {}
    labels = {
        **(metadata.get("labels") or {}),
        "events.argoproj.io/sensor": context.sensor.name,
        "events.argoproj.io/trigger": context.trigger.name,
        "events.argoproj.io/action-timestamp": str(int(context.now.timestamp() * 1000)),
    }
    annotations = {**(metadata.get("annotations") or {}), **_lineage(context.resolver.events)}
    return {**obj, "metadata": {**metadata, "labels": labels, "annotations": annotations}}


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
