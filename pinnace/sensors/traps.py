"""What a Sensor says that Argo Events takes otherwise, or not at all: warnings, never refusals.

Pure. Each trap is a function of the Sensor, raw and typed; it yields an Invalid for each place.
They come from reading upstream's code: fields that are dead there, failures that it hides, and what
works here but not on a cluster.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from pinnace.objects.errors import Invalid
from pinnace.objects.meta import name_of
from pinnace.objects.types import Object
from pinnace.sensors.parsing import parse_sensor
from pinnace.sensors.reading import Node
from pinnace.sensors.spec import Sensor, Trigger
from pinnace.sensors.triggers.k8s import APPLY

_PAYLOADS = ("http", "awsLambda", "kafka", "nats", "custom")


@dataclass(frozen=True)
class _Read:
    """A Sensor as it is written and as it is understood."""

    spec: Node
    sensor: Sensor

    def triggers(self) -> Iterator[tuple[Node, Trigger]]:
        """Yield each trigger, dead-letter triggers included."""
        for node, trigger in zip(self.spec["triggers"], self.sensor.triggers, strict=True):
            letter: Trigger | None = trigger
            while letter is not None:
                yield node, letter
                node, letter = node["dlqTrigger"], letter.dead_letter


def traps(obj: Object, beside: Sequence[Object] = ()) -> Iterable[Invalid]:
    """Yield what may surprise whoever wrote a Sensor; nothing for one that is refused anyway."""
    del beside
    try:
        sensor = parse_sensor(obj)
    except Invalid:
        return
    read = _Read(Node(obj, "", name_of(obj))["spec"], sensor)
    for trap in _TRAPS:
        yield from trap(read)


# -- names and dependencies -----------------------------------------------------------------------


def _names_that_collide(read: _Read) -> Iterable[Invalid]:
    seen: dict[str, str] = {}
    for node in read.spec["dependencies"]:
        name = node["name"].text()
        other = seen.setdefault(name.replace("-", "_"), name)
        if other != name:
            yield node["name"].refuse(
                f"{name!r} and {other!r} are one name in conditions: `-` and `_` are the same "
                "character there", fix="give them names that differ otherwise",
            )  # fmt: skip


def _names_of_the_bus(read: _Read) -> Iterable[Invalid]:
    name = read.sensor.name
    if "." in name:
        yield Invalid(
            "a cluster's JetStream bus can't keep the joins of a Sensor with a dot in its name",
            kind="Sensor", name=name, field="metadata.name", fix="use `-` in place of the dot",
        )  # fmt: skip
    for node in read.spec["dependencies"]:
        for field in ("eventSourceName", "eventName"):
            if "." in node[field].text():
                yield node[field].refuse("a name with a dot is not found on a cluster's bus",
                                         fix="use `-` in place of the dot")  # fmt: skip
    for node, trigger in read.triggers():
        if " " in trigger.name and trigger.condition.joins:
            yield node["template"]["name"].refuse(
                "a cluster's bus can't keep the join of a trigger with a blank in its name",
                fix="use `-` in place of the blank",
            )  # fmt: skip


def _everything_is_awaited(read: _Read) -> Iterable[Invalid]:
    several = len(read.sensor.dependencies) > 1 and len(read.sensor.triggers) > 1
    for node in read.spec["triggers"]:
        if several and not node["template"]["conditions"].text():
            yield node["template"].refuse(
                "without conditions this trigger waits for all dependencies of the Sensor",
                fix="name those it is about in conditions",
            )  # fmt: skip


# -- filters --------------------------------------------------------------------------------------


def _comparisons(read: _Read) -> Iterable[Invalid]:
    for dependency in read.spec["dependencies"]:
        for node in dependency["filters"]["data"]:
            comparator, values = node["comparator"].text(), node["value"]
            if comparator == "!=" and len(list(values)) > 1:
                yield node["comparator"].refuse(
                    "with several values != passes as soon as one of them differs, so nearly "
                    "always", fix="write one entry for each value",
                )  # fmt: skip
            if node["type"].text() == "string" and comparator not in ("", "=", "!="):
                yield node["comparator"].refuse(f"{comparator} never holds for strings",
                                                fix="use = or !=, or type: number")  # fmt: skip
            if node["type"].text() == "bool" and comparator not in ("", "="):
                yield node["comparator"].refuse("the comparator of a bool has no effect",
                                                fix="name the other value")  # fmt: skip


# -- fields without effect ------------------------------------------------------------------------


def _dead_fields(read: _Read) -> Iterable[Invalid]:
    for field in ("errorOnFailedRound", "loggingFields"):
        if read.spec[field].given:
            yield read.spec[field].refuse("has no effect in Argo Events", fix="leave it out")
    for node, _ in read.triggers():
        template = node["template"]
        for kind in ("slack", "email"):
            if template[kind]["parameters"].value:
                yield template[kind]["parameters"].refuse(
                    f"have no effect: Argo Events computes them and sends the {kind} message "
                    "without", fix=f"use the trigger's own parameters with a dest {kind}.…",
                )  # fmt: skip
        for path in _DEAD:
            found = template
            for part in path.split("."):
                found = found[part]
            if found.given:
                yield found.refuse("has no effect in Argo Events", fix=_DEAD[path])


#: Below a trigger's template: what is dead, and what to do.
_DEAD = {
    "policy": "write policy beside template, not in it",
    "log.intervalSeconds": "leave it out: each event is logged",
    "kafka.partition": "use partitioningKey",
}


def _subject_of_nats(read: _Read) -> Iterable[Invalid]:
    for node, _ in read.triggers():
        for parameter in node["template"]["nats"]["parameters"]:
            if parameter["dest"].text() == "subject":
                yield parameter["dest"].refuse(
                    "has no effect: Argo Events publishes to the subject of the template",
                    fix="use the trigger's own parameters with dest nats.subject",
                )  # fmt: skip


def _selectors(read: _Read) -> Iterable[Invalid]:
    for node, trigger in read.triggers():
        action = node["template"][trigger.kind]
        for field in (node["parameters"], action["parameters"], action["payload"]):
            for parameter in field:
                yield from _selector(parameter["src"])


def _selector(source: Node) -> Iterable[Invalid]:
    data = [name for name in ("dataKey", "dataTemplate") if source[name].text()]
    context = [name for name in ("contextKey", "contextTemplate") if source[name].text()]
    if data and context:
        yield source[context[0]].refuse(f"has no effect: {data[0]} replaces it",
                                        fix="use one of them")  # fmt: skip
    if source["useRawData"].flag() and not (source["dataKey"].text() or context):
        yield source["useRawData"].refuse("has no effect: only what a key finds can be raw",
                                          fix="use dataKey")  # fmt: skip


# -- failures that a cluster hides ----------------------------------------------------------------


def _retries_that_do_not(read: _Read) -> Iterable[Invalid]:
    for node, trigger in read.triggers():
        if node["retryStrategy"].given and not trigger.at_least_once:
            yield node["retryStrategy"].refuse(
                "has no effect on a cluster without atLeastOnce (here it has)",
                fix="set atLeastOnce: true",
            )  # fmt: skip


def _missing_status_policy(read: _Read) -> Iterable[Invalid]:
    for node, trigger in read.triggers():
        if trigger.kind == "http" and trigger.allow is None:
            yield node["template"]["http"].refuse(
                "without policy.status a cluster takes any status for success, 500 too (here 400 "
                "and above are failures)", fix="add policy: {status: {allow: [200]}}",
            )  # fmt: skip


def _absent_payloads(read: _Read) -> Iterable[Invalid]:
    for node, trigger in read.triggers():
        action = node["template"][trigger.kind]
        fields = [action["dynamicHeaders"]] if trigger.kind == "http" else []
        fields += [action["payload"]] if trigger.kind in _PAYLOADS else []
        for parameter in (entry for field in fields for entry in field):
            source = parameter["src"]
            if not source["value"].given and _may_be_absent(trigger, source):
                yield source.refuse(
                    "when the trigger fires without this dependency, the sensor of a cluster ends "
                    "(here it is a failure)", fix="give it a default with src.value",
                )  # fmt: skip


def _may_be_absent(trigger: Trigger, source: Node) -> bool:
    """Tell whether the conditions can hold without the dependency."""
    name = source["dependencyName"].text()
    return trigger.condition.holds([other for other in trigger.condition.names if other != name])


# -- what works here only -------------------------------------------------------------------------


def _clusters_refuse(read: _Read) -> Iterable[Invalid]:
    for node, trigger in read.triggers():
        k8s = node["template"]["k8s"]
        if k8s["patchStrategy"].text() == APPLY:
            yield k8s["patchStrategy"].refuse(
                "a cluster refuses it: Argo Events names no field manager",
                fix="leave patchStrategy out",
            )  # fmt: skip
        if k8s["liveObject"].flag() and k8s["operation"].text() != "update":
            yield k8s["liveObject"].refuse("has an effect with operation: update only",
                                           fix="set operation: update")  # fmt: skip
        if trigger.policy and trigger.kind == "argoWorkflow":
            yield node["policy"]["k8s"].refuse(
                "on a cluster an argoWorkflow trigger with policy.k8s always fails",
                fix="use a k8s trigger that creates the Workflow",
            )  # fmt: skip
        if trigger.policy and k8s["operation"].text() == "delete":
            yield node["policy"]["k8s"].refuse("what is deleted has no labels to look at",
                                               fix="leave it out")  # fmt: skip


def _sources(read: _Read) -> Iterable[Invalid]:
    for node, trigger in read.triggers():
        source = node["template"][trigger.kind]["source"]
        if source["url"].given and not source["url"]["verifyCert"].flag():
            yield source["url"].refuse(
                "without verifyCert: true a cluster does not check the server's certificate",
                fix="set verifyCert: true",
            )  # fmt: skip
        given = [name for name in source.mapping() if source[name].given]
        if len(given) > 1:
            yield source.refuse(f"only one of {', '.join(given)} counts", fix="leave one")


_TRAPS: tuple[Callable[[_Read], Iterable[Invalid]], ...] = (
    _names_that_collide,
    _names_of_the_bus,
    _everything_is_awaited,
    _comparisons,
    _dead_fields,
    _subject_of_nats,
    _selectors,
    _retries_that_do_not,
    _missing_status_policy,
    _absent_payloads,
    _clusters_refuse,
    _sources,
)
