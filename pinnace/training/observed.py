"""The children of a TFJob as they are now, sorted by type and index."""

from collections.abc import Iterable
from dataclasses import dataclass

from pinnace.objects.meta import controller_reference, labels_of, name_of, uid_of
from pinnace.objects.types import Object
from pinnace.training.draft import terminating
from pinnace.training.names import CONTAINER, LABEL_INDEX, LABEL_TYPE


@dataclass(frozen=True, kw_only=True)
class Observed:
    """Pods and services that belong to the job, and names that others hold."""

    pods: tuple[Object, ...]
    services: tuple[Object, ...]
    taken_pods: frozenset[str]
    taken_services: frozenset[str]

    @classmethod
    def of(cls, tfjob: Object, pods: Iterable[Object], services: Iterable[Object]) -> "Observed":
        """Sort out what is the job's own: the children whose controller it is."""
        uid = uid_of(tfjob)
        own_pods, other_pods = _split(pods, uid)
        own_services, other_services = _split(services, uid)
        return cls(
            pods=own_pods,
            services=own_services,
            taken_pods=frozenset(map(name_of, other_pods)),
            taken_services=frozenset(map(name_of, other_services)),
        )

    def active_pods(self) -> list[Object]:
        """Return pods that are neither finished nor being deleted (FilterActivePods)."""
        return [
            pod
            for pod in self.pods
            if phase_of(pod) not in ("Succeeded", "Failed") and not terminating(pod)
        ]

    def pods_of(self, replica_type: str) -> dict[int, Object]:
        """Return one type's pods by their index."""
        return _by_index(self.pods, replica_type)

    def services_of(self, replica_type: str) -> dict[int, Object]:
        """Return one type's services by their index."""
        return _by_index(self.services, replica_type)


def _split(children: Iterable[Object], uid: str) -> tuple[tuple[Object, ...], tuple[Object, ...]]:
    own: list[Object] = []
    other: list[Object] = []
    for child in children:
        reference = controller_reference(child) or {}
        (own if reference.get("uid") == uid else other).append(child)
    return tuple(own), tuple(other)


def _by_index(children: Iterable[Object], replica_type: str) -> dict[int, Object]:
    return {
        _index_of(child): child
        for child in children
        if labels_of(child).get(LABEL_TYPE) == replica_type.lower()
    }


def _index_of(child: Object) -> int:
    """Return the replica index of a child; -1 when someone broke its label."""
    text = labels_of(child).get(LABEL_INDEX, "")
    return int(text) if text.isdecimal() else -1


def phase_of(pod: Object) -> str:
    """Return a pod's phase; Pending before the node agent has said anything."""
    return (pod.get("status") or {}).get("phase") or "Pending"


def container_statuses(pod: Object) -> list[Object]:
    """Return the statuses of a pod's ordinary containers."""
    return (pod.get("status") or {}).get("containerStatuses") or []


def exit_code(pod: Object) -> int | None:
    """Return the exit code of the ``tensorflow`` container, if it has terminated."""
    for status in container_statuses(pod):
        terminated = (status.get("state") or {}).get("terminated")
        if status.get("name") == CONTAINER and terminated:
            return int(terminated.get("exitCode", 0))
    return None


def restart_count(pod: Object) -> int:
    """Return how often the containers of a pod were restarted in place."""
    status = pod.get("status") or {}
    listed = [*(status.get("initContainerStatuses") or []), *container_statuses(pod)]
    return sum(entry.get("restartCount", 0) for entry in listed)
