"""From a Sensor object to its typed form; refuses what upstream's validator refuses, and more.

The messages in front are upstream's (pkg/reconciler/sensor/validate.go); the object, the field and
what to do follow them. Refused here although upstream lets it pass until an event comes:
dependencies that conditions or parameters name but that don't exist, and two dependencies of one
name.
"""

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from pinnace.objects.clock import UNIX_EPOCH
from pinnace.objects.errors import Invalid
from pinnace.objects.meta import name_of, namespace_of, uid_of
from pinnace.objects.types import Object
from pinnace.sensors import triggers
from pinnace.sensors.annotations import read_expiry, read_start
from pinnace.sensors.conditions import Condition, parse
from pinnace.sensors.durations import read_backoff, read_rate_limit
from pinnace.sensors.filters.reading import OPERATORS, read_filters
from pinnace.sensors.parameter_list import read_parameters
from pinnace.sensors.reading import Node
from pinnace.sensors.resets import read_resets
from pinnace.sensors.spec import Dependency, LabelPolicy, Sensor, Transform, Trigger

#: Kinds of triggers that leave an object behind, which ``policy.k8s`` can look at.
_WITH_OBJECT = ("k8s", "argoWorkflow")


def parse_sensor(obj: Object) -> Sensor:
    """Return the typed form of a Sensor; raises Invalid naming the field that is wrong."""
    dependencies = read_dependencies(obj)
    read_start(obj, UNIX_EPOCH)  # a wrong one is refused now, not when the Sensor begins
    return Sensor(
        name=name_of(obj),
        namespace=namespace_of(obj),
        uid=uid_of(obj),
        dependencies=dependencies,
        triggers=read_triggers(obj, dependencies),
        join_expiry=read_expiry(obj),
    )


def readable(objects: Iterable[Object]) -> Iterator[Sensor]:
    """Yield the typed form of those Sensors that are valid; the status of the others says why."""
    for obj in objects:
        with contextlib.suppress(Invalid):
            yield parse_sensor(obj)


def read_dependencies(obj: Object) -> tuple[Dependency, ...]:
    """Read ``spec.dependencies``."""
    node = _spec(obj)["dependencies"]
    dependencies = tuple(_read_dependency(entry) for entry in node)
    if not dependencies:
        raise node.refuse("no event dependencies found", expected="at least one dependency")
    _refuse_repeats(node, [dependency.name for dependency in dependencies], "dependency")
    return dependencies


def read_triggers(obj: Object, dependencies: Sequence[Dependency]) -> tuple[Trigger, ...]:
    """Read ``spec.triggers``."""
    node = _spec(obj)["triggers"]
    names = [dependency.name for dependency in dependencies]
    found = tuple(_read_trigger(entry, names) for entry in node)
    if not found:
        raise node.refuse("no triggers found", expected="at least one trigger")
    _refuse_repeats(node, [trigger.name for trigger in found], "trigger")
    return found


def _spec(obj: Object) -> Node:
    return Node(obj, "", name_of(obj))["spec"]


def _refuse_repeats(node: Node, names: list[str], what: str) -> None:
    for name in names:
        if names.count(name) > 1:
            raise node.refuse(
                f"duplicate {what} name: {name}", fix=f"give each {what} a name of its own"
            )


def _read_dependency(node: Node) -> Dependency:
    transform = node["transform"]
    return Dependency(
        name=node["name"].required("event dependency must define a name"),
        event_source=node["eventSourceName"].required(
            "event dependency must define the EventSourceName"
        ),
        event=node["eventName"].required("event dependency must define the EventName"),
        filters=read_filters(node["filters"]),
        filters_operator=node["filtersLogicalOperator"].choice(
            OPERATORS, "logical operator {} not supported"
        ),
        transform=Transform(jq=transform["jq"].text(), script=transform["script"].text())
        if transform.given
        else None,
    )


def _read_trigger(node: Node, names: Sequence[str]) -> Trigger:
    template = node["template"]
    if not template.given:
        raise template.refuse("trigger template can't be nil", expected="a template")
    name = template["name"].required("trigger must define a name")
    kind = triggers.kind_in(template)
    # Template parameters may yet replace names in the action; then they are checked on firing.
    triggers.KINDS[kind].check(template[kind], None if node["parameters"].given else names)
    policy = node["policy"]
    trigger = Trigger(
        name=name,
        kind=kind,
        template=template.mapping(),
        condition=_read_condition(template["conditions"], names),
        parameters=read_parameters(node["parameters"], names),
        at_least_once=node["atLeastOnce"].flag(),
        retry=read_backoff(node["retryStrategy"]),
        rate_limit=read_rate_limit(node["rateLimit"]),
        resets=read_resets(template["conditionsReset"]),
        allow=_read_allow(policy["status"]),
        policy=_read_policy(policy["k8s"]) if kind in _WITH_OBJECT else None,
    )
    return replace(trigger, dead_letter=_read_dead_letter(node, names))


def _read_condition(node: Node, names: Sequence[str]) -> Condition:
    try:
        return parse(node.text(), names)
    except Invalid as error:
        raise node.refuse(
            error.message, expected=error.expected, found=error.found, fix=error.fix
        ) from error


def _read_allow(node: Node) -> tuple[int, ...] | None:
    if not node.given:
        return None
    if not node["allow"].given:
        raise node["allow"].refuse("list of allowed response status is not specified")
    return tuple(entry.integer() or 0 for entry in node["allow"])


def _read_policy(node: Node) -> LabelPolicy | None:
    """Read ``policy.k8s``; without labels upstream asks for nothing."""
    labels = {name: str(value) for name, value in node["labels"].mapping().items()}
    backoff = read_backoff(node["backoff"])
    if not labels:
        return None
    if not node["backoff"].given:
        raise node["backoff"].refuse("backoff is not specified", expected="a backoff")
    return LabelPolicy(labels=labels, backoff=backoff, strict=node["errorOnBackoffTimeout"].flag())


def _read_dead_letter(node: Node, names: Sequence[str]) -> Trigger | None:
    letter = node["dlqTrigger"]
    if not letter.given:
        return None
    if not node["atLeastOnce"].flag():
        raise node["atLeastOnce"].refuse(
            "to use dlqTrigger, trigger.atLeastOnce must be set to true", expected="true"
        )
    if not letter["atLeastOnce"].flag():
        raise letter["atLeastOnce"].refuse(
            "atLeastOnce must be set to true within the dlqTrigger", expected="true"
        )
    return _read_trigger(letter, names)
