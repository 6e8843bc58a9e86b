"""What a Sensor says, typed and frozen: the only form of it that the rest of this room reads.

Comes from :mod:`pinnace.sensors.parsing`; upstream: pkg/apis/events/v1alpha1/sensor_types.go.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from pinnace.sensors.conditions import Condition


@dataclass(frozen=True, kw_only=True)
class ExprFilter:
    """A govaluate expression over named fields; ``fields`` are (name, gjson path)."""

    expr: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class DataFilter:
    """One comparison of a gjson path with a list of values."""

    path: str
    type: str
    values: tuple[str, ...]
    comparator: str = ""
    template: str = ""


@dataclass(frozen=True, kw_only=True)
class ContextFilter:
    """Equality on the event's context; an empty field isn't compared."""

    type: str = ""
    subject: str = ""
    source: str = ""
    datacontenttype: str = ""


@dataclass(frozen=True, kw_only=True)
class TimeFilter:
    """A window of the day, ``[start, stop)``, that may wrap midnight."""

    start: str
    stop: str
    timezone: str = ""


@dataclass(frozen=True, kw_only=True)
class Filters:
    """The filters of a dependency; ``None`` is a kind that isn't given (it counts under ``or``)."""

    exprs: tuple[ExprFilter, ...] | None = None
    data: tuple[DataFilter, ...] | None = None
    context: ContextFilter | None = None
    time: TimeFilter | None = None
    script: str = ""
    expr_operator: str = ""
    data_operator: str = ""


@dataclass(frozen=True, kw_only=True)
class Transform:
    """What reshapes the event's data before the filters see it; ``jq`` wins over ``script``."""

    jq: str = ""
    script: str = ""


@dataclass(frozen=True, kw_only=True)
class Dependency:
    """An event that the Sensor listens for."""

    name: str
    event_source: str
    event: str
    filters: Filters | None = None
    filters_operator: str = ""
    transform: Transform | None = None


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where a parameter takes its value; ``value`` is the default, ``None`` when not given."""

    dependency: str
    context_key: str = ""
    context_template: str = ""
    data_key: str = ""
    data_template: str = ""
    value: str | None = None
    use_raw_data: bool = False


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One value that is written to ``dest``; ``field`` is where the manifest says so."""

    source: Source
    dest: str
    operation: str = ""
    field: str = ""


@dataclass(frozen=True, kw_only=True)
class Write:
    """A parameter that is resolved: this text goes to ``dest``; ``raw`` text is JSON as it is."""

    dest: str
    text: str
    raw: bool = False
    operation: str = ""
    field: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return plain data."""
        return {"dest": self.dest, "value": self.text}


@dataclass(frozen=True, kw_only=True)
class Backoff:
    """A retry strategy: ``steps`` is the total number of attempts."""

    steps: int = 1
    duration: float = 1.0
    factor: float = 1.0
    jitter: float = 0.0


@dataclass(frozen=True, kw_only=True)
class RateLimit:
    """At most ``requests`` firings in ``unit`` seconds."""

    requests: int
    unit: float


@dataclass(frozen=True, kw_only=True)
class LabelPolicy:
    """``policy.k8s``: the object must come to have these labels; ``strict`` fails when it doesn't.

    Without labels upstream asks for nothing.
    """

    labels: Mapping[str, str]
    backoff: Backoff
    strict: bool = False


@dataclass(frozen=True, kw_only=True)
class Reset:
    """A cron schedule at which a trigger forgets what it holds."""

    cron: str
    timezone: str = ""


@dataclass(frozen=True, kw_only=True)
class Trigger:
    """What happens when the conditions hold.

    ``template`` is the raw trigger template (template parameters may write anywhere in it),
    ``kind`` the key of the action in it; ``allow`` the statuses of ``policy.status``, ``None``
    when not given.
    """

    name: str
    kind: str
    template: Mapping[str, Any]
    condition: Condition
    parameters: tuple[Parameter, ...] = ()
    at_least_once: bool = False
    retry: Backoff = field(default_factory=Backoff)
    rate_limit: RateLimit | None = None
    allow: tuple[int, ...] | None = None
    policy: LabelPolicy | None = None
    resets: tuple[Reset, ...] = ()
    dead_letter: "Trigger | None" = None


@dataclass(frozen=True, kw_only=True)
class Sensor:
    """A Sensor as the evaluation sees it."""

    name: str
    namespace: str
    dependencies: tuple[Dependency, ...]
    triggers: tuple[Trigger, ...]
    uid: str = ""
    join_expiry: timedelta | None = None

    def concerned(self, source: str, subject: str) -> tuple[Dependency, ...]:
        """Return the dependencies that listen for an event of that source and name."""
        return tuple(
            dependency
            for dependency in self.dependencies
            if dependency.event_source == source and dependency.event == subject
        )

    def trigger(self, name: str) -> Trigger | None:
        """Return the trigger of that name, dead-letter triggers included."""
        waiting = list(self.triggers)
        while waiting:
            trigger = waiting.pop(0)
            if trigger.name == name:
                return trigger
            waiting += [trigger.dead_letter] if trigger.dead_letter else []
        return None
