"""One replica type: create what is missing, delete what is too much, judge what has failed.

Mirrors ReconcilePods and ReconcileServices of pkg/controller.v1/common.
"""

from collections import Counter
from datetime import datetime

from pinnace.objects.meta import name_of
from pinnace.objects.types import Object
from pinnace.training import restarts
from pinnace.training.children import Family
from pinnace.training.conditions import Condition
from pinnace.training.draft import Draft, terminating
from pinnace.training.names import TYPES, replica_name
from pinnace.training.observed import Observed, exit_code, phase_of
from pinnace.training.spec import Replica, RestartPolicy

#: From this code on (128 + signal, or what a program means by it) a failure is worth another try.
_FIRST_RETRYABLE = 128
_TAKEN_RETRY = 10.0
_COUNTED = {"Running": "active", "Succeeded": "succeeded", "Failed": "failed"}


class Replicas:
    """All replica types of one job, brought to what the spec says."""

    def __init__(self, draft: Draft, family: Family, observed: Observed, now: datetime) -> None:
        self._draft, self._family, self._observed, self._now = draft, family, observed, now
        self._ready_at = restarts.ready_at(draft.annotations, family.job.total)

    def reconcile(self) -> None:
        """Bring pods and services to the wanted number and write ``replicaStatuses``."""
        statuses = {
            replica.type: self._pods(replica) for replica in self._family.job.replicas.values()
        }
        for replica in self._family.job.replicas.values():
            self._services(replica)
        for dropped in set(TYPES) - set(self._family.job.replicas):
            for child in (
                *self._observed.pods_of(dropped).values(),
                *self._observed.services_of(dropped).values(),
            ):
                self._draft.delete(child)
        self._draft.status["replicaStatuses"] = statuses

    def _pods(self, replica: Replica) -> Object:
        present = self._observed.pods_of(replica.type)
        counts: Counter[str] = Counter()
        for index in range(replica.count):
            pod = present.get(index)
            if pod is None:
                self._create_pod(replica, index)
            elif not terminating(pod):
                counts[_COUNTED.get(phase_of(pod), "")] += 1
                if phase_of(pod) == "Failed":
                    self._judge(replica, pod)
        for index, pod in present.items():
            if index >= replica.count:
                self._draft.delete(pod)
        return {name: counts[name] for name in _COUNTED.values() if counts[name]}

    def _services(self, replica: Replica) -> None:
        present = self._observed.services_of(replica.type)
        for index in range(replica.count):
            name = replica_name(self._family.job.name, replica.type, index)
            if index not in present and not self._taken("Service", name):
                self._draft.create(self._family.service(replica, index))
        for index, service in present.items():
            if index >= replica.count:
                self._draft.delete(service)

    def _create_pod(self, replica: Replica, index: int) -> None:
        name = replica_name(self._family.job.name, replica.type, index)
        if self._taken("Pod", name):
            return
        if self._ready_at is not None and self._now < self._ready_at:
            self._draft.wake_at(self._ready_at)
            return
        if replica.template["spec"].get("restartPolicy"):
            self._draft.note(
                "Warning",
                "SetPodTemplateRestartPolicy",
                "Restart policy in pod template will be overwritten by restart policy in "
                "replica spec",
            )
        self._draft.create(self._family.pod(replica, index))

    def _taken(self, kind: str, name: str) -> bool:
        """Tell whether another owner holds a name; if so say it, and look again later."""
        pods = kind == "Pod"
        names = self._observed.taken_pods if pods else self._observed.taken_services
        if name not in names:
            return False
        self._draft.note(
            "Warning",
            f"FailedCreate{kind}",
            f'Error creating: {kind.lower()}s "{name}" already exists and is not of TFJob '
            f"{self._draft.name}; delete it, or give the job another name",
        )
        self._draft.wake_after(_TAKEN_RETRY)
        return True

    def _judge(self, replica: Replica, pod: Object) -> None:
        """Follow the restart policy for a pod that has failed."""
        code = exit_code(pod)
        match replica.restart_policy:
            case RestartPolicy.NEVER:
                return
            case RestartPolicy.EXIT_CODE if code is not None and code < _FIRST_RETRYABLE:
                self._draft.put(
                    Condition.FAILED,
                    f'job "{self._draft.name}" is failing because "{replica.type}" '
                    "replica(s) failed.",
                )
                self._draft.stamp("completionTime")
            case _:
                self._restart(replica, pod)

    def _restart(self, replica: Replica, pod: Object) -> None:
        self._draft.delete(pod)
        restarts.add(self._draft.annotations, self._now)
        self._draft.put(
            Condition.RESTARTING,
            f"job {self._draft.name} is restarting because {replica.type} replica(s) failed.",
        )


def worker0_completed(observed: Observed) -> bool:
    """Tell whether the first worker has ended well (IsWorker0Completed)."""
    pod = observed.pods_of("Worker").get(0)
    return pod is not None and phase_of(pod) == "Succeeded" and exit_code(pod) in (0, None)


def failed_count(observed: Observed) -> int:
    """Count the pods in phase Failed, by name."""
    return len({name_of(pod) for pod in observed.pods if phase_of(pod) == "Failed"})
