"""What an EventSource's status, Service and Endpoints should be. Pure.

Conditions as argo-events pkg/apis/events/v1alpha1/eventsource_types.go; the Service as
pkg/reconciler/eventsource/resource.go builds it. ``Deployed`` is about listeners here, not pods.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from pinnace.objects.clock import rfc3339
from pinnace.objects.kinds import ENDPOINTS, SERVICES
from pinnace.objects.meta import (
    Key,
    condition,
    metadata_of,
    name_of,
    namespace_of,
    owner_reference,
    set_condition,
)
from pinnace.objects.types import Object
from pinnace.reconcile import Decision, Note

SOURCES_PROVIDED = "SourcesProvided"
DEPLOYED = "Deployed"
_LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, kw_only=True)
class EventState:
    """How one event is received: its phase and, when it is not, why."""

    event: str
    type: str
    phase: Literal["starting", "listening", "failing"]
    message: str = ""


#: The phase that tells most about an event comes first.
_WORST_FIRST = ("failing", "starting", "listening")


def joined(states: Iterable[EventState]) -> tuple[EventState, ...]:
    """Return one state for each event, by name: the worst (its hooks may fail, or its requests)."""
    worst: dict[str, EventState] = {}
    for state in sorted(states, key=lambda state: _WORST_FIRST.index(state.phase)):
        worst.setdefault(state.event, state)
    return tuple(worst[event] for event in sorted(worst))


@dataclass(frozen=True, kw_only=True)
class Observed:
    """What runs for an EventSource right now."""

    problems: tuple[str, ...] = ()
    states: tuple[EventState, ...] = ()
    #: Declared port → where it really listens.
    ports: Mapping[int, int] = field(default_factory=dict)
    #: What a person should know, by reason: ("PortTaken", "port 12000 is taken by …").
    remarks: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Known:
    """The objects that stand for the ports now."""

    service: Object | None = None
    endpoints: Object | None = None


def service_name(event_source: str) -> str:
    """Return the name of an EventSource's Service, as upstream."""
    return f"{event_source}-eventsource-svc"


def decide(obj: Object, observed: Observed, known: Known, now: datetime) -> Decision:
    """Compare what is with what the objects say."""
    conditions = _conditions(obj, observed, rfc3339(now))
    status = {**(obj.get("status") or {}), "conditions": conditions}
    wanted, changed, delete = _service_objects(obj, observed.ports, known)
    return Decision(
        status={**obj, "status": status},
        wanted=wanted,
        changed=changed,
        delete=delete,
        events=tuple(_notes(obj, observed, conditions)),
    )


def _conditions(obj: Object, observed: Observed, now: str) -> list[dict[str, Any]]:
    conditions = list((obj.get("status") or {}).get("conditions") or [])
    for new in (_provided(observed.problems), _deployed(observed)):
        conditions = set_condition(conditions, new, now)
    return sorted(conditions, key=lambda entry: str(entry["type"]))


def _condition(type_: str, status: str, reason: str = "", message: str = "") -> dict[str, Any]:
    extra = {"reason": reason, "message": message}
    return {"type": type_, "status": status} | {k: v for k, v in extra.items() if v}


def _provided(problems: Sequence[str]) -> dict[str, Any]:
    if problems:
        return _condition(SOURCES_PROVIDED, "False", "InvalidEventSource", "; ".join(problems))
    return _condition(SOURCES_PROVIDED, "True")


def _deployed(observed: Observed) -> dict[str, Any]:
    failing = [state for state in observed.states if state.phase == "failing"]
    if failing:
        return _condition(DEPLOYED, "False", "ListenerFailed", _lines(failing, observed))
    if not observed.states:
        return _condition(DEPLOYED, "False", "NothingToRun", "no event of this object can run")
    if any(state.phase == "starting" for state in observed.states):
        return _condition(DEPLOYED, "Unknown", "Starting", "listeners are starting")
    remarks = _lines((state for state in observed.states if state.message), observed)
    return _condition(DEPLOYED, "True", "Listening" if remarks else "", remarks)


def _lines(states: Iterable[EventState], observed: Observed) -> str:
    texts = [f"{state.type} event {state.event}: {state.message}" for state in states]
    return "; ".join([*texts, *(text for _, text in observed.remarks)])


def _notes(
    obj: Object, observed: Observed, conditions: Sequence[Mapping[str, Any]]
) -> Iterable[Note]:
    """Tell what is new against the stored status: a standing fault is told once."""
    before = {type_: condition(obj, type_) or {} for type_ in (SOURCES_PROVIDED, DEPLOYED)}
    old_text = str(before[DEPLOYED].get("message") or "")
    for reason, text in observed.remarks:
        if text not in old_text:
            yield Note(type="Warning", reason=reason, message=text)
    for new in conditions:
        old = before.get(new["type"], {})
        if new["status"] == "False" and new.get("message") != old.get("message"):
            yield Note(type="Warning", reason=new["reason"], message=new["message"])
        if new["status"] == "True" and old.get("status") == "False":
            yield Note(reason=f"{new['type']}Again", message=f"{new['type']} is True again")


