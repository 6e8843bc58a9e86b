"""An EventSource object read into the events it declares, and what is wrong with it. Pure.

Mirrors argo-events pkg/reconciler/eventsource/validate.go. Comes from the store's objects, goes to
the controller, which starts one listener or HTTP route per :class:`EventSpec`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pinnace.eventsources.refused import REFUSED
from pinnace.objects.errors import Invalid
from pinnace.objects.meta import annotations_of, name_of, namespace_of, uid_of
from pinnace.objects.types import Object

#: Fields of ``spec`` that are not event source types.
COMMON_FIELDS = frozenset({"eventBusName", "replicas", "service", "template"})

#: Upstream runs these one replica at a time and refuses to mix them with the others in one object
#: (pkg/apis/events/v1alpha1/const.go:RecreateStrategyEventSources).
RECREATE_TYPES = frozenset(
    {
        "amqp", "azureEventsHub", "azureServiceBus", "calendar", "emitter", "file", "generic",
        "hdfs", "kafka", "minio", "mqtt", "nats", "nsq", "pubSub", "pulsar", "redis",
        "redisStream", "resource", "sftp",
    }
)  # fmt: skip
ROLLING_TYPES = frozenset(
    {
        "azureQueueStorage", "bitbucket", "bitbucketserver", "gerrit", "github", "gitlab", "mns",
        "slack", "sns", "sqs", "storageGrid", "stripe", "webhook",
    }
)  # fmt: skip

#: Annotation: what a listing source does about what was there before it first started.
FROM_ANNOTATION = "pinnace.dev/from"


@dataclass(frozen=True, kw_only=True)
class EventSpec:
    """One event of an EventSource: ``spec.<type>.<event>``, with the object it stands in."""

    namespace: str
    source: str
    uid: str
    type: str
    event: str
    fields: Mapping[str, Any]
    from_beginning: bool = False

    @property
    def where(self) -> str:
        """Return the field path of this event in its object."""
        return f"spec.{self.type}.{self.event}"

    def at(self, path: str) -> Any:
        """Return the value at a dotted path below this event, None where there is none."""
        value: Any = self.fields
        for part in path.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        return value

    def invalid(
        self, field: str, *, expected: str = "", found: object = "", fix: str = ""
    ) -> Invalid:
        """Build the error about one field of this event."""
        return Invalid(
            kind="EventSource",
            name=self.source,
            field=f"{self.where}.{field}" if field else self.where,
            expected=expected,
            found="nothing" if found is None else str(found),
            fix=fix,
        )


@dataclass(frozen=True, kw_only=True)
class Parsed:
    """The events that can run, and the reasons why others cannot."""

    events: tuple[EventSpec, ...] = ()
    problems: tuple[str, ...] = ()


def parse(obj: Object, supported: Iterable[str]) -> Parsed:
    """Read an EventSource object.

    What upstream refuses whole is refused whole; a type that isn't supported here costs only its
    own events.
    """
    spec = obj.get("spec") or {}
    declared = {key: events for key, events in spec.items() if _declares(key, events)}
    whole = _refusals(obj, declared)
    if whole:
        return Parsed(problems=tuple(whole))
    known = tuple(supported)
    problems = [_unsupported(obj, key, known) for key in declared if key not in known]
    events = [
        _event(obj, key, name, fields)
        for key in declared
        if key in known
        for name, fields in declared[key].items()
    ]
    return Parsed(events=tuple(events), problems=tuple(problems))


def _declares(key: str, events: object) -> bool:
    """Tell whether a field declares events; an unknown scalar (old ``type: minio``) is ignored."""
    if key in COMMON_FIELDS or not events:
        return False
    return isinstance(events, Mapping) or key in RECREATE_TYPES | ROLLING_TYPES


def _event(obj: Object, key: str, name: str, fields: Mapping[str, Any] | None) -> EventSpec:
    return EventSpec(
        namespace=namespace_of(obj),
        source=name_of(obj),
        uid=uid_of(obj),
        type=key,
        event=name,
        fields=fields or {},
        from_beginning=annotations_of(obj).get(FROM_ANNOTATION) == "beginning",
    )


def _unsupported(obj: Object, key: str, supported: tuple[str, ...]) -> str:
    known = key in RECREATE_TYPES or key in ROLLING_TYPES
    what = "is not supported here" if known else "is not an event source type"
    advice = REFUSED.get(key) or f"supported: {', '.join(sorted(supported))}"
    return (
        f"EventSource {name_of(obj)}: spec.{key}: type {key!r} {what}; its events do not run; "
        f"{advice}"
    )


def _refusals(obj: Object, declared: Mapping[str, Any]) -> list[str]:
    """Return why upstream would run nothing of this object."""
    name = name_of(obj)
    if not declared:
        return [f"EventSource {name}: spec: no event is declared"]
    wrong = [key for key, events in declared.items() if not isinstance(events, Mapping)]
    if wrong:
        return [f"EventSource {name}: spec.{key}: expected a map of event names" for key in wrong]
    return _duplicate_names(name, declared) + _mixed(name, declared)


def _duplicate_names(name: str, declared: Mapping[str, Any]) -> list[str]:
    seen: dict[str, str] = {}
    problems = []
    for key, events in declared.items():
        for event in events:
            if event in seen:
                problems.append(
                    f"EventSource {name}: spec: event name {event!r} stands in "
                    f"spec.{seen[event]} and in spec.{key}; "
                    "names must be unique in one object: rename one"
                )
            seen[event] = key
    return problems


def _mixed(name: str, declared: Mapping[str, Any]) -> list[str]:
    recreate = sorted(RECREATE_TYPES & declared.keys())
    rolling = sorted(ROLLING_TYPES & declared.keys())
    if not (recreate and rolling):
        return []
    return [
        f"EventSource {name}: spec: {', '.join(recreate)} and {', '.join(rolling)} cannot stand in "
        "one object (Argo Events refuses it); split it into two EventSources"
    ]
