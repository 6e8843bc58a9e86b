"""Cells about what makes Pods from a template: Deployments, ReplicaSets, Jobs.

Mirrors k8s.io/kubernetes/pkg/printers/internalversion/printers.go.
"""

from datetime import datetime

from pinnace.apiserver.tables.cells import NONE, Cell, Printed
from pinnace.apiserver.tables.paths import read
from pinnace.objects.ages import human
from pinnace.objects.clock import parse_rfc3339
from pinnace.objects.selectors import from_match_labels, written
from pinnace.objects.types import Object


def containers(field: str) -> Cell:
    """A field of each container of the template."""

    def cell(obj: Object, now: datetime) -> str:
        found = read(".spec.template.spec.containers", obj) or []
        return ",".join(str(container.get(field) or "") for container in found)

    return cell


def selector(obj: Object, now: datetime) -> str:
    """The selector as kubectl writes it."""
    return written(from_match_labels(read(".spec.selector", obj))) or NONE


def rolled(obj: Object, now: datetime) -> str:
    """How many of the wanted Pods are ready."""
    return f"{read('.status.readyReplicas', obj) or 0}/{read('.spec.replicas', obj) or 0}"


def job_status(obj: Object, now: datetime) -> str:
    """The condition that says how a Job stands."""
    conditions = read(".status.conditions", obj) or []
    true = {entry.get("type") for entry in conditions if entry.get("status") == "True"}
    if read(".metadata.deletionTimestamp", obj) and not true & {"Complete", "Failed"}:
        return "Terminating"
    order = ("Complete", "Failed", "Suspended", "FailureTarget", "SuccessCriteriaMet")
    return next((name for name in order if name in true), "Running")


def completions(obj: Object, now: datetime) -> str:
    """How many of a Job's Pods have succeeded, of how many."""
    wanted = read(".spec.completions", obj)
    if wanted is None:  # a work queue: one success ends it
        parallel = read(".spec.parallelism", obj) or 1
        wanted = f"1 of {parallel}" if parallel > 1 else 1
    return f"{read('.status.succeeded', obj) or 0}/{wanted}"


def job_duration(obj: Object, now: datetime) -> str:
    """How long a Job ran, or has been running."""
    start, end = read(".status.startTime", obj), read(".status.completionTime", obj)
    if not start:
        return ""
    return human(((parse_rfc3339(end) if end else now) - parse_rfc3339(start)).total_seconds())


#: What the kinds that make Pods from a template show with ``-o wide``.
TEMPLATE = (
    Printed("Containers", containers("name"), wide=True),
    Printed("Images", containers("image"), wide=True),
    Printed("Selector", selector, wide=True),
)
