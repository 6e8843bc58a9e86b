"""What an event does to a Sensor, as a pure function of both (and of what its joins hold).

The controller acts on the verdict; ``pinnace explain``, ``pinnace replay`` and the web page show
it. Order per dependency, as upstream's JetStream sensor: transform, filter, join, action.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from pinnace.bus import Event
from pinnace.languages.ambient import Ambient
from pinnace.objects.errors import PinnaceError
from pinnace.sensors.filters import filter_event
from pinnace.sensors.joins import step
from pinnace.sensors.parameters import Resolver
from pinnace.sensors.reading import Node
from pinnace.sensors.resets import still_held
from pinnace.sensors.spec import Dependency, Sensor, Trigger
from pinnace.sensors.transforms import transform
from pinnace.sensors.triggers import KINDS, Context
from pinnace.sensors.verdicts import DependencyVerdict, Firing, TriggerVerdict, Verdict

Joined = Mapping[str, Mapping[str, Event]]


def evaluate(sensor: Sensor, event: Event, *, joined: Joined, now: datetime) -> Verdict:
    """Return the verdict; ``joined`` is what each trigger (by name) holds for its join."""
    dependencies = tuple(
        evaluate_dependency(dependency, event, now=now) for dependency in sensor.dependencies
    )
    return Verdict(
        sensor=sensor.name,
        namespace=sensor.namespace,
        event=event,
        dependencies=dependencies,
        triggers=tuple(
            _evaluate_trigger(sensor, trigger, dependencies, joined.get(trigger.name, {}), now)
            for trigger in sensor.triggers
        ),
    )


def evaluate_all(sensor: Sensor, events: Sequence[Event], *, now: datetime) -> list[Verdict]:
    """Return the verdicts of events in order: what a join holds after one is there for the next."""
    held: dict[str, Mapping[str, Event]] = {}
    verdicts = []
    for event in events:
        verdict = evaluate(sensor, event, joined=held, now=now)
        held.update({trigger.name: trigger.held for trigger in verdict.triggers})
        verdicts.append(verdict)
    return verdicts


def evaluate_dependency(
    dependency: Dependency, event: Event, *, now: datetime
) -> DependencyVerdict:
    """Tell whether an event satisfies a dependency; its ``event`` is the transformed one."""
    name, operator = dependency.name, dependency.filters_operator or "and"
    if (dependency.event_source, dependency.event) != (event.source, event.subject):
        return DependencyVerdict(name=name, concerned=False, passed=False)
    try:
        seen = transform(dependency.transform, event) if dependency.transform else event
    except PinnaceError as error:
        return DependencyVerdict(
            name=name, concerned=True, passed=False, operator=operator, error=f"transform: {error}"
        )
    passed, filters, error_text = filter_event(
        dependency.filters, operator, seen, Ambient(now=lambda: now)
    )
    return DependencyVerdict(
        name=name, concerned=True, passed=passed, operator=operator, filters=filters,
        transformed=dependency.transform is not None, error=error_text, event=seen,
    )  # fmt: skip


def _evaluate_trigger(
    sensor: Sensor,
    trigger: Trigger,
    dependencies: tuple[DependencyVerdict, ...],
    held: Mapping[str, Event],
    now: datetime,
) -> TriggerVerdict:
    names = trigger.condition.names
    held = {name: event for name, event in held.items() if name in names}
    mine = [verdict for verdict in dependencies if verdict.name in names]
    firings = []
    for verdict in mine:
        if verdict.passed and verdict.event is not None:
            held = still_held(trigger.resets, held, verdict.event.time, sensor.join_expiry)
            after = step(trigger.condition, held, verdict.name, verdict.event)
            held = after.held
            if after.fires is not None:
                firings.append(prepare(sensor, trigger, after.fires, now))
    waits = trigger.condition.joins and not firings
    return TriggerVerdict(
        name=trigger.name,
        kind=trigger.kind,
        conditions=trigger.condition.text,
        outcome=_outcome(mine, bool(firings)),
        dependencies=names,
        firings=tuple(firings),
        missing=trigger.condition.missing(held) if waits else (),
        held=held,
    )


def _outcome(dependencies: list[DependencyVerdict], fires: bool) -> str:
    if fires:
        return "fires"
    if any(verdict.passed for verdict in dependencies):
        return "waits"
    return "filtered" if any(verdict.concerned for verdict in dependencies) else "unconcerned"


def prepare(sensor: Sensor, trigger: Trigger, events: Mapping[str, Event], now: datetime) -> Firing:
    """Resolve a trigger's parameters and make its action; a failure is part of the result."""
    resolver = Resolver(events, sensor.name, Ambient(now=lambda: now))
    try:
        document = resolver.apply(dict(trigger.template), trigger.parameters)
        path = f"spec.triggers[{trigger.name}].template"
        body = Node(document, path, sensor.name)[trigger.kind]
        context = Context(sensor=sensor, trigger=trigger, resolver=resolver, now=now)
        action = KINDS[trigger.kind].prepare(body, context)
    except PinnaceError as error:
        return Firing(events=events, parameters=tuple(resolver.seen), error=str(error))
    return Firing(events=events, parameters=tuple(resolver.seen), action=action)
