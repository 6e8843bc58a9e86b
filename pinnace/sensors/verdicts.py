"""The verdict tree: why each trigger of a Sensor fires on an event, or doesn't.

Made by :func:`pinnace.sensors.evaluation.evaluate`; read by the controller, ``pinnace explain``,
``pinnace replay`` and the web page. Every node is frozen and ``as_json`` gives the whole of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pinnace.bus import Event
from pinnace.sensors.actions import Action


@dataclass(frozen=True, kw_only=True)
class Check:
    """One clause of a filter: what it looked at, the value found and the value wanted.

    ``passed`` is None when the clause was not needed: an earlier one had decided.
    """

    what: str
    wanted: Any
    found: Any = None
    passed: bool | None = None
    error: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return plain data."""
        return _without_empty(
            {"what": self.what, "wanted": self.wanted, "found": self.found, "passed": self.passed,
             "error": self.error}, keep=("found", "passed"),
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class FilterVerdict:
    """One kind of filter (exprs, data, context, time, script) with its clauses."""

    kind: str
    passed: bool
    operator: str = "and"
    error: str = ""
    checks: tuple[Check, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return plain data."""
        checks = [check.as_json() for check in self.checks]
        return _without_empty(
            {"kind": self.kind, "passed": self.passed, "operator": self.operator,
             "error": self.error, "checks": checks}, keep=("passed",),
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class DependencyVerdict:
    """Whether the event satisfies a dependency, and why."""

    name: str
    concerned: bool
    passed: bool
    operator: str = "and"
    filters: tuple[FilterVerdict, ...] = ()
    transformed: bool = False
    error: str = ""
    event: Event | None = None

    def as_json(self) -> dict[str, Any]:
        """Return plain data."""
        filters = [verdict.as_json() for verdict in self.filters]
        return _without_empty(
            {"name": self.name, "concerned": self.concerned, "passed": self.passed,
             "operator": self.operator, "filters": filters, "transformed": self.transformed or None,
             "error": self.error}, keep=("passed", "concerned"),
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ParameterVerdict:
    """One parameter: where it is written, where its value came from, and the value.

    ``origin`` is the field that gave it (``dataKey``, ``value`` …), ``event`` for the whole event,
    ``absent`` when the dependency has no event and the parameter is skipped.
    """

    dest: str
    source: str
    origin: str = ""
    value: str | None = None
    operation: str = ""
    notes: tuple[str, ...] = ()
    error: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return plain data."""
        return _without_empty(
            {"dest": self.dest, "source": self.source, "origin": self.origin, "value": self.value,
             "operation": self.operation, "notes": list(self.notes), "error": self.error},
            keep=("value", "dest"),
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Firing:
    """One time that a trigger fires: with which events, which parameters, and what it would do.

    ``error`` says why it can't: a parameter without a value, a template that fails.
    """

    events: Mapping[str, Event]
    parameters: tuple[ParameterVerdict, ...] = ()
    action: Action | None = None
    error: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return plain data."""
        events = {name: event.id for name, event in self.events.items()}
        return _without_empty(
            {"events": events, "parameters": [entry.as_json() for entry in self.parameters],
             "action": self.action.as_json() if self.action else None, "error": self.error}
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class TriggerVerdict:
    """What an event does to a trigger.

    ``outcome`` is ``fires``, ``waits`` (the event is kept, ``missing`` names what it waits for),
    ``filtered`` or ``unconcerned``. ``held`` is what the trigger keeps afterwards.
    """

    name: str
    kind: str
    conditions: str
    outcome: str
    dependencies: tuple[str, ...] = ()
    firings: tuple[Firing, ...] = ()
    missing: tuple[str, ...] = ()
    held: Mapping[str, Event] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return plain data."""
        held = {name: event.id for name, event in self.held.items()}
        return _without_empty(
            {"name": self.name, "kind": self.kind, "conditions": self.conditions,
             "outcome": self.outcome, "dependencies": list(self.dependencies),
             "firings": [firing.as_json() for firing in self.firings],
             "missing": list(self.missing), "held": held}
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What an event does to a Sensor: each dependency once, then each trigger."""

    sensor: str
    namespace: str
    event: Event
    dependencies: tuple[DependencyVerdict, ...]
    triggers: tuple[TriggerVerdict, ...]

    @property
    def fires(self) -> bool:
        """Tell whether any trigger fires."""
        return any(trigger.firings for trigger in self.triggers)

    def as_json(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "sensor": self.sensor,
            "namespace": self.namespace,
            "event": self.event.context(),
            "fires": self.fires,
            "dependencies": [verdict.as_json() for verdict in self.dependencies],
            "triggers": [verdict.as_json() for verdict in self.triggers],
        }


def _without_empty(data: dict[str, Any], keep: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        key: value for key, value in data.items() if key in keep or value not in ("", None, [], {})
    }
