"""The shells of the three controllers: they read the store and ask the pure decisions."""

from collections.abc import Callable, Iterable

from pinnace.objects.clock import Clock
from pinnace.objects.kinds import DEPLOYMENTS, JOBS, PODS, REPLICA_SETS, Kind
from pinnace.objects.meta import (
    Key,
    controller_reference,
    key_of,
    metadata_of,
    owner_reference,
    owners_of,
    uid_of,
)
from pinnace.objects.names import generate_suffix
from pinnace.objects.selectors import from_match_labels
from pinnace.objects.types import Object
from pinnace.reconcile import NOTHING, Controller, Decision, Watches, owned_by
from pinnace.store import Change, Store
from pinnace.workloads.deployment_spec import read_rollout
from pinnace.workloads.deployments import decide_deployment
from pinnace.workloads.jobs import decide_job
from pinnace.workloads.pods import has_ended, is_deleting
from pinnace.workloads.replicasets import decide_replica_set
from pinnace.workloads.revisions import present_of


def controllers(store: Store, clock: Clock) -> tuple[Controller, ...]:
    """Make the controllers of Deployments, ReplicaSets and Jobs."""
    shell = Shell(store, clock)
    return (
        shell.controller(
            "deployment-controller", DEPLOYMENTS, shell.deployment,
            Watches(REPLICA_SETS, owned_by(DEPLOYMENTS)), Watches(PODS, shell.whose_pod_went),
        ),
        shell.controller(
            "replicaset-controller", REPLICA_SETS, shell.replica_set,
            Watches(PODS, owned_by(REPLICA_SETS)),
        ),
        shell.controller("job-controller", JOBS, shell.job, Watches(PODS, owned_by(JOBS))),
    )  # fmt: skip


class Shell:
    """What stands between the store and the decisions."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def controller(
        self, name: str, kind: Kind, decide: Callable[[Object], Decision], *watches: Watches
    ) -> Controller:
        """Make a controller that decides about the objects of one kind."""

        def reconcile(key: Key) -> Decision:
            found = self._store.find(kind, key.namespace, key.name)
            return NOTHING if found is None else decide(found)

        return Controller(
            self._store, name=name, kind=kind, reconcile=reconcile, watches=watches, workers=2
        )

    def deployment(self, deployment: Object) -> Decision:
        """Decide about one Deployment."""
        if adopted := self._adopted(deployment, REPLICA_SETS):
            return Decision(changed=adopted, requeue_after=0)
        sets = self._owned(REPLICA_SETS, deployment)
        old_pods = self._old_pods(deployment, sets) if read_rollout(deployment).recreate else 0
        decision = decide_deployment(deployment, sets, old_pods, self._clock.now())
        return self._without_collision(deployment, decision)

    def replica_set(self, replicas: Object) -> Decision:
        """Decide about one ReplicaSet."""
        if adopted := self._adopted(replicas, PODS):
            return Decision(changed=adopted, requeue_after=0)
        pods = self._owned(PODS, replicas)
        return decide_replica_set(replicas, pods, self._clock.now(), generate_suffix)

    def job(self, job: Object) -> Decision:
        """Decide about one Job."""
        return decide_job(job, self._owned(PODS, job), self._clock.now(), generate_suffix)

    # -- what else they read

    def whose_pod_went(self, change: Change) -> Iterable[Key]:
        """Return the Deployment of a Pod that is gone now: one with Recreate waits for that."""
        if change.type != "DELETED":
            return
        for replicas in self._owners(change.object, change.key.namespace, REPLICA_SETS):
            for owner in self._owners(replicas, change.key.namespace, DEPLOYMENTS):
                yield Key(DEPLOYMENTS, change.key.namespace, str(metadata_of(owner)["name"]))

    def _owners(self, obj: Object, namespace: str, kind: Kind) -> Iterable[Object]:
        for owner in owners_of(obj):
            if (owner["apiVersion"], owner["kind"]) == (kind.api_version, kind.kind):
                found = self._store.find(kind, namespace, owner["name"])
                if found is not None and uid_of(found) == owner["uid"]:
                    yield found

    def _owned(self, kind: Kind, owner: Object) -> list[Object]:
        return self._store.list(kind, str(metadata_of(owner)["namespace"]), owner=uid_of(owner))

    def _old_pods(self, deployment: Object, sets: Iterable[Object]) -> int:
        """Count the Pods that have not ended of all ReplicaSets but the present one."""
        ordered = list(sets)
        present = present_of(deployment, ordered)
        others = [one for one in ordered if present is None or uid_of(one) != uid_of(present)]
        return sum(not has_ended(pod) for one in others for pod in self._owned(PODS, one))

    def _adopted(self, owner: Object, kind: Kind) -> tuple[Object, ...]:
        """At the first look at an object: take what its selector chooses and nobody owns.

        That is what a deletion with ``--cascade=orphan`` leaves behind. Only then, as looking at
        all objects of a namespace every time would be dear.
        """
        selector = (owner.get("spec") or {}).get("selector")
        if (owner.get("status") or {}).get("observedGeneration") or is_deleting(owner):
            return ()
        if not selector:
            return ()
        found = self._store.list(
            kind, str(metadata_of(owner)["namespace"]), labels=from_match_labels(selector)
        )
        return tuple(
            _owned_by(one, owner)
            for one in found
            if controller_reference(one) is None and not is_deleting(one)
        )

    def _without_collision(self, deployment: Object, decision: Decision) -> Decision:
        """Have another name drawn when somebody else's ReplicaSet has the one that is wanted."""
        for one in decision.wanted:
            key = key_of(one)
            if self._store.find(key.kind, key.namespace, key.name) is not None:
                status = dict(deployment.get("status") or {})
                status["collisionCount"] = int(status.get("collisionCount") or 0) + 1
                return Decision(status={**deployment, "status": status}, requeue_after=0)
        return decision


def _owned_by(obj: Object, owner: Object) -> Object:
    metadata = metadata_of(obj)
    references = [*owners_of(obj), owner_reference(owner)]
    return {**obj, "metadata": {**metadata, "ownerReferences": references}}