def _service_objects(
    obj: Object, ports: Mapping[int, int], known: Known
) -> tuple[tuple[Object, ...], tuple[Object, ...], tuple[Key, ...]]:
    """Return what to create, to change and to delete."""
    name, namespace = service_name(name_of(obj)), namespace_of(obj)
    service, endpoints = _service(obj, ports), _endpoints(obj, ports)
    pairs = ((known.service, service), (known.endpoints, endpoints))
    if not ports:
        kinds = ((known.service, SERVICES), (known.endpoints, ENDPOINTS))
        return (), (), tuple(Key(kind, namespace, name) for old, kind in kinds if old)
    wanted = tuple(new for old, new in pairs if old is None)
    merged = ((old, _merged(old, new)) for old, new in pairs if old is not None)
    return wanted, tuple(new for old, new in merged if new != old), ()


def _merged(old: Object, new: Object) -> Object:
    """Put what we declare into the stored object, whatever defaults it got."""
    body = {k: v for k, v in new.items() if k != "metadata"}
    if "spec" in new:
        body["spec"] = {**(old.get("spec") or {}), **new["spec"]}
        body["spec"]["ports"] = _with_defaults(old["spec"].get("ports") or [], new["spec"]["ports"])
    ours = metadata_of(new)
    metadata = dict(metadata_of(old))
    for part in ("labels", "annotations"):
        if ours.get(part):
            metadata[part] = {**(metadata.get(part) or {}), **ours[part]}
    metadata["ownerReferences"] = ours["ownerReferences"]
    return {**old, **body, "metadata": metadata}


def _with_defaults(
    old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    known = {(port.get("name"), port.get("port")): port for port in old}
    return [{**known.get((port.get("name"), port.get("port")), {}), **port} for port in new]


def _metadata(obj: Object) -> dict[str, Any]:
    asked = ((obj.get("spec") or {}).get("service") or {}).get("metadata") or {}
    labels = {
        "controller": "eventsource-controller",
        "eventsource-name": name_of(obj),
        "owner-name": name_of(obj),
    }
    metadata: dict[str, Any] = {
        "name": service_name(name_of(obj)),
        "namespace": namespace_of(obj),
        "labels": {**(asked.get("labels") or {}), **labels},
        "ownerReferences": [owner_reference(obj)],
    }
    if asked.get("annotations"):
        metadata["annotations"] = dict(asked["annotations"])
    return metadata


def service_ports(obj: Object, declared: Iterable[int]) -> list[dict[str, Any]]:
    """Return the Service's ports: those of ``spec.service``, or one per declared port."""
    asked = ((obj.get("spec") or {}).get("service") or {}).get("ports") or []
    if asked:
        return [{"targetPort": port.get("port"), **port} for port in asked]
    return [{"name": f"port-{n}", "port": n, "targetPort": n} for n in sorted(declared)]


def _service(obj: Object, ports: Mapping[int, int]) -> Object:
    spec = {
        "ports": service_ports(obj, ports),
        "selector": {"controller": "eventsource-controller", "eventsource-name": name_of(obj)},
    }
    cluster_ip = ((obj.get("spec") or {}).get("service") or {}).get("clusterIP")
    if cluster_ip:
        spec["clusterIP"] = cluster_ip
    return {"apiVersion": "v1", "kind": "Service", "metadata": _metadata(obj), "spec": spec}


def _endpoints(obj: Object, ports: Mapping[int, int]) -> Object:
    real = [
        {k: v for k, v in {"name": port.get("name")}.items() if v}
        | {"port": ports[target], "protocol": "TCP"}
        for port in service_ports(obj, ports)
        if (target := _number(port["targetPort"])) in ports
    ]
    return {
        "apiVersion": "v1",
        "kind": "Endpoints",
        "metadata": _metadata(obj),
        "subsets": [{"addresses": [{"ip": _LOOPBACK}], "ports": real}],
    }


def _number(port: Any) -> int:
    return int(port) if str(port).isdigit() else 0


def real_ports(service: Object | None, endpoints: Object | None) -> dict[int, int]:
    """Read back which real port each target port had: it is asked for again after a restart."""
    if service is None or endpoints is None:
        return {}
    named = {
        port.get("name"): int(port["port"])
        for subset in endpoints.get("subsets") or []
        for port in subset.get("ports") or []
    }
    return {
        _number(port.get("targetPort")): named[port.get("name")]
        for port in (service.get("spec") or {}).get("ports") or []
        if port.get("name") in named
    }
