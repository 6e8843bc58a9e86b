"""What is refused of a Deployment, ReplicaSet or Job when it is written. Pure.

Mirrors k8s.io/kubernetes/pkg/apis/apps/validation and pkg/apis/batch/validation, in their words;
and refuses by name what is not done here.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pinnace.objects.errors import Invalid
from pinnace.objects.kinds import DEPLOYMENTS, JOBS, REPLICA_SETS, Kind, kind_of
from pinnace.objects.meta import labels_of
from pinnace.objects.selectors import from_match_labels
from pinnace.objects.types import Object

#: Fields of a Job that change what it means, and that nothing here goes by.
_UNSUPPORTED = (
    "backoffLimitPerIndex", "maxFailedIndexes", "podFailurePolicy", "successPolicy", "managedBy",
)  # fmt: skip
_COUNTS = {
    DEPLOYMENTS: ("replicas", "minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds"),
    REPLICA_SETS: ("replicas", "minReadySeconds"),
    JOBS: ("parallelism", "completions", "backoffLimit", "activeDeadlineSeconds",
           "ttlSecondsAfterFinished"),
}  # fmt: skip


def problems(new: Object, old: Object | None = None) -> Iterable[Invalid]:
    """Yield what is wrong with a workload; ``old``: what is being replaced."""
    kind = kind_of(new)
    if kind not in _COUNTS:
        return
    spec: dict[str, Any] = new.get("spec") or {}
    for field in _COUNTS[kind]:
        if isinstance(given := spec.get(field), int) and given < 0:
            yield _invalid(
                kind, f"spec.{field}",
                f"Invalid value: {given}: must be greater than or equal to 0",
            )  # fmt: skip
    if kind == JOBS:
        yield from _job(spec)
    else:
        yield from _replicated(kind, spec)
    if old is not None:
        yield from _changes(kind, spec, old.get("spec") or {})


def _replicated(kind: Kind, spec: Mapping[str, Any]) -> Iterator[Invalid]:
    selector, template = spec.get("selector") or {}, spec.get("template") or {}
    if not selector.get("matchLabels") and not selector.get("matchExpressions"):
        yield _invalid(
            kind, "spec.selector",
            f"Invalid value: {{}}: empty selector is invalid for {kind.singular}",
        )  # fmt: skip
    elif not from_match_labels(selector).matches(labels_of(template)):
        shown = ", ".join(f'"{k}":"{v}"' for k, v in sorted(labels_of(template).items()))
        yield _invalid(
            kind, "spec.template.metadata.labels",
            f"Invalid value: map[string]string{{{shown}}}: `selector` does not match template "
            "`labels`",
        )  # fmt: skip
    policy = (template.get("spec") or {}).get("restartPolicy") or "Always"
    if policy != "Always":
        yield _invalid(
            kind, "spec.template.spec.restartPolicy",
            f'Unsupported value: "{policy}": supported values: "Always"',
        )  # fmt: skip
    yield from _strategy(kind, spec.get("strategy") or {})


def _strategy(kind: Kind, strategy: Mapping[str, Any]) -> Iterator[Invalid]:
    type_, pace = strategy.get("type") or "RollingUpdate", strategy.get("rollingUpdate")
    if type_ not in ("Recreate", "RollingUpdate"):
        yield _invalid(
            kind, "spec.strategy.type",
            f'Unsupported value: "{type_}": supported values: "Recreate", "RollingUpdate"',
        )  # fmt: skip
    if type_ == "Recreate" and pace:
        yield _invalid(
            kind, "spec.strategy.rollingUpdate",
            "Forbidden: may not be specified when strategy `type` is 'Recreate'",
        )  # fmt: skip
    zero = (0, "0%")
    if pace and pace.get("maxSurge") in zero and pace.get("maxUnavailable") in zero:
        yield _invalid(
            kind, "spec.strategy.rollingUpdate.maxUnavailable",
            "Invalid value: 0: may not be 0 when `maxSurge` is 0",
        )  # fmt: skip


def _job(spec: Mapping[str, Any]) -> Iterator[Invalid]:
    policy = ((spec.get("template") or {}).get("spec") or {}).get("restartPolicy") or "Always"
    if policy not in ("OnFailure", "Never"):
        yield _invalid(
            JOBS, "spec.template.spec.restartPolicy",
            f'Unsupported value: "{policy}": supported values: "OnFailure", "Never"',
        )  # fmt: skip
    if spec.get("completionMode") == "Indexed" and spec.get("completions") is None:
        yield _invalid(
            JOBS, "spec.completions",
            "Required value: when completion mode is Indexed",
        )  # fmt: skip
    for field in _UNSUPPORTED:
        if spec.get(field) is not None:
            yield _invalid(
                JOBS, f"spec.{field}", "Forbidden: not supported by Pinnace; leave it away"
            )


_UNCHANGING: Mapping[Kind, tuple[str, ...]] = {
    DEPLOYMENTS: ("selector",),
    REPLICA_SETS: ("selector",),
    JOBS: ("selector", "completionMode", "template"),
}


def _changes(kind: Kind, spec: Mapping[str, Any], old: Mapping[str, Any]) -> Iterator[Invalid]:
    for field in _UNCHANGING[kind]:
        if field == "template" and old.get("suspend"):
            continue  # of a Job that doesn't run
        if spec.get(field) != old.get(field):
            yield _invalid(
                kind,
                f"spec.{field}",
                f"Invalid value: {_shown(spec.get(field))}: field is immutable",
            )


def _shown(value: object) -> str:
    text = json.dumps(value, separators=(",", ":"))
    return text if len(text) <= 100 else text[:97] + "..."


def _invalid(kind: Kind, field: str, message: str) -> Invalid:
    return Invalid(message, kind=kind.kind, field=field)
