"""Reading a TFJob: its defaults applied, its replica types in one letter case, as frozen values.

Mirrors pkg/apis/kubeflow.org/v1/tensorflow_defaults.go. The stored object keeps what its author
wrote; defaults live only in what :func:`parse` returns.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from pinnace.objects.meta import name_of, namespace_of
from pinnace.objects.types import Object
from pinnace.training.names import CONTAINER, LEADERS, PORT_NAME, TYPES, canonical_type


class RestartPolicy(StrEnum):
    """What happens to a replica whose container failed."""

    ALWAYS = "Always"
    ON_FAILURE = "OnFailure"
    NEVER = "Never"
    EXIT_CODE = "ExitCode"


class CleanPodPolicy(StrEnum):
    """What is deleted once the job is finished."""

    NONE = "None"
    RUNNING = "Running"
    ALL = "All"


ALL_WORKERS = "AllWorkers"


@dataclass(frozen=True, kw_only=True)
class Replica:
    """All replicas of one type."""

    type: str
    count: int
    restart_policy: RestartPolicy
    template: Object

    @property
    def restarts(self) -> bool:
        """Tell whether failures of this type can be followed by another try."""
        return self.restart_policy is not RestartPolicy.NEVER

    def named_ports(self) -> dict[str, int]:
        """Return the named ports of the ``tensorflow`` container, other than the TFJob's own."""
        containers = (self.template.get("spec") or {}).get("containers") or []
        main: Object = next((entry for entry in containers if entry.get("name") == CONTAINER), {})
        return {
            port["name"]: port["containerPort"]
            for port in main.get("ports") or []
            if port.get("name") and port["name"] != PORT_NAME
        }


@dataclass(frozen=True, kw_only=True)
class RunPolicy:
    """How long the job may run, and what is left of it."""

    clean_pod_policy: CleanPodPolicy = CleanPodPolicy.NONE
    ttl_seconds: int | None = None
    active_deadline_seconds: int | None = None
    backoff_limit: int | None = None
    suspend: bool = False


@dataclass(frozen=True, kw_only=True)
class Job:
    """One TFJob with its defaults; ``replicas`` in the order of :data:`names.TYPES`."""

    name: str
    namespace: str
    replicas: Mapping[str, Replica]
    run_policy: RunPolicy
    success_policy: str
    dynamic_worker: bool

    @property
    def total(self) -> int:
        """Return how many replicas there are in sum."""
        return sum(replica.count for replica in self.replicas.values())

    @property
    def distributed(self) -> bool:
        """Tell whether TF_CONFIG is set: a job with exactly one replica needs none."""
        return self.total != 1

    @property
    def has_leader(self) -> bool:
        """Tell whether a Chief or a Master decides over success."""
        return any(name in self.replicas for name in LEADERS)

    def is_master(self, replica_type: str, index: int) -> bool:
        """Tell whether a replica bears ``job-role: master`` (IsMasterRole)."""
        if self.has_leader:
            return replica_type in LEADERS
        return replica_type == "Worker" and index == 0


def parse(tfjob: Object) -> Job:
    """Read a TFJob that :func:`admission.problems` found nothing wrong with."""
    spec = tfjob["spec"]
    written = {canonical_type(name): body for name, body in spec["tfReplicaSpecs"].items()}
    return Job(
        name=name_of(tfjob),
        namespace=namespace_of(tfjob),
        replicas={name: _replica(name, written[name]) for name in TYPES if name in written},
        run_policy=_run_policy(spec.get("runPolicy") or {}),
        success_policy=spec.get("successPolicy") or "",
        dynamic_worker=bool(spec.get("enableDynamicWorker")),
    )


def _replica(name: str, body: Object) -> Replica:
    count = body.get("replicas")
    return Replica(
        type=name,
        count=1 if count is None else count,
        restart_policy=RestartPolicy(body.get("restartPolicy") or RestartPolicy.NEVER),
        template=body["template"],
    )


def _run_policy(body: Object) -> RunPolicy:
    return RunPolicy(
        clean_pod_policy=CleanPodPolicy(body.get("cleanPodPolicy") or CleanPodPolicy.NONE),
        ttl_seconds=body.get("ttlSecondsAfterFinished"),
        active_deadline_seconds=body.get("activeDeadlineSeconds"),
        backoff_limit=body.get("backoffLimit"),
        suspend=bool(body.get("suspend")),
    )
