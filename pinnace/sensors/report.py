"""A verdict as text for a person: what ``pinnace explain`` prints."""

from collections.abc import Iterator

from pinnace.sensors.verdicts import (
    Check,
    DependencyVerdict,
    FilterVerdict,
    Firing,
    ParameterVerdict,
    TriggerVerdict,
    Verdict,
)

_OUTCOMES = {
    "fires": "fires",
    "waits": "waits for",
    "filtered": "doesn't fire: a filter holds the event back",
    "unconcerned": "doesn't fire: no dependency listens for this event",
}


def report(verdict: Verdict) -> str:
    """Return the tree as indented lines."""
    return "\n".join(_lines(verdict))


def _lines(verdict: Verdict) -> Iterator[str]:
    event = verdict.event
    yield f"sensor {verdict.namespace}/{verdict.sensor}"
    yield f"  event {event.id} of {event.source}/{event.subject} ({event.type})"
    for dependency in verdict.dependencies:
        yield from _dependency(dependency)
    for trigger in verdict.triggers:
        yield from _trigger(trigger)


def _dependency(verdict: DependencyVerdict) -> Iterator[str]:
    if not verdict.concerned:
        yield f"  - dependency {verdict.name}: listens for another event"
        return
    yield f"  {_mark(verdict.passed)} dependency {verdict.name}{_because(verdict.error)}"
    for entry in verdict.filters:
        yield from _filter(entry)


def _filter(verdict: FilterVerdict) -> Iterator[str]:
    joined = f" ({verdict.operator})" if len(verdict.checks) > 1 else ""
    yield f"    {_mark(verdict.passed)} {verdict.kind} filter{joined}"
    if verdict.error and not verdict.checks:
        yield f"      {verdict.error}"
    for check in verdict.checks:
        yield f"      {_mark(bool(check.passed))} {_check(check)}"


def _check(check: Check) -> str:
    found = check.error or f"found {check.found!r}"
    return f"{check.what}: wanted {check.wanted}, {found}"


def _trigger(verdict: TriggerVerdict) -> Iterator[str]:
    waits = f" {' and '.join(verdict.missing)}" if verdict.outcome == "waits" else ""
    mark = _mark(verdict.outcome == "fires")
    yield f"  {mark} trigger {verdict.name} ({verdict.kind}) {_OUTCOMES[verdict.outcome]}{waits}"
    if verdict.outcome != "unconcerned":
        yield f"    conditions: {verdict.conditions}"
    for firing in verdict.firings:
        yield from _firing(firing)


def _firing(firing: Firing) -> Iterator[str]:
    for parameter in firing.parameters:
        yield f"    {_mark(not parameter.error)} {_parameter(parameter)}"
    if firing.error:
        yield f"    ✗ {firing.error}"


def _parameter(verdict: ParameterVerdict) -> str:
    if verdict.error:
        return f"{verdict.dest} ← {verdict.source}: {verdict.error}"
    if verdict.origin == "absent":
        return f"{verdict.dest} ← {verdict.source}: skipped, there is no such event in this firing"
    return f"{verdict.dest} = {verdict.value!r} (from {verdict.origin}: {verdict.source})"


def _mark(good: bool) -> str:
    return "✓" if good else "✗"


def _because(error: str) -> str:
    return f": {error}" if error else ""
