"""What each room finds wrong with its own kind of object, beyond the schema; and admission."""

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from pinnace.bus.keep import problems as keep_problems
from pinnace.eventsources import TYPES
from pinnace.eventsources import parse as parse_event_source
from pinnace.objects.errors import Invalid
from pinnace.objects.kinds import (
    CLUSTER_WORKFLOW_TEMPLATES,
    CRON_WORKFLOWS,
    DEPLOYMENTS,
    EVENT_SOURCES,
    JOBS,
    REPLICA_SETS,
    SENSORS,
    TFJOBS,
    WORKFLOW_TEMPLATES,
    WORKFLOWS,
    Kind,
    find_kind,
)
from pinnace.objects.registry import Registry
from pinnace.objects.types import Object
from pinnace.sensors import parse_sensor
from pinnace.training import problems as tfjob_problems
from pinnace.workflows.lint import lint
from pinnace.workloads import problems as workload_problems

_TEMPLATES = (WORKFLOW_TEMPLATES, CLUSTER_WORKFLOW_TEMPLATES)


class Known(Protocol):
    """What else there is: a store, or for a check of files alone nothing."""

    @property
    def kinds(self) -> Registry:
        """Return the kinds that are known."""

    def list(self, kind: Kind) -> list[Object]:
        """Return the objects of a kind that are there already."""


class Nothing:
    """Knows the kinds, and no objects."""

    def __init__(self, kinds: Registry) -> None:
        self.kinds = kinds

    def list(self, kind: Kind) -> list[Object]:
        """Return none."""
        return []


class Checks:
    """The checks, with the templates that a workflow may refer to."""

    def __init__(self, reads: Known) -> None:
        self._reads = reads
        self._table: dict[Kind, Callable[[Object, Sequence[Object]], Iterable[Invalid]]] = {
            EVENT_SOURCES: lambda obj, _beside: _event_source(obj),
            SENSORS: lambda obj, _beside: _sensor(obj),
            TFJOBS: lambda obj, _beside: tfjob_problems(obj),
            DEPLOYMENTS: lambda obj, _beside: workload_problems(obj),
            JOBS: lambda obj, _beside: workload_problems(obj),
            WORKFLOWS: self._workflow,
            WORKFLOW_TEMPLATES: self._workflow,
            CLUSTER_WORKFLOW_TEMPLATES: self._workflow,
            CRON_WORKFLOWS: self._workflow,
        }

    def __call__(self, obj: Object, beside: Sequence[Object]) -> Iterable[Invalid]:
        """Yield what is wrong with an object that is applied together with those beside it."""
        found = self._table.get(self._reads.kinds.of(obj))
        return found(obj, beside) if found else ()

    def _workflow(self, obj: Object, beside: Sequence[Object]) -> Iterable[Invalid]:
        stored = [template for kind in _TEMPLATES for template in self._reads.list(kind)]
        applied = [other for other in beside if self._reads.kinds.of(other) in _TEMPLATES]
        problem = lint(obj, [*applied, *stored])
        if problem is not None:
            yield problem


def _event_source(obj: Object) -> Iterable[Invalid]:
    yield from keep_problems(obj)
    parsed = parse_event_source(obj, TYPES)
    if not parsed.events:  # with some that can run it is taken; its conditions tell of the others
        for problem in parsed.problems:
            yield Invalid(problem)


def _sensor(obj: Object) -> Iterable[Invalid]:
    try:
        parse_sensor(obj)
    except Invalid as error:
        yield error


def admit(new: Object, old: Object | None) -> None:
    """Refuse at the API what the training operator's webhook and Kubernetes refuse.

    Raises Invalid with the first problem.
    """
    kind = find_kind(new["apiVersion"], new["kind"])
    check = _ADMISSION.get(kind) if kind else None
    for problem in check(new, old) if check else ():
        raise problem


_ADMISSION: dict[Kind, Callable[[Object, Object | None], Iterable[Invalid]]] = {
    TFJOBS: tfjob_problems,
    DEPLOYMENTS: workload_problems,
    REPLICA_SETS: workload_problems,
    JOBS: workload_problems,
}
