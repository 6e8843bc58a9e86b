"""Reading a CronWorkflow's spec, and what makes it invalid.

Mirrors ``validate.CronWorkflow`` and ``cron_workflow_types.go``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pinnace.languages import cron as schedules
from pinnace.languages.errors import LanguageError
from pinnace.objects.meta import name_of
from pinnace.objects.types import Object
from pinnace.workflows.problems import InvalidSpec

#: A child is called ``<name>-<unix time>``, and workflow names end at 63 characters.
MAX_NAME = 52
_POLICIES = ("Allow", "Forbid", "Replace")
_KEPT_SUCCESSFUL, _KEPT_FAILED = 3, 1


@dataclass(frozen=True, kw_only=True)
class CronSpec:
    """What a CronWorkflow says of when to run; ``written`` is what its annotation records."""

    schedules: tuple[schedules.Schedule, ...]
    written: str
    policy: str
    suspend: bool
    deadline: timedelta | None
    when: str
    stop: str
    keep_successful: int
    keep_failed: int


def read_spec(cron: Object) -> CronSpec:
    """Read the spec; raises InvalidSpec with upstream's message when it is wrong."""
    spec, name = cron.get("spec") or {}, name_of(cron)
    if len(name) > MAX_NAME:
        raise InvalidSpec(
            f'cron workflow name "{name}" must not be more than {MAX_NAME} characters long '
            f"(currently {len(name)})"
        )
    if not spec.get("schedules"):
        raise InvalidSpec(
            "cron workflow must have at least one schedule: write spec.schedules, a list of texts"
        )
    policy = spec.get("concurrencyPolicy") or "Allow"
    if policy not in _POLICIES:
        raise InvalidSpec(f"'{policy}' is not a valid concurrencyPolicy")
    deadline = spec.get("startingDeadlineSeconds")
    if deadline is not None and deadline < 0:
        raise InvalidSpec("startingDeadlineSeconds must be positive")
    zone = str(spec.get("timezone") or "")
    return CronSpec(
        schedules=tuple(_schedules(spec, _zone(zone))),
        written=",".join(f"CRON_TZ={zone} {each}" if zone else each for each in spec["schedules"]),
        policy=policy,
        suspend=bool(spec.get("suspend")),
        deadline=None if deadline is None else timedelta(seconds=deadline),
        when=str(spec.get("when") or ""),
        stop=str((spec.get("stopStrategy") or {}).get("expression") or ""),
        keep_successful=_limit(spec.get("successfulJobsHistoryLimit"), _KEPT_SUCCESSFUL),
        keep_failed=_limit(spec.get("failedJobsHistoryLimit"), _KEPT_FAILED),
    )


def _schedules(spec: Object, zone: tzinfo) -> Iterator[schedules.Schedule]:
    for text in spec["schedules"]:
        try:
            yield schedules.parse(text, zone)
        except LanguageError as problem:
            raise InvalidSpec(f"cron schedule {text} is malformed: {problem.expected}") from None


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, ValueError):
        raise InvalidSpec(f'invalid timezone "{name}": unknown time zone {name}') from None


def _limit(value: Any, default: int) -> int:
    return default if value is None or value < 0 else int(value)
