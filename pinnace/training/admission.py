"""Admission of TFJobs: what is wrong with an object, before it is stored or acted upon.

Mirrors pkg/webhooks/tensorflow/tfjob_webhook.go with its messages, and adds what the operator
finds out only later or never: unknown replica types, numbers that are none, names that get too
long. The API server calls it at create and update; the controller once more, since objects may
have come another way.
"""

import re
from collections.abc import Iterator
from typing import Any

from pinnace.objects.errors import Invalid
from pinnace.objects.meta import name_of
from pinnace.objects.types import Object
from pinnace.training.names import (
    CONTAINER,
    LEADERS,
    MANAGER,
    MANAGERS,
    TYPES,
    canonical_type,
    replica_name,
)
from pinnace.training.spec import ALL_WORKERS, CleanPodPolicy, RestartPolicy

_DNS_1035 = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
_MAX_NAME = 63
_SPECS = "spec.tfReplicaSpecs"
_POLICY = "spec.runPolicy"
_WHOLE_NUMBERS = ("ttlSecondsAfterFinished", "activeDeadlineSeconds", "backoffLimit")


def problems(tfjob: Object, old: Object | None = None) -> list[Invalid]:
    """Return everything wrong with ``tfjob``; ``old`` is the stored object when it is an update."""
    spec = tfjob.get("spec") or {}
    policy = spec.get("runPolicy") or {}
    replicas = spec.get("tfReplicaSpecs")
    found = [*_name(tfjob), *_run_policy(policy), *_success_policy(spec)]
    if old is not None:
        found += _managed_by_kept(policy, (old.get("spec") or {}).get("runPolicy") or {})
    if not isinstance(replicas, dict) or not replicas:
        return [*map(_about(tfjob), [*found, _required(_SPECS, "must be required")])]
    for written, body in replicas.items():
        found += _replica(name_of(tfjob), written, body or {})
    return [*map(_about(tfjob), [*found, *_types(replicas)])]


def _about(tfjob: Object) -> Any:
    def name(problem: Invalid) -> Invalid:
        return Invalid(
            problem.message,
            kind="TFJob",
            name=name_of(tfjob),
            field=problem.field,
            expected=problem.expected,
            found=problem.found,
            fix=problem.fix,
        )

    return name


def _required(field: str, message: str) -> Invalid:
    return Invalid(f"Required value: {message}", field=field)


def _name(tfjob: Object) -> Iterator[Invalid]:
    name = name_of(tfjob)
    if name and (len(name) > _MAX_NAME or not _DNS_1035.fullmatch(name)):
        yield Invalid(
            field="metadata.name",
            expected="a DNS-1035 label: at most 63 of a-z, 0-9 and '-', beginning with a letter",
            found=repr(name),
            fix="choose such a name; pods and services of the job are called after it",
        )


def _run_policy(policy: Object) -> Iterator[Invalid]:
    for field in _WHOLE_NUMBERS:
        yield from _whole_number(policy.get(field), f"{_POLICY}.{field}")
    clean = policy.get("cleanPodPolicy")
    if clean:
        yield from _one_of(clean, tuple(CleanPodPolicy), f"{_POLICY}.cleanPodPolicy")
    if manager := policy.get("managedBy"):
        yield from _one_of(manager, MANAGERS, f"{_POLICY}.managedBy")


def _managed_by_kept(new: Object, old: Object) -> Iterator[Invalid]:
    before, after = (policy.get("managedBy") or MANAGER for policy in (old, new))
    if before != after:
        yield Invalid(
            "Invalid value: field is immutable",
            field=f"{_POLICY}.managedBy",
            expected=repr(before),
            found=repr(after),
        )


def _success_policy(spec: Object) -> Iterator[Invalid]:
    if policy := spec.get("successPolicy"):
        yield from _one_of(policy, ("", ALL_WORKERS), "spec.successPolicy")


def _types(replicas: Object) -> Iterator[Invalid]:
    canonical = [canonical_type(name) for name in replicas]
    if sum(name in LEADERS for name in canonical) > 1:
        yield Invalid("Forbidden: must not have more than 1 Chief or Master role", field=_SPECS)
    for name in {name for name in canonical if canonical.count(name) > 1} - set(LEADERS):
        yield Invalid(f"Duplicate value: {name} in two spellings", field=_SPECS)


def _replica(job: str, written: str, body: Object) -> Iterator[Invalid]:
    place = f"{_SPECS}[{written}]"
    yield from _one_of(canonical_type(written), TYPES, place)
    yield from _whole_number(body.get("replicas"), f"{place}.replicas")
    if policy := body.get("restartPolicy"):
        yield from _one_of(policy, tuple(RestartPolicy), f"{place}.restartPolicy")
    yield from _containers(body, f"{place}.template.spec.containers")
    yield from _child_names(job, written, body.get("replicas"), place)


def _containers(body: Object, place: str) -> Iterator[Invalid]:
    containers = ((body.get("template") or {}).get("spec") or {}).get("containers") or []
    if not containers:
        yield _required(place, "must be specified")
    for index, container in enumerate(containers):
        if not container.get("image"):
            yield _required(f"{place}[{index}].image", "must be required")
    if not any(container.get("name") == CONTAINER for container in containers):
        yield _required(place, f"must have at least one container with name {CONTAINER}")


def _child_names(job: str, written: str, replicas: object, place: str) -> Iterator[Invalid]:
    last = replicas - 1 if isinstance(replicas, int) and replicas > 0 else 0
    longest = replica_name(job, written, last)
    if len(job) <= _MAX_NAME < len(longest):
        yield Invalid(
            field=place,
            expected=f"names of pods and services of at most {_MAX_NAME} characters",
            found=f"{longest} ({len(longest)})",
            fix="give the job a shorter name",
        )


def _whole_number(value: object, field: str) -> Iterator[Invalid]:
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
        return
    yield Invalid(field=field, expected="a whole number, 0 or more", found=repr(value))


def _one_of(value: object, allowed: tuple[str, ...], field: str) -> Iterator[Invalid]:
    if value not in allowed:
        choices = ", ".join(f'"{choice}"' for choice in allowed)
        yield Invalid(f"Unsupported value: {value!r}", field=field, expected=f"one of {choices}")
